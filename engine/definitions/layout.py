"""Draws a process that came without a drawing: from left to right along its flows, for a person to tidy up."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn.graph import CONTAINERS, EVENTS, GATEWAYS
from engine.bpmn.names import DC, DI
from engine.bpmn.xml import FLOW_NODES, local, tag

_WAY = "http://www.omg.org/spec/DD/20100524/DI"
COLUMN, ROW = 160, 120

#: Element → left, top, width, height.
Places = dict[str, tuple[float, float, float, float]]


def draw(root: Any, process: Any) -> None:
    """Adds a diagram of *process* to the file."""
    diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "diagram"})
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": process.get("id", "")})
    places: Places = {}
    _place(process, 120, 80, places)
    for element, (left, top, width, height) in places.items():
        shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{element}_di", "bpmnElement": element})
        if any(local(found) in CONTAINERS and found.get("id") == element for found in process.iter()):
            shape.set("isExpanded", "true")
        bounds = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{width:g}", "height": f"{height:g}"}
        etree.SubElement(shape, f"{{{DC}}}Bounds", bounds)
    for flow in process.iter(tag("sequenceFlow")):
        source, target = places.get(flow.get("sourceRef", "")), places.get(flow.get("targetRef", ""))
        if source and target:
            edge = etree.SubElement(
                plane, f"{{{DI}}}BPMNEdge", {"id": f"{flow.get('id')}_di", "bpmnElement": flow.get("id", "")}
            )
            for x, y in _way(source, target):
                etree.SubElement(edge, f"{{{_WAY}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def _place(container: Any, left: float, top: float, places: Places) -> tuple[float, float]:
    """Places the nodes of one level; gives the width and height that they take."""
    nodes = [element for element in container if local(element) in FLOW_NODES and element.get("id")]
    columns = _columns(container, [node.get("id") for node in nodes if not node.get("attachedToRef")])
    x, lowest = left, top
    for column in columns:
        y, widest = top, 0.0
        for node in (found for found in nodes if found.get("id") in column):
            width, height = _size(node)
            if local(node) in CONTAINERS:
                inner = _place(node, x + 40, y + 50, places)
                width, height = inner[0] + 80, inner[1] + 80
            middle = y + max(0.0, (80 - height) / 2)
            places[node.get("id")] = (x + max(0.0, (100 - width) / 2), middle, width, height)
            y, widest = y + max(height, 80) + ROW - 80, max(widest, width)
        x, lowest = x + max(widest, 100) + COLUMN - 100, max(lowest, y)
    for node in nodes:
        host = places.get(node.get("attachedToRef") or "")
        if host:
            places[node.get("id")] = (host[0] + host[2] - 30, host[1] + host[3] - 18, 36, 36)
    return x - left - (COLUMN - 100), lowest - top - (ROW - 80)


def _columns(container: Any, ids: list[str]) -> list[list[str]]:
    """The nodes by their longest way from a beginning, loops apart; what cannot be reached comes last."""
    found = [(flow.get("sourceRef", ""), flow.get("targetRef", "")) for flow in container.findall(tag("sequenceFlow"))]
    flows = {node: [target for source, target in found if source == node and target in ids] for node in ids}
    entered = {target for source, target in found if source != target}
    order = _forward(flows, [node for node in ids if node not in entered] or ids[:1])
    place = {node: number for number, node in enumerate(order)}
    rank = dict.fromkeys(order, 0)
    for node in order:
        for target in flows[node]:
            if place[target] > place[node]:
                rank[target] = max(rank[target], rank[node] + 1)
    columns = [[node for node in order if rank[node] == number] for number in range(max(rank.values(), default=-1) + 1)]
    rest = [node for node in ids if node not in rank]
    return [*columns, rest] if rest else columns


def _forward(flows: dict[str, list[str]], starts: list[str]) -> list[str]:
    """The nodes in an order in which every flow that closes no loop leads onwards: depth first, the last done first."""
    done: list[str] = []
    seen: set[str] = set()
    waiting = [(node, False) for node in reversed(starts)]
    while waiting:
        node, left = waiting.pop()
        if left:
            done.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((target, False) for target in flows[node] if target not in seen)
    return done[::-1]


def _size(node: Any) -> tuple[float, float]:
    kind = local(node)
    return (36, 36) if kind in EVENTS else (50, 50) if kind in GATEWAYS else (100, 80)


def _way(
    source: tuple[float, float, float, float], target: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    """Out at the right, in at the left, with one bend between; backwards it goes below."""
    start, end = (source[0] + source[2], source[1] + source[3] / 2), (target[0], target[1] + target[3] / 2)
    if end[0] < start[0]:
        below = max(source[1] + source[3], target[1] + target[3]) + 20
        middle, arrival = source[0] + source[2] / 2, target[0] + target[2] / 2
        return [(middle, source[1] + source[3]), (middle, below), (arrival, below), (arrival, target[1] + target[3])]
    if start[1] == end[1]:
        return [start, end]
    bend = (start[0] + end[0]) / 2
    return [start, (bend, start[1]), (bend, end[1]), end]
