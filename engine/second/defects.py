"""What SpiffWorkflow 3.2 does wrong or otherwise, as far as it touches what our kernel runs: one row each.

Each row has a test that shows the defect in the library as it is installed: where a new version mends it, that test
fails, and the row and what we do about it can go. Another test shows that our adapter avoids it, or that a case which
meets it is called not comparable. Rows that are refused are no findings: they do not stop a publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from engine.bpmn.graph import Graph, Node
from engine.bpmn.movement import forward
from engine.second.path import Path


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what the library does, and what we make of it."""

    id: str
    #: What SpiffWorkflow does, where BPMN or we expect otherwise.
    does: str
    #: The nodes of a process that it can touch.
    where: Callable[[Graph], Iterator[Node]]
    #: ``avoided`` by what *by* names; ``refused``: a case that meets it is not comparable.
    treated: Literal["avoided", "refused"] = "avoided"
    by: str = ""
    #: Versions that have it, and where it was told upstream, if it was.
    versions: tuple[str, ...] = ("3.2.0",)
    told: str = ""

    def touches(self, graph: Graph) -> list[str]:
        """The elements of a process that it can touch."""
        return [node.id for node in self.where(graph)]


#: What the second engine takes: types of elements, and kinds of triggers. Whatever the kernel learns is outside first.
ELEMENTS = frozenset(
    {
        "process", "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "subProcess",
        "callActivity", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "startEvent", "endEvent",
        "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
        "receiveTask", "sendTask",
    }
)  # fmt: skip
TRIGGERS = frozenset({"timer", "message", "error", "terminate"})


#: Reasons beside the rows for which a case is not comparable; the kernel or the installation has them, not the library.
LIMITS = frozenset(
    {
        "not-in-subset", "too-large", "budget", "race", "incident-between", "unreadable", "library-failed", "package",
        "rules",
    }
)  # fmt: skip


def outside(graph: Graph) -> str | None:
    """The first element that the second engine does not take; None where it takes them all."""
    for node in graph.nodes.values():
        if node.type not in ELEMENTS or (node.trigger is not None and node.trigger.kind not in TRIGGERS):
            return node.id
    return None


def race(path: Path) -> str | None:
    """The first element that was both entered and cancelled in one command.

    What moved beside the branch that ended it may have come farther on one engine: BPMN leaves the order to each.
    """
    entered = {(one.element, one.scope) for one in path if one.what == "entered"}
    both = [one.element for one in path if one.what == "cancelled" and (one.element, one.scope) in entered]
    return min(both, default=None)


def _nodes(test: Callable[[Graph, Node], bool]) -> Callable[[Graph], Iterator[Node]]:
    def found(graph: Graph) -> Iterator[Node]:
        return (node for node in graph.nodes.values() if node.type != "process" and test(graph, node))

    return found


def _in_loop(graph: Graph, node: Node) -> bool:
    return node.id in forward(graph, [graph.nodes[flow.target] for flow in node.outgoing])


def _join_in_loop(kind: str) -> Callable[[Graph, Node], bool]:
    return lambda graph, node: node.type == kind and node.is_join and _in_loop(graph, node)


def _several(graph: Graph, node: Node) -> bool:
    """A parallel join behind an element that several tokens can pass one after the other."""
    return node.type == "parallelGateway" and any(
        not other.is_join and len(other.incoming) > 1 and node.id in forward(graph, [other])
        for other in graph.nodes.values()
    )


def _beside_nested(graph: Graph, node: Node) -> bool:
    beside = [other for other in graph.nodes.values() if other.parent == node.parent]
    return node.type == "inclusiveGateway" and any(other.loop or other.type == "subProcess" for other in beside)


def _reserved(graph: Graph, node: Node) -> bool:
    return node.id in ("Start", "End", "Root") or node.id.endswith((".EndJoin", ".BoundaryEventSplit"))


def _error_end(graph: Graph, node: Node) -> bool:
    return node.type == "endEvent" and node.trigger is not None and node.trigger.kind == "error"


def _plain(node: Node) -> bool:
    return not node.type.endswith("Gateway") and node.type not in ("endEvent", "boundaryEvent")


def _timer(graph: Graph, node: Node) -> bool:
    return node.trigger is not None and node.trigger.kind == "timer"


def _without_start(graph: Graph, node: Node) -> bool:
    return not node.incoming and node.attached_to is None and not any(graph.starts(node.parent))


