"""Multi-instance activities: one run for each element of a list, at once or one after the other (BPMN 2.0 §13.2.8)."""

from __future__ import annotations

from engine import values
from engine.bpmn import errors
from engine.bpmn.graph import Loop
from engine.bpmn.machine import Machine
from engine.values import Value


def begin(machine: Machine, token: int) -> None:
    """Opens the scope of the instances and begins the first or all; raises NotAList, NotANumber."""
    node = machine.node(token)
    loop = node.loop
    assert loop is not None
    outside = machine.state.tokens[token].scope
    items = _items(machine, loop, outside, node.id)
    scope = machine.open_scope("instances", node.id, outside, token)
    machine.mark(token, "own", scope)
    for name, number in (("nrOfInstances", len(items)), ("nrOfCompletedInstances", 0), ("nrOfActiveInstances", 0)):
        machine.write(scope, name, number, here=True)
    machine.emit_mark(scope, "items", values.encode(items))
    machine.emit_mark(scope, "next", 0)
    if not items:
        machine.todo.append(("done", token))
    for _ in items[:1] if loop.sequential else items:
        _one(machine, token)


def one_done(machine: Machine, token: int) -> None:
    """One instance has ended: its output is kept in the list's order, and the next one or the end follows."""
    instance = machine.state.tokens[token].scope
    scope = machine.state.scopes[instance].parent
    assert scope is not None
    outer = machine.state.scopes[scope].owner
    loop = machine.node(token).loop
    assert outer is not None
    assert loop is not None
    _keep_output(machine, loop, scope, instance)
    _count(machine, scope, "nrOfCompletedInstances", 1)
    _count(machine, scope, "nrOfActiveInstances", -1)
    stop = loop.completion is not None and machine.expressions.condition(loop.completion, machine.view(instance))
    machine.drop(token)
    machine.close_scope(instance)
    if stop:  # The others end at once: none of them may still count (BPMN 2.0 §13.2.8).
        machine.close_inside(scope)
    marks = machine.state.scopes[scope].marks
    if stop or (marks["next"] >= len(marks["items"]) and not machine.state.scopes_in(scope)):
        machine.todo.append(("done", outer))
    elif loop.sequential:
        _one(machine, outer)


def finish(machine: Machine, token: int) -> None:
    """Closes the scope of the instances, cancels those that still run, and writes the gathered list."""
    found = machine.state.tokens[token]
    loop = machine.node(token).loop
    assert loop is not None
    assert found.own is not None
    results = {int(key): value for key, value in machine.state.scopes[found.own].marks.items() if key.isdigit()}
    machine.close_scope(found.own)
    machine.mark(token, "own", None)
    if loop.output:
        gathered = [values.decode(results[key]) for key in sorted(results)]
        machine.write(found.scope, loop.output, gathered)


def _items(machine: Machine, loop: Loop, scope: int, element: str) -> list[Value]:
    if loop.collection is not None:
        found = machine.evaluate(loop.collection, scope)
        if not isinstance(found, list):
            raise errors.NotAList(element=element)
        return found
    number = machine.expressions.evaluate(loop.cardinality or "null", machine.view(scope))
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise errors.NotANumber(element=element)
    if number > machine.limits.tokens:
        raise errors.BudgetSpent(limit=machine.limits.tokens, unit="tokens")
    return [None] * number


def _one(machine: Machine, outer: int) -> None:
    node = machine.node(outer)
    scope = machine.state.tokens[outer].own
    assert scope is not None
    assert node.loop is not None
    number: int = machine.state.scopes[scope].marks["next"]
    machine.emit_mark(scope, "next", number + 1)
    instance = machine.open_scope("instance", node.id, scope, outer)
    machine.write(instance, "loopCounter", number + 1, here=True)
    if node.loop.item:
        item = values.decode(machine.state.scopes[scope].marks["items"][number])
        machine.write(instance, node.loop.item, item, here=True)
    _count(machine, scope, "nrOfActiveInstances", 1)
    token = machine.enter(node.id, instance)
    machine.mark(token, "instance", True)


def _keep_output(machine: Machine, loop: Loop, scope: int, instance: int) -> None:
    if not loop.output:
        return
    counter = machine.state.scopes[instance].variables["loopCounter"]
    value = machine.evaluate(loop.output_item, instance) if loop.output_item else None
    machine.emit_mark(scope, str(counter), values.encode(value))


def _count(machine: Machine, scope: int, name: str, by: int) -> None:
    machine.write(scope, name, machine.state.scopes[scope].variables[name] + by, here=True)
