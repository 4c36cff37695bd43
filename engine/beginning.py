"""What a command reads first, in one round trip: who asks, where its stream stands, what the request did before."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from engine import sql
from engine.history import journal
from engine.history.journal import Entry, Head
from engine.instances import reading as instances
from engine.messages import Actor, Command
from engine.sql import Ask, Row
from engine.step import Readings
from engine.tasks import reading as tasks

#: Command → what else its step will surely need.
READINGS: Readings = {**instances.READINGS, **tasks.READINGS}


class Asker(Protocol):
    """The one who asks, found in the transaction of the command, so that a click is one transaction as a whole."""

    @property
    def ask(self) -> Ask:
        """The read that finds the person."""

    @property
    def person(self) -> sa.ColumnElement[Any]:
        """The person's id as an expression over the same values."""

    def answer(self, rows: list[Row]) -> tuple[Actor, Any]:
        """The actor, with what the observation ``actor`` would answer; raises what the caller understands."""


class Beginning(NamedTuple):
    """What was found."""

    actor: Actor
    #: The answer of the observation ``actor``, where it was read.
    seen: Any
    #: None where the stream has no entry yet.
    head: Head | None
    #: The entry that the same request has already.
    earlier: Entry | None
    #: What the step will need, for :data:`READINGS`.
    about: list[Row]


def begin(connection: sa.Connection, command: Command, who: Actor | Asker, request: str) -> Beginning:
    """Reads what *command* needs first, with the row of its stream locked; raises what *who* raises."""
    stream = command.stream()
    if isinstance(who, Actor):
        person, values = journal.ACTOR, {"actor": who.person}
    else:
        person, values = who.person, who.ask.values
    values = {**values, "request_id": request}
    asked = [] if isinstance(who, Actor) else [who.ask]
    if stream is None:
        asked.append(Ask(journal.earlier(person), values))
    else:
        asked.append(Ask(journal.lock(person), {**values, "stream": stream}))
    if type(command) in READINGS:
        asked.append(READINGS[type(command)][0](command))
    found = sql.fetch(connection, asked)
    actor, seen = (who, None) if isinstance(who, Actor) else who.answer(found.pop(0))
    head, earlier = _stand(found[0], stream is not None)
    if stream is not None and head is None:
        earlier = _earlier(connection, actor, request)
    return Beginning(actor, seen, head, earlier, found[1] if len(found) > 1 else [])


def _stand(rows: list[Row], has_stream: bool) -> tuple[Head | None, Entry | None]:
    if not rows:
        return None, None
    row = rows[0]
    return Head.of(row) if has_stream else None, journal.entry_of(row) if row["seq"] is not None else None


def _earlier(connection: sa.Connection, actor: Actor, request: str) -> Entry | None:
    """A stream that has no row has no joined entry either: the request may have begun another stream."""
    values = {"actor": actor.person, "request_id": request}
    rows = sql.fetch(connection, [Ask(journal.earlier(journal.ACTOR), values)])[0]
    return journal.entry_of(rows[0]) if rows else None
