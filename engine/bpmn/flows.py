"""Leaving an element: which sequence flows are taken, and what happens when a scope has no token left."""

from __future__ import annotations

from engine import values
from engine.bpmn import errors
from engine.bpmn.graph import Flow, Node
from engine.bpmn.machine import Machine


def leave(machine: Machine, token: int) -> None:
    """The token goes on over every flow that is to be taken; raises NoFlowMatches."""
    scope = machine.state.tokens[token].scope
    flows = chosen(machine, machine.node(token), scope)
    if not flows and machine.state.tokens_in(scope) == [token]:
        try_result(machine, scope)
    machine.drop(token)
    for flow in flows:
        machine.take(flow, scope)
    if not flows:
        machine.todo.append(("empty", scope))


def try_result(machine: Machine, scope: int) -> None:
    """Works out the result of a process before its last token goes: only a token can stand still with an incident."""
    if machine.state.scopes[scope].kind == "process":
        values.encode(machine.result())


def chosen(machine: Machine, node: Node, scope: int) -> list[Flow]:
    """The flows out of *node* whose condition is true, or the default (BPMN 2.0 §13.3, §13.2.1).

    An exclusive gateway takes the first in the order of the file; a parallel gateway has no conditions.
    """
    if node.type == "parallelGateway" or not any(flow.condition or flow.id == node.default for flow in node.outgoing):
        return node.outgoing
    found = []
    for flow in node.outgoing:
        if flow.id == node.default:
            continue
        if flow.condition is None or machine.expressions.condition(flow.condition, machine.view(scope)):
            found.append(flow)
            if node.type == "exclusiveGateway":
                break
    if not found:
        found = [flow for flow in node.outgoing if flow.id == node.default]
    if not found:
        raise errors.NoFlowMatches(element=node.id)
    return found
