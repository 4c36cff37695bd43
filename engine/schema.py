"""All tables in one metadata, the triggers that guard the journal, and bringing a database up to date."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from engine.calendars import tables as _calendars
from engine.db import Database, metadata
from engine.definitions import tables as _definitions
from engine.documents import tables as _documents
from engine.history import access as _access
from engine.history import journal as _journal
from engine.history import seals as _seals
from engine.history import verified as _verified
from engine.identity import sessions as _sessions
from engine.identity import tables as _identity
from engine.instances import tables as _instances
from engine.jobs import tables as _jobs
from engine.ledgers import tables as _ledgers
from engine.tasks import tables as _tasks

#: Tables that may be written without an event: a closed list (docs/decisions/0003).
OUTSIDE_THE_JOURNAL = frozenset(
    {
        "access_log", "credentials", "drafts", "job_leases", "login_attempts", "seal_heads", "seals", "sessions",
        "uploads", "verifications",
    }
)  # fmt: skip

#: The record itself.
RECORD = frozenset({"journal", "streams"})

_MODULES = (
    _access, _calendars, _definitions, _documents, _identity, _instances, _jobs, _journal, _ledgers, _seals, _sessions,
    _tasks, _verified,
)  # fmt: skip


def migrate(database: Database) -> None:
    """Brings the database's schema to the newest migration."""
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(connection: sa.Connection) -> bool:
    """True where the database has the tables of this version."""
    return sa.inspect(connection).has_table("journal")


__all__ = ["OUTSIDE_THE_JOURNAL", "RECORD", "is_current", "metadata", "migrate"]
