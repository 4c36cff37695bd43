"""The access log: attempts on what does not exist or may not be seen, and views of restricted cases; its own chain."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from engine import values
from engine.db import metadata, text

if TYPE_CHECKING:
    from engine.dispatch import Engine

#: Outside the journal: its rows are chained among themselves.
access_log = sa.Table(
    "access_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(27), nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("target", sa.String(120), nullable=False),
    sa.Column("result", sa.String(40), nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_access_log_person_id", "person", "id"),
)


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One line: who looked at or tried what, and what came of it."""

    id: int
    at: str
    person: str
    action: str
    target: str
    result: str


def note(engine: Engine, person: str, action: str, target: str, result: str) -> None:
    """Appends one line, in a transaction of its own."""
    line = {"at": text(engine.clock.now()), "person": person, "action": action, "target": target, "result": result}
    with engine.database.writing() as connection:
        last = connection.execute(sa.select(access_log.c.hash).order_by(access_log.c.id.desc()).limit(1)).scalar()
        body = values.canonical({**line, "previous_hash": last or ""})
        connection.execute(
            sa.insert(access_log), {**line, "previous_hash": last or "", "hash": values.digest(body)}
        )


def broken_line(connection: sa.Connection) -> int | None:
    """The id of the first line whose digest does not fit, or None."""
    previous = ""
    for row in connection.execute(sa.select(access_log).order_by(access_log.c.id)).mappings():
        line = {name: row[name] for name in ("at", "person", "action", "target", "result")}
        expected = values.digest(values.canonical({**line, "previous_hash": previous}))
        if row["previous_hash"] != previous or row["hash"] != expected:
            return int(row["id"])
        previous = row["hash"]
    return None


def lines(
    connection: sa.Connection, person: str, *, action: str = "", target: str = "", named: Collection[str] = (),
    since: str = "", until: str = "", before: int = 0, limit: int = 50,
) -> tuple[list[Access], bool]:  # fmt: skip
    """The accesses of one person, the latest first, from *before* (an id) on, and whether there are more.

    *target* is how the id of what was looked at begins; *named* are further ids that fit, found by their names.
    """
    found = sa.select(*(access_log.c[name] for name in Access.__struct_fields__)).where(access_log.c.person == person)
    for condition, wanted in (
        (access_log.c.action == action, action), (_about(target, named), target),
        (access_log.c.at >= since, since), (access_log.c.at < until, until), (access_log.c.id < before, before),
    ):  # fmt: skip
        if wanted:
            found = found.where(condition)
    rows = connection.execute(found.order_by(access_log.c.id.desc()).limit(limit + 1)).mappings()
    listed = [Access(**row) for row in rows]
    return listed[:limit], len(listed) > limit


def _about(target: str, named: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(access_log.c.target.startswith(target, autoescape=True), access_log.c.target.in_(sorted(named)))


def actions(connection: sa.Connection, person: str) -> list[str]:
    """What kinds of access a person has made."""
    found = sa.select(access_log.c.action).where(access_log.c.person == person).distinct()
    return sorted(str(action) for action in connection.execute(found).scalars())
