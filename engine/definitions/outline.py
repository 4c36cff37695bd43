"""A process in words: its steps in the order in which they can happen, for whoever does not see the drawing."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.bpmn.graph import Graph, Node
from engine.bpmn.xml import compile_process, parse, tag
from engine.definitions.coverage import branches
from engine.definitions.whereabouts import Whereabouts, whereabouts


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where one step leads: the flow, its name, its condition, and the step at its end."""

    flow: str
    name: str
    condition: str
    to: str
    #: When the condition is asked, from 1, at a gateway where the order counts; 0 elsewhere.
    place: int = 0


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One element: what it is, who does it, and where it leads."""

    id: str
    #: As in BPMN: ``userTask``, ``exclusiveGateway``.
    type: str
    name: str
    #: Beside which other it stands, where it has no name of its own.
    whereabouts: Whereabouts | None = None
    lane: str = ""
    #: How deep it lies inside of sub-processes.
    depth: int = 0
    #: Runs once for each of a list; stands at the border of another step.
    many: bool = False
    attached_to: str = ""
    called: str = ""
    ways: tuple[Way, ...] = ()


def outline(source: bytes) -> list[Step]:
    """Every element of a process once, from its beginning along its flows; raises BpmnUnreadable."""
    root = parse(source)
    graph = compile_process(root)
    names = {flow.get("id", ""): flow.get("name", "") for flow in root.iter(tag("sequenceFlow"))}
    return _level(graph, names, graph.nodes[graph.id], 0)


def _level(graph: Graph, names: Mapping[str, str], container: Node, depth: int) -> list[Step]:
    found: list[Step] = []
    for node in _ordered(graph, container):
        found.append(_step(graph, names, node, depth))
        if node.children:
            found.extend(_level(graph, names, node, depth + 1))
    return found


def _ordered(graph: Graph, container: Node) -> list[Node]:
    children = [graph.nodes[key] for key in container.children]
    waiting = [node for node in children if not node.incoming and node.attached_to is None]
    seen: dict[str, Node] = {}
    while waiting:
        node = waiting.pop(0)
        if node.id in seen:
            continue
        seen[node.id] = node
        waiting.extend(graph.nodes[key] for key in node.boundary)
        waiting.extend(graph.nodes[flow.target] for flow in node.outgoing if flow.target in graph.nodes)
    return [*seen.values(), *(node for node in children if node.id not in seen)]


def _step(graph: Graph, names: Mapping[str, str], node: Node, depth: int) -> Step:
    places = {branch.flow: place for place, branch in enumerate(branches(node), start=1) if not branch.default}
    ways = tuple(
        Way(
            flow=flow.id, name=names.get(flow.id, ""), condition=flow.condition or "", to=flow.target,
            place=places.get(flow.id, 0),
        )
        for flow in node.outgoing
        if flow.target in graph.nodes
    )  # fmt: skip
    return Step(
        id=node.id, type=node.type, name=node.name, whereabouts=None if node.name else whereabouts(graph, node),
        lane=node.lane, depth=depth, many=node.loop is not None, attached_to=node.attached_to or "",
        called=node.called or "", ways=ways,
    )  # fmt: skip
