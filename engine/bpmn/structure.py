"""Checks the shape of a compiled process: flows, starts, ends, gateways, boundaries, joins, loops without a wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn import timers
from engine.bpmn.graph import ACTIVITIES, Graph, Node
from engine.errors import Finding

#: More tokens or instances at a time are a mistake of the diagram.
MOST_TOKENS = 1_000

#: Elements at which a case can come to rest.
WAITING = frozenset({"userTask", "manualTask", "serviceTask", "callActivity", "intermediateCatchEvent"})


def findings(graph: Graph) -> Iterator[Finding]:
    """Everything that would not run as it is drawn."""
    yield from _flows(graph)
    nodes = [node for node in graph.nodes.values() if node.type != "process"]
    for node in nodes:
        yield from _node(graph, node)
    for container in [node for node in graph.nodes.values() if node.type in ("process", "subProcess")]:
        yield from _container(graph, container)
    yield from _flood(graph)
    yield from _spinning(graph)
    yield from _lanes(nodes)


def _at(rule: str, node: Node, severity: str = "error", **values: str) -> Finding:
    return Finding(rule=rule, severity=severity, element=node.id, line=node.line, values=values)  # type: ignore[arg-type]


def _flows(graph: Graph) -> Iterator[Finding]:
    for flow in graph.flows.values():
        ends = [graph.nodes.get(flow.source), graph.nodes.get(flow.target)]
        if not flow.id:
            yield Finding(rule="bpmn-flow-without-id", line=flow.line)
        if ends[0] is None or ends[1] is None:
            yield Finding(rule="bpmn-flow-dangling", element=flow.id, line=flow.line)
        elif ends[0].parent != ends[1].parent:
            yield Finding(rule="bpmn-flow-crossing", element=flow.id, line=flow.line)


def _node(graph: Graph, node: Node) -> Iterator[Finding]:
    if node.type in ("startEvent", "boundaryEvent") and node.incoming:
        yield _at("bpmn-incoming", node)
    if node.type == "endEvent" and node.outgoing:
        yield _at("bpmn-outgoing", node)
    if node.type == "boundaryEvent":
        yield from _boundary(graph, node)
    if node.type.endswith("Gateway"):
        yield from _gateway(node)
    if node.default is not None:
        yield from _default(node)
    if node.type == "scriptTask" and not node.script:
        yield _at("bpmn-script-empty", node)
    if node.type == "callActivity" and not node.called:
        yield _at("bpmn-call-empty", node)
    if node.type == "callActivity" and node.called == graph.id:
        yield _at("bpmn-call-itself", node)
    if node.type == "serviceTask" and node.extension("service") is None:
        yield _at("bpmn-service-empty", node)
    if node.type == "businessRuleTask" and node.extension("decision") is None:
        yield _at("bpmn-decision-empty", node)
    if node.loop is not None and not node.loop.collection and not node.loop.cardinality:
        yield _at("bpmn-loop-empty", node)
    yield from _timer(node)
    if node.loop is not None and node.loop.cardinality and _digits(node.loop.cardinality) > MOST_TOKENS:
        yield _at("bpmn-too-many-instances", node, limit=str(MOST_TOKENS))


def _digits(text: str) -> int:
    """The number that a literal spells, bounded; 0 for anything that has to be worked out."""
    if not (text.isascii() and text.isdigit()):
        return 0
    return int(text) if len(text) < 10 else MOST_TOKENS + 1


def _boundary(graph: Graph, node: Node) -> Iterator[Finding]:
    host = graph.nodes.get(node.attached_to or "")
    if host is None or host.type not in ACTIVITIES or host.parent != node.parent:
        yield _at("bpmn-boundary-unattached", node)
    if not node.outgoing:
        yield _at("bpmn-dead-end", node)
    if node.trigger is not None and node.trigger.kind == "error" and not node.interrupting:
        yield _at("bpmn-error-not-interrupting", node)


def _gateway(node: Node) -> Iterator[Finding]:
    if not node.outgoing:
        yield _at("bpmn-dead-end", node)
    if node.type == "parallelGateway" and any(flow.condition for flow in node.outgoing):
        yield _at("bpmn-parallel-condition", node)
    if node.type == "exclusiveGateway" and len(node.outgoing) > 1:
        bare = [flow for flow in node.outgoing if not flow.condition and flow.id != node.default]
        if bare:
            yield _at("bpmn-exclusive-unconditional", node, flow=bare[0].id)
        if node.default is None:
            yield _at("bpmn-exclusive-no-default", node, "warning")


def _default(node: Node) -> Iterator[Finding]:
    found = [flow for flow in node.outgoing if flow.id == node.default]
    if not found:
        yield _at("bpmn-default-unknown", node, flow=node.default or "")
    elif found[0].condition:
        yield _at("bpmn-default-condition", node, flow=found[0].id)


def _timer(node: Node) -> Iterator[Finding]:
    trigger = node.trigger
    if trigger is None or trigger.kind != "timer":
        return
    if (trigger.date is None) == (trigger.duration is None):
        yield _at("bpmn-timer-empty", node)
        return
    text = trigger.date or trigger.duration or ""
    if not text.startswith("=") and not timers.is_literal(trigger.date, trigger.duration):
        yield _at("bpmn-timer", node, found=text[:60])


def _container(graph: Graph, container: Node) -> Iterator[Finding]:
    children = [graph.nodes[child] for child in container.children]
    starts = [node for node in children if node.type == "startEvent"]
    if len(starts) != 1:
        yield _at("bpmn-start", container, found=str(len(starts)))
    reached = _forward(graph, starts)
    leading = _backward(graph, [node for node in children if node.type == "endEvent"])
    for node in children:
        if node.id not in reached:
            yield _at("bpmn-unreachable", node)
        elif node.id not in leading and node.type != "boundaryEvent":
            yield _at("bpmn-no-way-to-an-end", node)
    for node in children:
        if node.type == "parallelGateway" and len(node.incoming) > 1:
            yield from _parallel_join(graph, node)


def _parallel_join(graph: Graph, node: Node) -> Iterator[Finding]:
    """A join that waits for flows of which only one can ever have a token, or for its own loop."""
    after = _forward(graph, [graph.nodes[flow.target] for flow in node.outgoing])
    fed_by_itself = [flow for flow in node.incoming if flow.source in after]
    if fed_by_itself and len(fed_by_itself) < len(node.incoming):
        yield _at("bpmn-join-in-loop", node, flow=fed_by_itself[0].id)
    sources = {flow.source for flow in node.incoming}
    if len(sources) == 1 and graph.nodes[next(iter(sources))].type == "exclusiveGateway":
        yield _at("bpmn-join-after-choice", node)


def _flood(graph: Graph) -> Iterator[Finding]:
    """Splits that no join takes together again: an upper bound of the tokens on each flow, loops left aside."""
    nodes = [node for node in graph.nodes.values() if node.type != "process"]
    left = {node.id: len(node.incoming) for node in nodes}
    tokens = dict.fromkeys(left, 0)
    ready = [node.id for node in nodes if not node.incoming]
    tokens.update(dict.fromkeys(ready, 1))
    while ready:
        node = graph.nodes[ready.pop()]
        leaving = min(tokens[node.id], 1) if node.is_join else tokens[node.id]
        if leaving > MOST_TOKENS:
            yield _at("bpmn-too-many-tokens", node, limit=str(MOST_TOKENS))
            return
        for flow in node.outgoing:
            tokens[flow.target] += leaving
            left[flow.target] -= 1
            if left[flow.target] == 0:
                ready.append(flow.target)


def _spinning(graph: Graph) -> Iterator[Finding]:
    """Loops in which a case would never come to rest."""
    automatic = {node.id for node in graph.nodes.values() if node.type not in WAITING and node.type != "subProcess"}
    left = dict.fromkeys(automatic, 0)
    for node in automatic:
        for flow in graph.nodes[node].outgoing:
            if flow.target in left:
                left[flow.target] += 1
    free = [node for node, count in left.items() if count == 0]
    while free:
        node = free.pop()
        del left[node]
        for flow in graph.nodes[node].outgoing:
            if flow.target in left:
                left[flow.target] -= 1
                if left[flow.target] == 0:
                    free.append(flow.target)
    if left:
        yield _at("bpmn-loop-without-wait", graph.nodes[min(left)], "warning")


def _lanes(nodes: Iterable[Node]) -> Iterator[Finding]:
    with_lane = [node for node in nodes if node.lane]
    if with_lane:
        for node in nodes:
            if not node.lane and node.type != "boundaryEvent" and not _inside_subprocess(node, nodes):
                yield _at("bpmn-no-lane", node, "warning")


def _inside_subprocess(node: Node, nodes: Iterable[Node]) -> bool:
    return any(other.id == node.parent and other.type == "subProcess" for other in nodes)


def _forward(graph: Graph, start: Iterable[Node]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node.id in found:
            continue
        found.add(node.id)
        waiting.extend(graph.nodes[flow.target] for flow in node.outgoing)
        waiting.extend(graph.nodes[event] for event in node.boundary)
    return found


def _backward(graph: Graph, ends: Iterable[Node]) -> set[str]:
    found: set[str] = set()
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        if node.id in found:
            continue
        found.add(node.id)
        waiting.extend(graph.nodes[flow.source] for flow in node.incoming)
        if node.attached_to:
            waiting.append(graph.nodes[node.attached_to])
    return found
