"""What the page of a case shows: timeline, who has not reported yet, where the tokens are, the data."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine import bpmn, values
from engine.definitions.compiled import Compiled
from engine.history import journal as records
from engine.instances import queries
from engine.tasks import queries as tasks
from engine.values import Value


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What a diagram paints: ids of elements and sequence flows."""

    taken: list[str]
    done: list[str]
    now: list[str]
    incident: list[str]


def marks(connection: sa.Connection, instance: str) -> Marks:
    """The way taken and the live position of a case, from its facts."""
    state = queries.snapshot(connection, instance)
    found = bpmn.Trail()
    for facts in _facts(connection, instance):
        found.add(facts)
    return Marks(
        taken=sorted(found.flows),
        done=sorted(found.completed - set(bpmn.positions(state))),
        now=sorted(bpmn.positions(state)),
        incident=sorted(bpmn.standing(state)),
    )


def _facts(connection: sa.Connection, instance: str) -> Any:
    found = sa.select(records.journal.c.events).where(records.journal.c.stream == instance)
    for (text,) in connection.execute(found.order_by(records.journal.c.seq)):
        for event in values.load(text):
            if event["type"] == "InstanceAdvanced":
                yield [bpmn.decode_fact(fact) for fact in event["facts"]]


def data(connection: sa.Connection, instance: str) -> dict[str, Value]:
    """The variables of the process scope as they stand."""
    state = queries.snapshot(connection, instance)
    return {name: values.decode(value) for name, value in sorted(bpmn.process_variables(state).items())}


def standing(connection: sa.Connection, instance: str) -> set[str]:
    """The elements at which the case stands."""
    return bpmn.positions(queries.snapshot(connection, instance))


def waiting(found: list[tasks.Task]) -> list[tasks.Task]:
    """The open tasks of a case: who has not reported yet."""
    return [task for task in found if task.state == "open"]


def diagram(process: Compiled) -> bytes:
    """The BPMN file of the version to which the case is pinned."""
    return process.package.files["process.bpmn"]
