"""All tables in one metadata, the triggers that guard the journal, and bringing a database up to date."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine import rights
from engine.calendars import tables as _calendars
from engine.db import Database, metadata
from engine.definitions import draft_tables as _package_drafts
from engine.definitions import tables as _definitions
from engine.documents import tables as _documents
from engine.history import access as _access
from engine.history import journal as _journal
from engine.history import seals as _seals
from engine.history import verified as _verified
from engine.history import visits as _visits
from engine.identity import sessions as _sessions
from engine.identity import tables as _identity
from engine.identity import tokens as _tokens
from engine.instances import tables as _instances
from engine.jobs import tables as _jobs
from engine.ledgers import tables as _ledgers
from engine.tasks import tables as _tasks

#: Tables that may be written without an event: a closed list (docs/decisions/0003).
OUTSIDE_THE_JOURNAL = frozenset(
    {
        "access_log", "api_tokens", "credentials", "drafts", "examinations", "job_leases", "login_attempts",
        "package_drafts", "package_presence", "package_revisions", "seal_heads", "seals", "sessions", "uploads",
        "verifications", "visits",
    }
)  # fmt: skip

#: The record itself.
RECORD = frozenset({"journal", "streams"})

_MODULES = (
    _access, _calendars, _definitions, _documents, _identity, _instances, _jobs, _journal, _ledgers,
    _package_drafts, _seals, _sessions, _tasks, _tokens, _verified, _visits,
)  # fmt: skip


def migrate(database: Database) -> None:
    """Brings the database's schema to the newest migration, by the owner's connection."""
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Building an index over a large table may take longer than any statement of the application.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def allow(database: Database, role: str) -> None:
    """Gives the application's *role* its rights; on SQLite there are no roles."""
    if not database.is_sqlite:
        with database.writing() as connection:
            rights.grant(connection, role)


def revision(connection: sa.Connection) -> str | None:
    """The number of the migration at which the database stands."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The number of the newest migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def is_current(connection: sa.Connection) -> bool:
    """True where the database has the tables of this version."""
    return sa.inspect(connection).has_table("journal")


__all__ = ["OUTSIDE_THE_JOURNAL", "RECORD", "allow", "is_current", "metadata", "migrate", "newest_revision", "revision"]
