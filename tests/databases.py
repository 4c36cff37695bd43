"""Where the installations of tests keep their data: SQLite in their folder, or a database each on one server."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from shutil import copytree
from typing import Any

import sqlalchemy as sa

from engine.dispatch import Engine

#: ``sqlite`` or ``postgresql``: set by ``pytest --database``, and inherited by the processes that tests start.
VARIABLE = "BIHUAN_TEST_DATABASE"


def on_postgresql() -> bool:
    """True where this run is on PostgreSQL."""
    return os.environ.get(VARIABLE) == "postgresql"


def address(folder: Path) -> str:
    """The address of the installation in *folder*; empty for SQLite, which is the default."""
    if not on_postgresql():
        return ""
    name = _name(folder)
    if not _administer("SELECT 1 FROM pg_database WHERE datname = :name", name=name):
        _administer(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")
    return _server().format(database=name)


def copy(template: Path, folder: Path) -> None:
    """A second installation that begins as the first one stands; nobody may be connected to the first."""
    copytree(template, folder)
    if on_postgresql():
        _administer(f"CREATE DATABASE {_name(folder)} TEMPLATE {_name(template)} STRATEGY FILE_COPY")


def forget(engine: Engine) -> None:
    """Closes an installation and throws its database away."""
    engine.database.close()
    if on_postgresql():
        _administer(f"DROP DATABASE IF EXISTS {_name(engine.settings.data)} WITH (FORCE)")


def _name(folder: Path) -> str:
    return "t" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]


_RUNNING = ExitStack()


@lru_cache(maxsize=1)
def _server() -> str:
    from engine.local_postgres import running

    return _RUNNING.enter_context(running(durable=False))


def stop() -> None:
    """Ends the server of this process, if it began one."""
    if _server.cache_info().currsize:
        _administrator().dispose()
    _RUNNING.close()


@lru_cache(maxsize=1)
def _administrator() -> sa.Engine:
    return sa.create_engine(_server().format(database="postgres"), isolation_level="AUTOCOMMIT")


def _administer(statement: str, **values: Any) -> bool:
    with _administrator().connect() as connection:
        found = connection.execute(sa.text(statement), values)
        return found.returns_rows and found.first() is not None
