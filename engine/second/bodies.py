"""What elements do on the second engine: scripts, decisions, waits, mapping of variables, errors on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine import values
from engine.bpmn import errors, messages, timers
from engine.bpmn.graph import Node
from engine.second import specs
from engine.second.scopes import Scope
from engine.values import Json, Value

if TYPE_CHECKING:
    from engine.second.workflow import Workflow

Task = Any

#: What a body says: it is done, it waits for somebody, or what is inside of it has begun.
GO, WAITS, INSIDE = "go", "waits", "inside"


def enter(case: Workflow, task: Task, node: Node) -> str:
    """Does what an element does when a token has come to it."""
    if isinstance(task.task_spec, specs.Together | specs.InTurn):
        return _instances(case, task, node)
    if node.type not in BODIES:
        return _event(case, task, node)
    _map_in(case, task, node)
    return BODIES[node.type](case, task, node)


def leave(case: Workflow, task: Task, node: Node) -> None:
    """Writes what an element gives when it is done."""
    if isinstance(task.task_spec, specs.Together | specs.InTurn):
        _gather(case, task, node)
        return
    own = case.own(task)
    if own is None:
        return
    outputs = [
        (output.attributes["name"], case.evaluate_in(own, output.attributes.get("value", "")))
        for output in node.extension_list("output")
    ]
    for name, value in outputs:
        case.write(case.scope(task), name, value)


def answer(case: Workflow, task: Task, node: Node, given: dict[str, Value], under: str | None) -> None:
    """Writes what came from outside, where the mapping out sees it, or by the rule; see the kernel's ``answer``."""
    own = case.own(task) if node.extension_list("output") else None
    if own is not None:
        for name, value in ({under: given} if under else given).items():
            case.write(own, name, value, here=True)
    elif under is None:
        for name, value in given.items():
            case.write(case.scope(task), name, value)


def throw(case: Workflow, task: Task, code: str) -> None:
    """An error walks outwards to the nearest boundary event for its code, else for any; raises ErrorNotCaught."""
    host: Task | None = task
    while host is not None:
        event = None if host.triggered else _catcher(case, host, code)
        if event is not None:
            case.caught(event, code)
            return
        host = host.parent if host.triggered else case.owner(host)
    raise errors.ErrorNotCaught(error=code)


def _catcher(case: Workflow, host: Task, code: str) -> Task | None:
    """The boundary event at *host* that waits for this error: first the one that names it."""
    if host.parent is None or not host.parent.task_spec.name.endswith(".BoundaryEventSplit"):
        return None
    waiting = [
        event
        for event in host.parent.children
        if isinstance(event.task_spec, specs.Boundary)
        and isinstance(event.task_spec.event_definition, ErrorEventDefinition)
        and event.state == TaskState.WAITING
    ]
    for wanted in (code, None):
        for event in waiting:
            trigger = case.node(event).trigger
            if trigger is not None and trigger.code == wanted:
                return event
    return None


def due(case: Workflow, scope: Scope, node: Node) -> str:
    """When the timer of an event is due."""
    trigger = node.trigger
    assert trigger is not None
    return timers.due(
        case.evaluate_in(scope, trigger.date) if trigger.date else None,
        case.evaluate_in(scope, trigger.duration) if trigger.duration else None,
        case.now,
        node.id,
    )


def listen(case: Workflow, task: Task, node: Node, scope: Scope) -> None:
    """Opens the wait of an event for its timer or message."""
    if node.trigger is not None and node.trigger.kind == "message":
        case.wait("message", task, _asked(case, scope, node))
    else:
        case.wait("timer", task, {"due": due(case, scope, node)})


def arrive(case: Workflow, task: Task, node: Node, payload: dict[str, Value]) -> None:
    """Keeps what a message brought where the mapping out of an event sees it; without one it is not written."""
    if node.extension_list("output"):
        case.write(case.open_own(task), messages.UNDER, payload, here=True)


def _asked(case: Workflow, scope: Scope, node: Node) -> dict[str, Json]:
    """The name of the message that is waited for, and the key by which it is known; raises NotAKey."""
    declared = node.extension("correlation")
    text = declared.attributes.get("key") if declared is not None else None
    key = messages.key_of(case.evaluate_in(scope, text), node.id) if text else None
    return {"name": node.trigger.message if node.trigger is not None else None, "key": key}


