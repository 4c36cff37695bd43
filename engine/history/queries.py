"""What pages read of the journal: the entries of a case, who did what, what was refused."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from engine import values
from engine.history.journal import WAS_REFUSED, journal
from engine.values import Json

#: Facts that only the kernel needs; a reader is not told of them.
BOOKKEEPING: Final = frozenset({"mark", "mark-scope"})


def steps(facts: list[Any]) -> list[Any]:
    """Those facts that a reader is told, as steps of the process: every page counts these."""
    return [fact for fact in facts if fact[0] not in BOOKKEEPING]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the journal, decoded."""

    stream: str
    seq: int
    at: str
    actor: str
    on_behalf_of: str | None
    kind: str
    command: dict[str, Json]
    events: list[dict[str, Json]]
    outcome: dict[str, Json]
    hash: str

    @property
    def name(self) -> str:
        """The command's name."""
        return str(self.command["type"])

    @property
    def step_count(self) -> int:
        """How many steps of the process a reader is told of."""
        facts = [event["facts"] for event in self.events if event["type"] == "InstanceAdvanced"]
        return sum(len(steps(each)) for each in facts)


def lines(connection: sa.Connection, stream: str, *, after: int = 0, limit: int = 200) -> list[Line]:
    """The entries of one stream after a number, in order."""
    found = (
        sa.select(journal)
        .where(journal.c.stream == stream, journal.c.seq > after)
        .order_by(journal.c.seq)
        .limit(limit)
    )
    return [_line(row) for row in connection.execute(found).mappings()]


def count(connection: sa.Connection, stream: str) -> int:
    """How many entries a stream has."""
    found = sa.select(sa.func.count()).where(journal.c.stream == stream)
    return int(connection.execute(found).scalar_one())


def persons(connection: sa.Connection, stream: str) -> set[str]:
    """Who acted in a stream, and on whose behalf."""
    found = sa.select(journal.c.actor, journal.c.on_behalf_of).distinct().where(journal.c.stream == stream)
    return {person for row in connection.execute(found) for person in row if person is not None}


def refusals(
    connection: sa.Connection, *, persons: Collection[str] | None = None, command: str = "", since: str = "",
    until: str = "", offset: int = 0, limit: int = 50,
) -> tuple[list[Line], bool]:  # fmt: skip
    """What was refused, the latest first, and whether there is more; *command* is a command's name."""
    found = sa.select(journal).where(WAS_REFUSED).order_by(journal.c.id.desc())
    if persons is not None:
        found = found.where(journal.c.actor.in_(sorted(persons)))
    for condition, wanted in (
        (journal.c.command.contains(f'"type":"{command}"', autoescape=True), command),
        (journal.c.at >= since, since), (journal.c.at < until, until),
    ):  # fmt: skip
        if wanted:
            found = found.where(condition)
    rows = [_line(row) for row in connection.execute(found.offset(offset).limit(limit + 1)).mappings()]
    return rows[:limit], len(rows) > limit


def _line(row: Any) -> Line:
    parsed = {name: values.load(row[name]) for name in ("command", "events", "outcome")}
    plain = {name: row[name] for name in Line.__struct_fields__ if name not in parsed}
    return Line(**plain, **parsed)


def since(connection: sa.Connection, stream: str, at: str) -> int:
    """How many entries a stream took after a moment."""
    found = sa.select(sa.func.count()).where(journal.c.stream == stream, journal.c.at > at)
    return int(connection.execute(found).scalar_one())
