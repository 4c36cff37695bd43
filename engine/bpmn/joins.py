"""Joins: parallel ones wait for a token on each flow, inclusive ones for every token that can still come."""

from __future__ import annotations

from engine.bpmn.graph import Node
from engine.bpmn.machine import Machine


def arrive(machine: Machine, token: int) -> None:
    """A token has come over a flow; a parallel join goes on when each flow has one (BPMN 2.0 §13.3.1)."""
    node, scope = machine.node(token), machine.state.tokens[token].scope
    if node.type != "parallelGateway":
        return
    arrived = _arrived(machine, node, scope)
    if len(arrived) == len(node.incoming):
        _join(machine, [tokens[0] for tokens in arrived.values()])


def release(machine: Machine) -> bool:
    """Lets one inclusive join go on to which no further token can come; asked when nothing else moves (§13.3.3)."""
    seen = set()
    for token in machine.state.tokens.values():
        if token.flow is not None and machine.graph.nodes[token.element].type == "inclusiveGateway":
            seen.add((token.scope, token.element))
    for scope, element in sorted(seen):
        node = machine.graph.nodes[element]
        arrived = _arrived(machine, node, scope)
        if not _can_still_come(machine, node, scope, set(arrived)):
            _join(machine, [tokens[0] for tokens in arrived.values()])
            return True
    return False


def _arrived(machine: Machine, node: Node, scope: int) -> dict[str, list[int]]:
    """Incoming flow → the tokens that came over it and wait."""
    found: dict[str, list[int]] = {}
    for key in machine.state.tokens_in(scope):
        token = machine.state.tokens[key]
        if token.element == node.id and token.flow is not None:
            found.setdefault(token.flow, []).append(key)
    return found


def _join(machine: Machine, tokens: list[int]) -> None:
    """The first token goes on for all."""
    first, *others = tokens
    for token in others:
        machine.drop(token)
    machine.mark(first, "flow", None)
    machine.todo.append(("leave", first))


def _can_still_come(machine: Machine, node: Node, scope: int, have: set[str]) -> bool:
    """True where a token has a path to a flow that has none yet, and none to a flow that has one."""
    reach = machine.graph.reach(node.id)
    for key in machine.state.tokens_in(scope):
        token = machine.state.tokens[key]
        if token.element == node.id and token.flow is not None:
            continue
        reached = reach.get(token.element, frozenset())
        if reached - have and not reached & have:
            return True
    return False
