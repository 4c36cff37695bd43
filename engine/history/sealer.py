"""Seals what changed once a minute and verifies everything once a night, in a thread of ``run`` and ``work``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.calendars.queries import ZONE
from engine.db import text
from engine.history import seals, verified
from engine.history.verify import verify_and_note
from engine.messages import SYSTEM

if TYPE_CHECKING:
    from engine.dispatch import Engine

log = logging.getLogger(__name__)

#: Seconds between two seals: what is younger cannot be proven against somebody who owns database and key.
EVERY = 60.0

#: Hours of the offices' night at which everything is verified, so that badges say something without being asked.
NIGHT = range(1, 5)


@contextmanager
def sealing(engine: Engine, every: float = EVERY) -> Iterator[None]:
    """A sealing thread for as long as the block lasts; several processes may have one."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(engine, stop, every), name="seals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


def verify_at_night(engine: Engine) -> bool:
    """Verifies everything, if it is night and nobody has begun to since the evening; True where it did."""
    now = engine.clock.now()
    if now.astimezone(ZONE).hour not in NIGHT:
        return False
    with engine.database.reading() as connection:
        if verified.begun_since(connection, text(now - timedelta(hours=8))):
            return False
    verify_and_note(engine, SYSTEM.person)
    return True


def _run(engine: Engine, stop: threading.Event, every: float) -> None:
    while not stop.wait(every):
        _once(engine, seals.seal)
        _once(engine, verify_at_night)
    _once(engine, seals.seal)


def _once(engine: Engine, act: Callable[[Engine], object]) -> None:
    try:
        act(engine)
    except Exception:
        # The database may be away, or the folder full; the next minute tries again, and the proof page tells the age.
        log.exception("%s could not be done; it is tried again.", act.__name__)
