"""One command's turn: the only reading of the time, the only source of ids, and the one way to change state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from engine import db, values
from engine.documents.store import Store
from engine.history.apply import apply
from engine.messages import Actor, Command, Event, Stamp
from engine.observations import OBSERVATIONS
from engine.rows import Row, Rows
from engine.sql import Ask
from engine.values import Json

Observe = Callable[[str, dict[str, Json]], Json]

#: What an area's ``reading`` module gives: command class → (the read, how its rows become known to the step).
Readings: TypeAlias = dict[type[Command], tuple[Callable[[Any], Ask], Callable[["Step", Any, list[Row]], None]]]


class Step:
    """What a handler works with; it lives for one command."""

    def __init__(
        self, *, stream: str, kind: str, seq: int, counter: int, now: datetime, actor: Actor, rows: Rows,
        observe: Observe, store: Store, behaviour: int,
    ) -> None:  # fmt: skip
        self.stream, self.kind, self.seq, self.counter = stream, kind, seq, counter
        #: The one reading of the clock, aware, in UTC.
        self.now = now
        self.actor, self.rows, self.store, self.behaviour = actor, rows, store, behaviour
        self.events: list[Event] = []
        #: What the entry keeps of the command, where that is less than was asked.
        self.recorded: Command | None = None
        self.observed: list[list[Json]] = []
        self._observe = observe
        self._answers: dict[bytes, Json] = {}
        self._known: dict[bytes, Json] = {}
        self._stamp = Stamp(stream=stream, seq=seq, at=db.text(now), actor=actor.person)

    @property
    def at(self) -> str:
        """The step's time as it is stored."""
        return self._stamp.at

    @property
    def is_first(self) -> bool:
        """True where the command begins its stream."""
        return self.seq == 1

    def next_number(self) -> int:
        """The next number of the stream's counter."""
        self.counter += 1
        return self.counter

    def new_id(self) -> str:
        """A new id inside the stream: ``<stream>.<counter>``."""
        return f"{self.stream}.{self.next_number()}"

    def find(self, table: sa.Table, key: str) -> Row | None:
        """A row of the step's own stream as the step sees it, staged changes included."""
        return self.rows.get(table, key)

    def observe(self, query: str, **arguments: Json) -> Any:
        """The answer of a query beyond the stream; it becomes part of the entry, to be fed back later."""
        key = values.canonical([query, arguments])
        if key not in self._answers:
            known = key in self._known
            self._answers[key] = self._known[key] if known else self._observe(query, arguments)
            self.observed.append([query, arguments, self._answers[key]])
        return self._answers[key]

    def know(self, query: str, arguments: dict[str, Json], answer: Json) -> None:
        """Takes an answer that the same transaction has read already; it is recorded when the step asks for it."""
        self._known[values.canonical([query, arguments])] = answer

    def record(self, event: Event) -> None:
        """Writes *event* into history and applies it. There is no other way to change state."""
        self.events.append(event)
        apply(event, self.rows, self._stamp)


def live_observer(connection: sa.Connection) -> Observe:
    """Answers observations from the database, in the step's transaction."""
    return lambda query, arguments: OBSERVATIONS[query](connection, **arguments)
