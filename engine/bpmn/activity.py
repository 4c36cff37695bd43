"""Activities: what each does when a token enters, and how it ends; mapping of variables in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine import values
from engine.bpmn import events, facts, instances, messages
from engine.bpmn.flows import leave
from engine.bpmn.graph import Node
from engine.bpmn.machine import Machine
from engine.values import Json, Value


def enter(machine: Machine, token: int) -> None:
    """A token begins an activity: its boundary events listen, then it runs once or for each element."""
    node = machine.node(token)
    if not machine.state.tokens[token].instance:
        events.listen_at_boundary(machine, token)
        if node.loop is not None:
            instances.begin(machine, token)
            return
    _map_in(machine, token)
    BODIES[node.type](machine, token, node)


def again(machine: Machine, token: int) -> None:
    """The work of a service task or call activity that failed is asked for again; its boundary events still listen."""
    own = machine.state.tokens[token].own
    if own is not None:
        machine.close_scope(own)
        machine.mark(token, "own", None)
    _map_in(machine, token)
    node = machine.node(token)
    BODIES[node.type](machine, token, node)


def done(machine: Machine, token: int) -> None:
    """The body of an activity has ended: variables are mapped out, and the token goes on."""
    found = machine.state.tokens[token]
    own = found.own
    if own is not None and machine.state.scopes[own].kind == "instances":
        instances.finish(machine, token)
        leave(machine, token)
        return
    node = machine.node(token)
    if own is not None and machine.state.scopes[own].kind == "activity":
        _map_out(machine, node, own, found.scope)
        machine.close_scope(own)
        machine.mark(token, "own", None)
    if found.instance:
        instances.one_done(machine, token)
    else:
        leave(machine, token)


def answer(machine: Machine, token: int, answers: Mapping[str, Value], *, under: str | None = None) -> None:
    """Writes what came from outside: where the mapping out sees it, else under its names.

    *under* names the one variable (``result``) under which the mapping sees the answer of a job or of a called case;
    without a mapping out such an answer is not written.
    """
    own = _mapped(machine, token)
    if own is not None:
        for name, value in ({under: dict(answers)} if under else answers).items():
            machine.write(own, name, value, here=True)
    elif under is None:
        for name, value in answers.items():
            machine.write(machine.state.tokens[token].scope, name, value)


def _map_in(machine: Machine, token: int) -> None:
    """Opens the activity's own scope where it maps variables, and fills it."""
    node = machine.node(token)
    inputs = node.extension_list("input")
    if not inputs and not node.extension_list("output"):
        return
    outside = machine.state.tokens[token].scope
    own = machine.open_scope("activity", node.id, outside, token)
    machine.mark(token, "own", own)
    for extension in inputs:
        value = machine.evaluate(extension.attributes.get("value", ""), outside)
        machine.write(own, extension.attributes["name"], value, here=True)


def _map_out(machine: Machine, node: Node, own: int, outside: int) -> None:
    # All values are worked out before the first is written: an output does not see another one.
    mapped = [
        (extension.attributes["name"], machine.evaluate(extension.attributes.get("value", ""), own))
        for extension in node.extension_list("output")
    ]
    for name, value in mapped:
        machine.write(outside, name, value)


def _inputs(machine: Machine, token: int, node: Node) -> dict[str, Json]:
    own = machine.state.tokens[token].own
    names = [extension.attributes["name"] for extension in node.extension_list("input")]
    return {name: machine.state.scopes[own].variables[name] for name in names} if own is not None else {}


def _user(machine: Machine, token: int, node: Node) -> None:
    machine.wait("user", node.id, token)


def _service(machine: Machine, token: int, node: Node) -> None:
    service = node.extension("service")
    kind = service.attributes.get("kind", "") if service else ""
    machine.wait("job", node.id, token, service=kind, inputs=_inputs(machine, token, node))


def _call(machine: Machine, token: int, node: Node) -> None:
    machine.wait("child", node.id, token, process=node.called or "", inputs=_inputs(machine, token, node))


def _receive(machine: Machine, token: int, node: Node) -> None:
    messages.wait_for(machine, token, node)


def throw(machine: Machine, token: int) -> None:
    """A throwing event sends its message, with the values of its mapping in."""
    _map_in(machine, token)
    _send(machine, token, machine.node(token))


def _send(machine: Machine, token: int, node: Node) -> None:
    messages.send(machine, token, node, _inputs(machine, token, node))


def _pass(machine: Machine, token: int, node: Node) -> None:
    machine.todo.append(("done", token))


def _script(machine: Machine, token: int, node: Node) -> None:
    scope = machine.seen_by(token)
    value = machine.expressions.evaluate(node.script or "null", machine.view(scope))
    named = node.extension("script")
    _keep(machine, token, named.attributes.get("result") if named else None, value)


def _decide(machine: Machine, token: int, node: Node) -> None:
    wanted = node.extension("decision")
    ref = wanted.attributes.get("ref", "") if wanted else ""
    decided = machine.decisions.decide(ref, machine.view(machine.seen_by(token)))
    rows = [str(getattr(row, "id", row)) for row in decided.rows]
    machine.emit(facts.Decided(node.id, token, ref, list(rows), values.encode(decided.value)))
    _keep(machine, token, wanted.attributes.get("result") if wanted else None, decided.value)


def _keep(machine: Machine, token: int, name: str | None, value: Value) -> None:
    """Writes a computed value under its name: where the mapping out sees it, else by the rule."""
    own = _mapped(machine, token)
    if name and own is not None:
        machine.write(own, name, value, here=True)
    elif name:
        machine.write(machine.state.tokens[token].scope, name, value)
    machine.todo.append(("done", token))


def _mapped(machine: Machine, token: int) -> int | None:
    """The activity's own scope, where it has a mapping out that reads it."""
    return machine.state.tokens[token].own if machine.node(token).extension_list("output") else None


def _subprocess(machine: Machine, token: int, node: Node) -> None:
    scope = machine.open_scope("subprocess", node.id, machine.seen_by(token), token)
    if machine.state.tokens[token].own is None:
        machine.mark(token, "own", scope)
    begin(machine, scope)


def begin(machine: Machine, scope: int) -> None:
    """Puts a token on the start event of a container, or on every element without incoming flow where it has none."""
    container = machine.state.scopes[scope].element
    nodes = [machine.graph.nodes[child] for child in machine.graph.nodes[container].children]
    starts = [node for node in nodes if node.type == "startEvent"]
    first = starts or [node for node in nodes if not node.incoming and node.attached_to is None]
    for node in first:
        machine.enter(node.id, scope)
    if not first:
        machine.todo.append(("empty", scope))


BODIES: dict[str, Callable[[Machine, int, Node], None]] = {
    "task": _pass,
    "userTask": _user,
    "manualTask": _user,
    "scriptTask": _script,
    "serviceTask": _service,
    "businessRuleTask": _decide,
    "receiveTask": _receive,
    "sendTask": _send,
    "intermediateThrowEvent": _send,
    "endEvent": _send,
    "callActivity": _call,
    "subProcess": _subprocess,
}
