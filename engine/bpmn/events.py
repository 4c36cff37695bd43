"""Events: boundary events that listen, timers and messages, errors on their way outwards, and ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bpmn import errors, facts, messages, timers
from engine.bpmn.flows import leave, try_result
from engine.bpmn.graph import Node
from engine.bpmn.machine import Machine
from engine.values import Value


def listen_at_boundary(machine: Machine, token: int) -> None:
    """Opens what the boundary events of an activity wait for."""
    for element in machine.node(token).boundary:
        event = machine.graph.nodes[element]
        if event.trigger is not None and event.trigger.kind in OPEN:
            OPEN[event.trigger.kind](machine, token, event)


def catch(machine: Machine, token: int) -> None:
    """An intermediate catch event: waits for its timer or message."""
    event = machine.node(token)
    assert event.trigger is not None
    OPEN[event.trigger.kind](machine, token, event)


def fire(machine: Machine, wait: int) -> None:
    """A timer fires: the boundary event goes on, or the catch event is left."""
    found = machine.state.waits[wait]
    event = machine.graph.nodes[found.element]
    machine.close_wait(wait)
    if event.type == "boundaryEvent":
        _happen(machine, event, found.token)
    else:
        machine.todo.append(("leave", found.token))


def receive(machine: Machine, wait: int, payload: Mapping[str, Value]) -> None:
    """A message arrives at an event. A boundary event that does not interrupt goes on listening (BPMN 2.0 §13.5.3)."""
    found = machine.state.waits[wait]
    event = machine.graph.nodes[found.element]
    if event.type != "boundaryEvent":
        machine.close_wait(wait)
        messages.arrive(machine, found.token, payload)
        machine.todo.append(("done", found.token))
        return
    if event.interrupting:
        machine.close_wait(wait)
    messages.arrive(machine, _happen(machine, event, found.token), payload)


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


def _happen(machine: Machine, event: Node, host: int) -> int:
    """A boundary event has happened at its activity: which ends, if it is interrupting. Gives the event's token."""
    scope = machine.state.tokens[host].scope
    if event.interrupting:
        machine.cancel(host)
    return machine.enter(event.id, scope, fired=True)


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


#: Kind of trigger → how its wait opens. (An error is not waited for: it walks.)
OPEN: dict[str, Callable[[Machine, int, Node], None]] = {"timer": _open_timer, "message": messages.wait_for}