def _event(case: Workflow, task: Task, node: Node) -> str:
    if node.type == "intermediateCatchEvent":
        listen(case, task, node, case.scope(task))
        return WAITS
    if node.trigger is not None and node.trigger.kind == "message":
        _map_in(case, task, node)
        return _send(case, task, node)
    if node.type == "endEvent" and node.trigger is not None and node.trigger.kind == "error":
        throw(case, task, node.trigger.code or "")
    return GO


def _instances(case: Workflow, task: Task, node: Node) -> str:
    loop = node.loop
    assert loop is not None
    if loop.collection is not None:
        items = case.evaluate_in(case.scope(task), loop.collection)
        if not isinstance(items, list):
            raise errors.NotAList(element=node.id)
    else:
        number = case.evaluate_in(case.scope(task), f"={loop.cardinality or 'null'}")
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise errors.NotANumber(element=node.id)
        items = [None] * number
    scope = case.open_instances(task, items)
    for name, number in (("nrOfInstances", len(items)), ("nrOfCompletedInstances", 0), ("nrOfActiveInstances", 0)):
        case.write(scope, name, number, here=True)
    task.internal_data["items"] = len(items)
    return GO if task.task_spec.begin(task) else INSIDE


def _gather(case: Workflow, task: Task, node: Node) -> None:
    if node.loop is not None and node.loop.output:
        case.write(case.scope(task), node.loop.output, case.gathered(task))


def _map_in(case: Workflow, task: Task, node: Node) -> None:
    inputs = node.extension_list("input")
    if not inputs and not node.extension_list("output"):
        return
    outside = case.scope(task)
    own = case.open_own(task)
    for extension in inputs:
        value = case.evaluate_in(outside, extension.attributes.get("value", ""))
        case.write(own, extension.attributes["name"], value, here=True)


def _inputs(case: Workflow, task: Task, node: Node) -> dict[str, Json]:
    own = case.own(task)
    names = [extension.attributes["name"] for extension in node.extension_list("input")]
    return {name: own.variables[name] for name in names} if own is not None else {}


def _pass(case: Workflow, task: Task, node: Node) -> str:
    return GO


def _user(case: Workflow, task: Task, node: Node) -> str:
    case.wait("user", task, {})
    return WAITS


def _service(case: Workflow, task: Task, node: Node) -> str:
    service = node.extension("service")
    kind = service.attributes.get("kind", "") if service else ""
    case.wait("job", task, {"service": kind, "inputs": _inputs(case, task, node)})
    return WAITS


def _call(case: Workflow, task: Task, node: Node) -> str:
    case.wait("child", task, {"process": node.called or "", "inputs": _inputs(case, task, node)})
    return WAITS


def _receive(case: Workflow, task: Task, node: Node) -> str:
    case.wait("message", task, _asked(case, case.seen_by(task), node))
    return WAITS


def _send(case: Workflow, task: Task, node: Node) -> str:
    said = {**_asked(case, case.seen_by(task), node), "values": _inputs(case, task, node)}
    case.wait("job", task, {"service": "send-message", "inputs": said})
    return WAITS


def _script(case: Workflow, task: Task, node: Node) -> str:
    named = node.extension("script")
    value = case.evaluate_in(case.seen_by(task), f"={node.script or 'null'}")
    return _keep(case, task, node, named.attributes.get("result") if named else None, value)


def _decide(case: Workflow, task: Task, node: Node) -> str:
    wanted = node.extension("decision")
    value = case.decide(case.seen_by(task), wanted.attributes.get("ref", "") if wanted else "")
    return _keep(case, task, node, wanted.attributes.get("result") if wanted else None, value)


def _keep(case: Workflow, task: Task, node: Node, name: str | None, value: Value) -> str:
    values.encode(value)
    if name:
        answer(case, task, node, {name: value}, None)
    return GO


def _subprocess(case: Workflow, task: Task, node: Node) -> str:
    case.open_inside(task)
    task.task_spec.begin(task)
    return INSIDE


BODIES: dict[str, Callable[[Any, Task, Node], str]] = {
    "task": _pass,
    "userTask": _user,
    "manualTask": _user,
    "scriptTask": _script,
    "serviceTask": _service,
    "businessRuleTask": _decide,
    "callActivity": _call,
    "receiveTask": _receive,
    "sendTask": _send,
    "subProcess": _subprocess,
}
