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


def begin(connection: sa.Connection, command: Command, who: Actor | Asker, request: str | None) -> Beginning:
    """Reads what *command* needs first, with the row of its stream locked; raises what *who* raises.

    Without a *request* nothing earlier is looked for: the id is new.
    """
    stream = command.stream()
    if isinstance(who, Actor):
        person, values = journal.ACTOR, {"actor": who.person}
    else:
        person, values = who.person, who.ask.values
    asked: dict[str, Ask] = {}
    if not isinstance(who, Actor):
        asked["who"] = who.ask
    if stream is not None:
        asked["head"] = Ask(journal.LOCK, {"stream": stream})
    if request is not None:
        asked["earlier"] = Ask(journal.earlier(person), {**values, "request_id": request})
    if type(command) in READINGS:
        asked["about"] = READINGS[type(command)][0](command)
    found = dict(zip(asked, sql.fetch(connection, list(asked.values())), strict=True)) if asked else {}
    actor, seen = (who, None) if isinstance(who, Actor) else who.answer(found["who"])
    head = Head.of(found["head"][0]) if found.get("head") else None
    earlier = journal.entry_of(found["earlier"][0]) if found.get("earlier") else None
    return Beginning(actor, seen, head, earlier, found.get("about", []))
