"""What people have typed and not yet sent: outside the journal, kept per task and person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import values
from engine.db import text
from engine.errors import Mistake
from engine.tasks.tables import drafts, tasks
from engine.values import Json

#: Largest draft, in bytes.
LARGEST = 500_000


class DraftTooLarge(Mistake):
    """Expected a draft of at most 500 kB."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, and when."""

    values: dict[str, Json]
    at: str


def find(connection: sa.Connection, task: str, person: str) -> Draft | None:
    """The draft of one person for one task."""
    row: Any = connection.execute(
        sa.select(drafts.c.body, drafts.c.at).where(drafts.c.task == task, drafts.c.person == person)
    ).first()
    return Draft(values=values.load(row.body), at=row.at) if row is not None else None


def keep(connection: sa.Connection, task: str, person: str, typed: dict[str, Json], now: datetime) -> None:
    """Keeps what was typed in place of what was kept before; raises DraftTooLarge."""
    body = values.canonical(typed)
    if len(body) > LARGEST:
        raise DraftTooLarge()
    connection.execute(sa.delete(drafts).where(drafts.c.task == task, drafts.c.person == person))
    row = {"task": task, "person": person, "body": body.decode(), "at": text(now)}
    connection.execute(sa.insert(drafts), row)


def sweep(connection: sa.Connection) -> None:
    """Forgets the drafts of tasks that are closed: no page shows them any more."""
    closed = sa.select(tasks.c.id).where(tasks.c.state != "open")
    connection.execute(sa.delete(drafts).where(drafts.c.task.in_(closed)))
