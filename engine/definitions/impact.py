"""What a proposed version means for work in hand: which open cases stand on what changes, and which packages call whom.

Running cases stay on their version whatever is published; the table says where people are at work while the process
around them changes, so that the owner can tell them or wait.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import bpmn
from engine.bpmn.graph import Graph
from engine.definitions import queries, trails
from engine.definitions.changes import DRAWN, Change
from engine.definitions.compiled import compiled
from engine.documents.store import Store
from engine.identity.seen import Seen
from engine.identity.visible import visible_cases
from engine.instances.tables import instances

#: Open cases that are looked into, the latest first; the number of all is always told.
MOST_CASES = 100
#: Cases that are named for one element, of each kind.
NAMED = 10


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A case at an element; named only where the reader may see it."""

    id: str
    title: str
    number: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases there are somewhere, and which of them the reader may see."""

    count: int
    #: Those that the reader may not see.
    unseen: int
    #: Those that the reader may see, not more than ``NAMED``.
    named: list[Standing]


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """One element that is new, changed or gone, and the open cases that were looked into, by how far they are.

    Open cases stay on their version: none of them comes to what is new.
    """

    change: Change
    here: Counted
    passed: Counted
    ahead: Counted

    @property
    def unseen(self) -> bool:
        """True where the reader may not see all that are counted."""
        return any(one.unseen for one in (self.here, self.passed, self.ahead))


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A process that the new version calls, or that calls it."""

    definition: str
    title: str
    #: The version in force; 0 where there is none.
    number: int
    #: active, stopped or retired.
    state: str


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What the proposer and the approver see of it."""

    open: int
    looked_into: int
    #: Number of version → open cases on it.
    versions: dict[int, int]
    elements: list[Affected]
    calls: list[Called]
    callers: list[Called]


def of(
    connection: sa.Connection, store: Store, seen: Seen, definition: str, changes: list[Change], graph: Graph
) -> Impact:  # fmt: skip
    """The impact of *changes* to a definition whose new process is *graph*, for somebody who sees what *seen* sees."""
    mine = sa.and_(instances.c.definition == definition, instances.c.state == "open")
    counted = sa.select(instances.c.number, sa.func.count()).where(mine).group_by(instances.c.number)
    versions = Counter({row[0]: row[1] for row in connection.execute(counted)})
    columns = (instances.c.id, instances.c.title, instances.c.number, instances.c.snapshot)
    found: list[Any] = list(
        connection.execute(
            sa.select(*columns, visible_cases(seen).label("seen"))
            .where(mine)
            .order_by(instances.c.started_at.desc(), instances.c.id)
            .limit(MOST_CASES)
        )
    )
    where = {row.id: bpmn.positions(bpmn.State.load(row.snapshot)) for row in found}
    ways = trails.of(connection, where)
    touched = [change for change in changes if change.kind not in DRAWN and not _new_flow(change)]
    return Impact(
        open=versions.total(), looked_into=len(found), versions=dict(sorted(versions.items())),
        elements=[_affected(change, found, where, ways) for change in touched],
        calls=_listed(connection, sorted({node.called for node in graph.nodes.values() if node.called})),
        callers=_listed(connection, _callers(connection, store, definition)),
    )  # fmt: skip


def _new_flow(change: Change) -> bool:
    """True for a new flow: what it leads to says more."""
    return change.kind == "added" and change.type == "sequenceFlow"


def _affected(
    change: Change, found: list[Any], where: dict[str, set[str]], ways: dict[str, bpmn.Trail]
) -> Affected:  # fmt: skip
    here, passed, ahead = list[Any](), list[Any](), list[Any]()
    for row in found:
        way = ways[row.id]
        gone = change.element in way.completed or change.element in way.flows
        (here if change.element in where[row.id] else passed if gone else ahead).append(row)
    return Affected(change=change, here=_counted(here), passed=_counted(passed), ahead=_counted(ahead))


def _counted(rows: list[Any]) -> Counted:
    seen = [Standing(id=row.id, title=row.title, number=row.number) for row in rows if row.seen]
    return Counted(count=len(rows), unseen=len(rows) - len(seen), named=seen[:NAMED])


def _callers(connection: sa.Connection, store: Store, definition: str) -> list[str]:
    """The processes in force that call this one."""
    return [
        version.definition
        for version in queries.in_force(connection)
        if version.definition != definition
        and any(node.called == definition for node in compiled(store, version.package).graph.nodes.values())
    ]


def _listed(connection: sa.Connection, names: list[str]) -> list[Called]:
    listed = []
    for name in names:
        found = queries.definition(connection, name)
        if found is None:
            listed.append(Called(definition=name, title=name, number=0, state="active"))
        else:
            number = found.number if found.current else 0
            listed.append(Called(definition=name, title=found.title, number=number, state=found.state))
    return listed
