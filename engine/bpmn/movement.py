"""Checks how tokens would move: joins that wait for ever, splits without a join, loops without a wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.graph import Flow, Graph, Node
from engine.errors import Finding

#: More tokens or instances at a time are a mistake of the diagram.
MOST_TOKENS = 1_000

#: Elements at which a case can come to rest.
WAITING = frozenset(
    {"userTask", "manualTask", "serviceTask", "receiveTask", "sendTask", "callActivity", "intermediateCatchEvent"}
)


def findings(graph: Graph) -> Iterator[Finding]:
    """Everything that would stand still or never come to rest."""
    tokens = _most_tokens(graph)
    for node in graph.nodes.values():
        if node.type == "parallelGateway" and node.is_join:
            yield from _parallel_join(graph, node, tokens)
    yield from _flood(graph, tokens)
    yield from _spinning(graph)


def at(rule: str, node: Node, severity: str = "error", **values: str) -> Finding:
    """A finding about a node."""
    return Finding(rule=rule, severity=severity, element=node.id, line=node.line, values=values)  # type: ignore[arg-type]


def forward(graph: Graph, start: Iterable[Node]) -> set[str]:
    """The nodes that can be reached from *start*, which are among them."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node.id not in found:
            found.add(node.id)
            waiting.extend(graph.nodes[flow.target] for flow in node.outgoing)
            waiting.extend(graph.nodes[event] for event in node.boundary)
    return found


def backward(graph: Graph, ends: Iterable[Node]) -> set[str]:
    """The nodes from which one of *ends* can be reached."""
    found: set[str] = set()
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        if node.id not in found:
            found.add(node.id)
            waiting.extend(graph.nodes[flow.source] for flow in node.incoming)
            if node.attached_to:
                waiting.append(graph.nodes[node.attached_to])
    return found


def _parallel_join(graph: Graph, node: Node, tokens: dict[str, int]) -> Iterator[Finding]:
    """A join that waits for its own loop, or for flows of which only one can ever have a token."""
    after = _after(graph, node)
    fed_by_itself = [flow for flow in node.incoming if flow.source in after]
    if fed_by_itself and len(fed_by_itself) < len(node.incoming):
        yield at("bpmn-join-in-loop", node, flow=fed_by_itself[0].id)
    choices = [choice for flow in node.incoming if (choice := _choice_before(graph, flow)) is not None]
    twice = next((choice for choice in choices if choices.count(choice) > 1), None)
    if twice is not None:
        # Several tokens could choose differently and meet here after all; where they cannot, it is an error.
        yield at("bpmn-join-after-choice", node, "error" if tokens.get(twice.id) == 1 else "warning")


def _after(graph: Graph, node: Node) -> set[str]:
    return forward(graph, [graph.nodes[flow.target] for flow in node.outgoing])


def _choice_before(graph: Graph, flow: Flow) -> Node | None:
    """The exclusive gateway from which a token can come over *flow*, where it can come from nowhere else."""
    seen: set[str] = set()
    node = graph.nodes[flow.source]
    while node.id not in seen:
        seen.add(node.id)
        if node.type == "exclusiveGateway" and len(node.outgoing) > 1:
            return node
        if len(node.incoming) != 1 or len(node.outgoing) != 1:
            return None
        node = graph.nodes[node.incoming[0].source]
    return None


def _most_tokens(graph: Graph) -> dict[str, int]:
    """Node → the most tokens that can ever come to it; nodes in or behind loops are left aside."""
    nodes = [node for node in graph.nodes.values() if node.type != "process"]
    left = {node.id: len(node.incoming) for node in nodes}
    tokens = dict.fromkeys(left, 0)
    ready = [node.id for node in nodes if not node.incoming]
    tokens.update(dict.fromkeys(ready, 1))
    found: dict[str, int] = {}
    while ready:
        node = graph.nodes[ready.pop()]
        found[node.id] = tokens[node.id]
        for flow in node.outgoing:
            tokens[flow.target] += _leaving(node, tokens[node.id])
            left[flow.target] -= 1
            if left[flow.target] == 0:
                ready.append(flow.target)
    return found


def _leaving(node: Node, tokens: int) -> int:
    return min(tokens, 1) if node.is_join else tokens


def _flood(graph: Graph, tokens: dict[str, int]) -> Iterator[Finding]:
    """Splits that no join takes together again."""
    flooded = [graph.nodes[key] for key, most in tokens.items() if _leaving(graph.nodes[key], most) > MOST_TOKENS]
    if flooded:
        yield at("bpmn-too-many-tokens", flooded[0], limit=str(MOST_TOKENS))


def _spinning(graph: Graph) -> Iterator[Finding]:
    """Loops in which a case would never come to rest: one finding, at the first of their nodes in the file."""
    following = {
        node.id: [flow.target for flow in node.outgoing]
        for node in graph.nodes.values()
        if node.type not in WAITING and node.type != "subProcess"
    }
    for node in _not_before(following):
        if _comes_back(following, node):
            yield at("bpmn-loop-without-wait", graph.nodes[node], "warning")
            return


def _not_before(following: dict[str, list[str]]) -> list[str]:
    """What is left when everything that no loop leads to is taken away: the loops, and what lies behind them."""
    left = dict.fromkeys(following, 0)
    for targets in following.values():
        for target in targets:
            if target in left:
                left[target] += 1
    free = [node for node, count in left.items() if count == 0]
    while free:
        node = free.pop()
        del left[node]
        for target in following[node]:
            if target in left:
                left[target] -= 1
                if left[target] == 0:
                    free.append(target)
    return list(left)


def _comes_back(following: dict[str, list[str]], node: str) -> bool:
    seen: set[str] = set()
    waiting = list(following[node])
    while waiting:
        found = waiting.pop()
        if found == node:
            return True
        if found not in seen:
            seen.add(found)
            waiting.extend(following.get(found, ()))
    return False
