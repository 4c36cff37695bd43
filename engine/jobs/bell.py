"""Wakes the workers of other processes: PostgreSQL tells them when a job was written that is due now."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.db import Database

log = logging.getLogger(__name__)

#: The channel on which the trigger of the table of jobs rings (migration 0007).
CHANNEL = "bihuan_jobs"

#: Seconds after which a listener looks whether it should stop, or tries the server again.
PATIENCE = 1.0


def listen(database: Database, ring: Callable[[], None], stopped: threading.Event) -> None:
    """Calls *ring* for every job that any process writes, until *stopped*; a server that goes away is tried again."""
    dialect: Any = database.pool.dialect
    while not stopped.is_set():
        try:
            with database.pool.connect() as connection:
                _listen(connection, ring, stopped)
        except (sa.exc.SQLAlchemyError, dialect.dbapi.Error):
            log.warning("The server that tells of new jobs is away; it is tried again.")
            stopped.wait(PATIENCE)


def _listen(connection: sa.Connection, ring: Callable[[], None], stopped: threading.Event) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(f"LISTEN {CHANNEL}", prepare=False)
        ring()  # Something may have been written before anybody listened.
        while not stopped.is_set():
            for _ in driver.notifies(timeout=PATIENCE, stop_after=1):
                ring()
    finally:
        connection.invalidate()  # Nobody else may get a connection that listens.
