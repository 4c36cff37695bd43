"""At which entries of a case something happened: its tasks were finished, a document was filed, a case was called."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engine import values
from engine.history.journal import journal


def finished(connection: sa.Connection, stream: str) -> dict[str, int]:
    """Task → the entry of the case by which it was finished."""
    # The name in its one spelling; what else an entry holds is read only where it is there.
    found = (
        sa.select(journal.c.seq, journal.c.events)
        .where(journal.c.stream == stream, journal.c.events.contains('"type":"TaskCompleted"', autoescape=True))
        .order_by(journal.c.seq)
    )
    return {
        event["task"]: seq
        for seq, events in connection.execute(found)
        for event in values.load(events)
        if event["type"] == "TaskCompleted"
    }


def on_behalf(connection: sa.Connection, stream: str) -> dict[int, str]:
    """Entry → the person for whom it was done, where somebody acted for another."""
    found = sa.select(journal.c.seq, journal.c.on_behalf_of).where(
        journal.c.stream == stream, journal.c.on_behalf_of.is_not(None)
    )
    return {row.seq: row.on_behalf_of for row in connection.execute(found)}


def filed(connection: sa.Connection, stream: str, document: str) -> int | None:
    """The entry of the case by which a document was filed, or None."""
    return _first(connection, stream, journal.c.events, '"type":"DocumentFiled"', f'"{document}"')


def handed_over(connection: sa.Connection, stream: str, wait: int) -> int | None:
    """The entry by which the case that waits at *wait* had been called, or None."""
    return _first(connection, stream, journal.c.command, '"type":"FinishJob"', f'"job":"{stream}.{wait}"')


def _first(connection: sa.Connection, stream: str, column: sa.Column[str], *spelled: str) -> int | None:
    """The first entry of the case in whose *column* all of this stands, in its one spelling."""
    holds = (column.contains(one, autoescape=True) for one in spelled)
    found = sa.select(sa.func.min(journal.c.seq)).where(journal.c.stream == stream, *holds)
    return connection.execute(found).scalar()


def begun_with(connection: sa.Connection, streams: Collection[str], digest: str) -> set[str]:
    """Those of the called cases to which the file with this digest was given when they began."""
    found = sa.select(journal.c.stream).where(
        journal.c.stream.in_(sorted(streams)), journal.c.seq == 1,
        journal.c.command.contains(f'"digest":"{digest}"', autoescape=True),
    )  # fmt: skip
    return set(connection.execute(found).scalars())
