"""The ways that cases have taken, read from the facts of their entries."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from engine import bpmn
from engine.history.journal import journal


class _Event(msgspec.Struct):
    """An event as far as a way is told by it; everything else is not even parsed."""

    facts: list[msgspec.Raw] = []


#: How the facts begin that say which way a case took.
_MOVES = (b'["leave",', b'["flow",')


def of(connection: sa.Connection, cases: Iterable[str]) -> dict[str, bpmn.Trail]:
    """The way that each of *cases* has taken."""
    found = {case: bpmn.Trail() for case in cases}
    read = sa.select(journal.c.stream, journal.c.events).where(journal.c.stream.in_(list(found)))
    for stream, text in connection.execute(read):
        for event in msgspec.json.decode(text, type=list[_Event]):
            found[stream].add(
                bpmn.decode_fact(msgspec.json.decode(fact)) for fact in event.facts if bytes(fact).startswith(_MOVES)
            )
    return found
