"""Checks the shape of a compiled process: flows, starts, ends, gateways, boundaries, loops, lanes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import timers
from engine.bpmn.graph import ACTIVITIES, CONTAINERS, Graph, Node
from engine.bpmn.movement import MOST_TOKENS, at, backward, forward
from engine.bpmn.names import CATCHING, THROWING
from engine.errors import Finding


def findings(graph: Graph) -> Iterator[Finding]:
    """Everything that would not run as it is drawn."""
    yield from _flows(graph)
    nodes = [node for node in graph.nodes.values() if node.type != "process"]
    for node in nodes:
        yield from _node(graph, node)
    for container in [node for node in graph.nodes.values() if node.type in CONTAINERS]:
        yield from _container(graph, container)
    yield from _lanes(graph, nodes)


def _flows(graph: Graph) -> Iterator[Finding]:
    for flow in graph.flows.values():
        source, target = graph.flow_node(flow.source), graph.flow_node(flow.target)
        if not flow.id:
            yield Finding(rule="bpmn-flow-without-id", line=flow.line)
        if source is None or target is None:
            yield Finding(rule="bpmn-flow-dangling", element=flow.id, line=flow.line)
        elif source.parent != target.parent:
            yield Finding(rule="bpmn-flow-crossing", element=flow.id, line=flow.line)


def _node(graph: Graph, node: Node) -> Iterator[Finding]:
    if node.type in ("startEvent", "boundaryEvent") and node.incoming:
        yield at("bpmn-incoming", node)
    if node.type == "endEvent" and node.outgoing:
        yield at("bpmn-outgoing", node)
    if node.type == "boundaryEvent":
        yield from _boundary(graph, node)
    if node.type.endswith("Gateway"):
        yield from _gateway(node)
    if node.default is not None:
        yield from _default(node)
    if node.type == "scriptTask" and not node.script:
        yield at("bpmn-script-empty", node)
    if node.type == "callActivity" and not node.called:
        yield at("bpmn-call-empty", node)
    if node.type == "callActivity" and node.called == graph.id:
        yield at("bpmn-call-itself", node)
    if node.type == "serviceTask" and node.extension("service") is None:
        yield at("bpmn-service-empty", node)
    if node.type == "businessRuleTask" and node.extension("decision") is None:
        yield at("bpmn-decision-empty", node)
    if node.type == "endEvent" and node.trigger is not None and node.trigger.kind == "error" and not node.trigger.code:
        yield at("bpmn-error-without-code", node)
    yield from _timer(node)
    yield from _message(node)
    yield from _loop(node)


def _loop(node: Node) -> Iterator[Finding]:
    loop = node.loop
    if loop is None:
        return
    if not loop.collection and not loop.cardinality:
        yield at("bpmn-loop-empty", node)
    if loop.collection and loop.cardinality:
        yield at("bpmn-loop-twice", node)
    if loop.collection and not loop.collection.startswith("="):
        yield at("bpmn-loop-text", node, found=loop.collection[:60])
    if loop.cardinality and _digits(loop.cardinality) > MOST_TOKENS:
        yield at("bpmn-too-many-instances", node, limit=str(MOST_TOKENS))


def _digits(text: str) -> int:
    """The number that a literal spells, bounded; 0 for anything that has to be worked out."""
    if not (text.isascii() and text.isdigit()):
        return 0
    return int(text) if len(text) < 10 else MOST_TOKENS + 1


def _boundary(graph: Graph, node: Node) -> Iterator[Finding]:
    host = graph.nodes.get(node.attached_to or "")
    if host is None or host.type not in ACTIVITIES or host.parent != node.parent:
        yield at("bpmn-boundary-unattached", node)
    if not node.outgoing:
        yield at("bpmn-dead-end", node)
    if node.trigger is not None and node.trigger.kind == "error" and not node.interrupting:
        yield at("bpmn-error-not-interrupting", node)


def _gateway(node: Node) -> Iterator[Finding]:
    if not node.outgoing:
        yield at("bpmn-dead-end", node)
    if node.type == "parallelGateway" and any(flow.condition for flow in node.outgoing):
        yield at("bpmn-parallel-condition", node)
    if node.type == "exclusiveGateway" and len(node.outgoing) > 1:
        bare = [flow for flow in node.outgoing if not flow.condition and flow.id != node.default]
        if bare:
            yield at("bpmn-exclusive-unconditional", node, flow=bare[0].id)
    if node.type == "exclusiveGateway" and node.default is None and any(flow.condition for flow in node.outgoing):
        yield at("bpmn-exclusive-no-default", node, "warning")


def _default(node: Node) -> Iterator[Finding]:
    found = [flow for flow in node.outgoing if flow.id == node.default]
    if not found:
        yield at("bpmn-default-unknown", node, flow=node.default or "")
    elif found[0].condition:
        yield at("bpmn-default-condition", node, flow=found[0].id)


def _timer(node: Node) -> Iterator[Finding]:
    trigger = node.trigger
    if trigger is None or trigger.kind != "timer":
        return
    if (trigger.date is None) == (trigger.duration is None):
        yield at("bpmn-timer-empty", node)
        return
    text = trigger.date or trigger.duration or ""
    if not text.startswith("=") and not timers.is_literal(trigger.date, trigger.duration):
        yield at("bpmn-timer", node, found=text[:60])


def _message(node: Node) -> Iterator[Finding]:
    """Who waits for a message, or sends one, names it; what belongs to a message stands nowhere else."""
    trigger = node.trigger
    if trigger is not None and trigger.kind == "message":
        if trigger.message is None:
            yield at("bpmn-message-empty", node)
        elif not trigger.message:
            yield at("bpmn-message-without-name", node)
    elif node.type in CATCHING | THROWING:
        for name in ("correlation", "input", "output"):
            if node.extension(name) is not None:
                yield at("bpmn-extension-misplaced", node, extension=name, place=node.type)


def _container(graph: Graph, container: Node) -> Iterator[Finding]:
    children = [graph.nodes[child] for child in container.children]
    starts = [node for node in children if node.type == "startEvent"]
    if len(starts) != 1:
        yield at("bpmn-start", container, found=str(len(starts)))
    # Without a start the one finding says enough; its nodes are not unreachable on top of it.
    reached = forward(graph, starts or [node for node in children if not node.incoming])
    leading = backward(graph, _ends(children))
    for node in children:
        if node.id not in reached:
            yield at("bpmn-unreachable", node)
        elif node.id not in leading and node.type != "boundaryEvent":
            yield at("bpmn-no-way-to-an-end", node)


def _ends(children: list[Node]) -> list[Node]:
    """Where tokens may end: at end events; where there is none, at whatever has no flow out (BPMN 2.0 §10.5.3)."""
    ends = [node for node in children if node.type == "endEvent"]
    return ends or [node for node in children if not node.outgoing]


def _lanes(graph: Graph, nodes: list[Node]) -> Iterator[Finding]:
    """Nodes of the process beside the lanes, where it has lanes."""
    if any(node.lane for node in nodes):
        for node in nodes:
            if not node.lane and node.type != "boundaryEvent" and node.parent == graph.id:
                yield at("bpmn-no-lane", node, "warning")
