"""What the stories of a package did not reach of what a draft changes, and in which order conditions are asked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.bpmn.graph import Flow, Graph, Node
from engine.definitions.changes import Change
from engine.definitions.queries import Story

#: What people complete.
PEOPLE = ("userTask", "manualTask")


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One way out of an exclusive gateway, in the order in which the ways are asked; the default comes last."""

    flow: str
    condition: str
    default: bool


def unreached(changes: Iterable[Change], graph: Graph, stories: Iterable[Story]) -> list[Change] | None:
    """The new and changed nodes and flows of *graph* that no story passed; None where it was not written down.

    A flow at a node that is named is not named again.
    """
    trails = [story.trail for story in stories if story.engine == "kernel" and story.passed]
    known = [trail for trail in trails if trail is not None]
    if len(known) < len(trails):
        return None
    passed = {element for trail in known for element in trail}
    missed = [one for one in changes if one.kind in ("added", "changed") and one.element not in passed]
    nodes = {one.element for one in missed if one.element in graph.nodes and one.type != "process"}
    return [one for one in missed if one.element in nodes or _stands_alone(one.element, graph, nodes)]


def _stands_alone(key: str, graph: Graph, nodes: set[str]) -> bool:
    flow = graph.flows.get(key)
    return flow is not None and not nodes & {flow.source, flow.target}


def before(element: str, graph: Graph) -> list[str]:
    """The tasks, and the start, that lie before a node or a flow, the nearest first: their answers decide the way."""
    flow = graph.flows.get(element)
    waiting = [flow.source] if flow is not None else [one.source for one in _into(graph.nodes[element], graph)]
    seen, found = set(waiting), list[str]()
    while waiting:
        node = graph.nodes[waiting.pop(0)]
        if node.type in (*PEOPLE, "startEvent"):
            found.append(node.id)
        more = [one.source for one in _into(node, graph) if one.source not in seen]
        seen.update(more)
        waiting.extend(dict.fromkeys(more))
    return found


def _into(node: Node, graph: Graph) -> list[Flow]:
    """The flows into a node; for an event at its edge, into the activity at which it stands."""
    return graph.nodes[node.attached_to].incoming if node.attached_to else node.incoming


def branches(node: Node) -> list[Branch]:
    """The ways out of an exclusive gateway at which the order counts: where two or more have a condition."""
    if node.type != "exclusiveGateway":
        return []
    asked = sorted(node.outgoing, key=lambda flow: flow.id == node.default)
    found = [
        Branch(flow=flow.id, condition=flow.condition or "", default=flow.id == node.default) for flow in asked
    ]
    return found if sum(bool(one.condition and not one.default) for one in found) > 1 else []


def orders(graph: Graph) -> dict[str, list[Branch]]:
    """Gateway, and flow out of it, → the ways among which it chooses, where their order counts."""
    found: dict[str, list[Branch]] = {}
    for node in graph.nodes.values():
        ways = branches(node)
        if ways:
            found |= {node.id: ways, **{way.flow: ways for way in ways}}
    return found
