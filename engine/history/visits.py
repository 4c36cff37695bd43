"""Where an auditor left off in the replay of a case; it stands outside the journal, since nobody decided anything."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from engine.db import metadata, text

#: Outside the journal: the furthest entry that a person has looked at.
visits = sa.Table(
    "visits",
    metadata,
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("instance", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", sa.String(27), nullable=False),
)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """The furthest entry that was seen, and when."""

    seq: int
    at: str


def last(connection: sa.Connection, person: str, instance: str) -> Visit | None:
    """Where the person left off in this case, or None."""
    found = sa.select(visits.c.seq, visits.c.at).where(visits.c.person == person, visits.c.instance == instance)
    row = connection.execute(found).mappings().first()
    return Visit(**row) if row is not None else None


def note(connection: sa.Connection, person: str, instance: str, seq: int, now: datetime) -> None:
    """Notes that the person has looked at entry *seq*; an entry before the furthest one changes nothing."""
    before = last(connection, person, instance)
    if before is not None and before.seq >= seq:
        return
    connection.execute(sa.delete(visits).where(visits.c.person == person, visits.c.instance == instance))
    connection.execute(sa.insert(visits), {"person": person, "instance": instance, "seq": seq, "at": text(now)})
