"""Events: boundary events that listen, timers, errors on their way outwards, and ends."""

from __future__ import annotations

from engine.bpmn import errors, facts, timers
from engine.bpmn.flows import leave, try_result
from engine.bpmn.graph import Node
from engine.bpmn.machine import Machine


def listen_at_boundary(machine: Machine, token: int) -> None:
    """Opens the timers of the boundary events of an activity."""
    for element in machine.node(token).boundary:
        event = machine.graph.nodes[element]
        if event.trigger is not None and event.trigger.kind == "timer":
            _open_timer(machine, token, event)


def catch(machine: Machine, token: int) -> None:
    """An intermediate catch event: waits for its timer."""
    _open_timer(machine, token, machine.node(token))


def fire(machine: Machine, wait: int) -> None:
    """A timer fires: the boundary event goes on, or the catch event is left."""
    found = machine.state.waits[wait]
    event = machine.graph.nodes[found.element]
    machine.close_wait(wait)
    if event.type == "boundaryEvent":
        _happen(machine, event, found.token)
    else:
        machine.todo.append(("leave", found.token))


def end(machine: Machine, token: int) -> None:
    """An end event: plain, terminate, or error."""
    trigger = machine.node(token).trigger
    if trigger is None:
        leave(machine, token)
    elif trigger.kind == "terminate":
        terminate(machine, token)
    else:
        throw(machine, token, trigger.code or "")


def terminate(machine: Machine, token: int) -> None:
    """Ends the scope at once, with all that still runs in it (BPMN 2.0 §13.5.6)."""
    scope = machine.state.tokens[token].scope
    try_result(machine, scope)
    machine.drop(token)
    for other in machine.state.tokens_in(scope):
        if other in machine.state.tokens:
            machine.cancel(other)
    machine.todo.append(("empty", scope))


def throw(machine: Machine, token: int, code: str) -> None:
    """An error walks outwards to the nearest boundary event for its code, else for any; raises ErrorNotCaught."""
    host: int | None = token
    while host is not None:
        found = machine.state.tokens[host]
        event = None if found.instance else _catcher(machine, machine.graph.nodes[found.element], code)
        if event is not None:
            machine.emit(facts.ErrorCaught(code, event.id))
            _happen(machine, event, host)
            return
        host = _owner(machine, found.scope)
    raise errors.ErrorNotCaught(error=code)


def _owner(machine: Machine, scope: int) -> int | None:
    found: int | None = scope
    while found is not None:
        owner = machine.state.scopes[found].owner
        if owner is not None:
            return owner
        found = machine.state.scopes[found].parent
    return None


def _catcher(machine: Machine, node: Node, code: str) -> Node | None:
    events = [machine.graph.nodes[element] for element in node.boundary]
    listening = [event for event in events if event.trigger is not None and event.trigger.kind == "error"]
    for wanted in (code, None):
        for event in listening:
            if event.trigger is not None and event.trigger.code == wanted:
                return event
    return None


def _happen(machine: Machine, event: Node, host: int) -> None:
    """A boundary event has happened at its activity: which ends, if it is interrupting."""
    scope = machine.state.tokens[host].scope
    if event.interrupting:
        machine.cancel(host)
    machine.enter(event.id, scope, fired=True)


def _open_timer(machine: Machine, token: int, event: Node) -> None:
    trigger = event.trigger
    assert trigger is not None
    scope = machine.state.tokens[token].scope
    due = timers.due(
        machine.evaluate(trigger.date, scope) if trigger.date else None,
        machine.evaluate(trigger.duration, scope) if trigger.duration else None,
        machine.now,
        event.id,
    )
    machine.wait("timer", event.id, token, due=due)