TABLE: tuple[Defect, ...] = (
    Defect(
        id="reserved-ids", does="elements with the ids that it uses itself (Start, End, …) break the process",
        where=_nodes(_reserved), by="prepare: every element gets another id",
    ),
    Defect(
        id="parallel-in-loop", does="a parallel join goes on in a second round before all its tokens have come",
        where=_nodes(_join_in_loop("parallelGateway")), by="joins.CountingFork",
    ),
    Defect(
        id="inclusive-in-loop", does="an inclusive join goes on in a second round before all its tokens have come",
        where=_nodes(_join_in_loop("inclusiveGateway")), by="joins.CountingSome",
    ),
    Defect(
        id="inclusive-started", does="an inclusive join does not see what still runs inside of an activity before it",
        where=_nodes(_beside_nested), by="joins.CountingSome",
    ),
    Defect(
        id="excess-tokens", does="a second token over the same flow into a parallel join is lost",
        where=_nodes(_several), by="joins.CountingFork",
    ),
    Defect(
        id="depth", does="tasks more than 1,000 steps from the start are not found; the case hangs without a word",
        where=_nodes(_in_loop), by="library.Tasks, specs.EndJoin: tasks are looked at one by one",
        told="sartography/SpiffWorkflow#448",
    ),
    Defect(
        id="boundary-in-loop", does="the join behind boundary events calls itself once for each step of the way",
        where=_nodes(lambda graph, node: bool(node.boundary) and _in_loop(graph, node)), treated="refused",
    ),
    Defect(
        id="long-row", does="its parser calls itself once for each element in a row, and fails at some hundred",
        where=_nodes(lambda graph, node: len(graph.nodes) > 150 and node.type == "startEvent"), treated="refused",
    ),
    Defect(
        id="error-uncaught", does="an error that nobody catches is forgotten, and the case goes on as if nothing were",
        where=_nodes(_error_end), by="bodies.throw",
    ),
    Defect(
        id="error-unrelated", does="an error is caught at the boundary of an activity beside the one that threw it",
        where=_nodes(_error_end), by="bodies.throw",
    ),
    Defect(
        id="error-twice", does="the boundary event for the code and the one for any error both catch",
        where=_nodes(_error_end), by="bodies.throw",
    ),
    Defect(
        id="error-late", does="what follows the inner sub-process still runs when an outer one catches its error",
        where=_nodes(_error_end), by="bodies.throw, workflow: the boundary event happens at once",
    ),
    Defect(
        id="single-condition", does="the condition on the one flow out of a task is not looked at",
        where=_nodes(lambda graph, node: _plain(node) and len(node.outgoing) == 1 and bool(node.outgoing[0].condition)),
        by="prepare: the gateway that the task stands for is drawn",
    ),
    Defect(
        id="implicit-split", does="a task with several flows out is refused",
        where=_nodes(lambda graph, node: _plain(node) and len(node.outgoing) > 1),
        by="prepare: the gateway that the task stands for is drawn",
    ),
    Defect(
        id="implicit-end", does="a case whose last element is no end event never ends",
        where=_nodes(lambda graph, node: node.type != "endEvent" and not node.outgoing),
        by="prepare: the end event is drawn",
    ),
    Defect(
        id="implicit-start", does="a process without a start event is refused",
        where=_nodes(_without_start), by="prepare: the start event is drawn",
    ),
    Defect(
        id="flow-order", does="the order of conditions is that of the shapes from top to bottom, not that of the flows",
        where=_nodes(lambda graph, node: node.type == "exclusiveGateway" and len(node.outgoing) > 2),
        by="prepare: shapes are taken away",
    ),
    Defect(
        id="none-task", does="a task without a type waits for a person",
        where=_nodes(lambda graph, node: node.type == "task"), by="specs.Activity",
    ),
    Defect(
        id="timers", does="a month after 31 January is 31 days later; times are Python expressions",
        where=_nodes(_timer), by="specs.Listener, bodies.due",
    ),
    Defect(
        id="instances-order", does="the outputs of instances stand in the order in which these ended",
        where=_nodes(lambda graph, node: node.loop is not None and bool(node.loop.output)),
        by="variables.Variables.gathered", told="sartography/SpiffWorkflow#398",
    ),
    Defect(
        id="instances-null", does="instances in turn over a list with null in it never end",
        where=_nodes(lambda graph, node: node.loop is not None and node.loop.sequential), by="specs.Items",
    ),
    Defect(
        id="instances-number", does="a number of instances with an output that is known already is a NameError",
        where=_nodes(lambda graph, node: node.loop is not None and node.loop.cardinality is not None),
        by="specs.Items: its own outputs are not used",
    ),
    Defect(
        id="instances-silent", does="instances that are cancelled vanish from the tree, and nobody is told",
        where=_nodes(lambda graph, node: node.loop is not None), by="library.Flow tells what is taken away",
    ),
    Defect(
        id="join-merge", does="behind a join, variables have the values of the branch that ended last, stale ones too",
        where=_nodes(lambda graph, node: node.is_join), by="scopes: its own data stays empty",
        told="sartography/SpiffWorkflow#440",
    ),
)  # fmt: skip
