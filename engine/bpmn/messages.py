"""Messages: waiting for one by its name and correlation key, where its values go, and sending one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.bpmn import errors
from engine.bpmn.graph import Node
from engine.bpmn.machine import Machine
from engine.values import Json, Value

#: The variable under which a mapping out sees the values of a message, as those of a job or of a called case.
UNDER = "result"
LONGEST_KEY = 200


def wait_for(machine: Machine, token: int, node: Node) -> None:
    """Opens the wait of an event or receive task; the key is worked out now (BPMN 2.0 §8.4.2). Raises NotAKey.

    *token* is the one that waits: at a boundary event the token of its activity. Without a key any message of the name
    fits.
    """
    assert node.trigger is not None
    scope = machine.state.tokens[token].scope if node.attached_to else machine.seen_by(token)
    machine.wait("message", node.id, token, name=node.trigger.message, key=_key(machine, node, scope))


def send(machine: Machine, token: int, node: Node, said: dict[str, Json]) -> None:
    """Sends a message to whom it may concern, by a job: the token goes on when it is sent. Raises NotAKey."""
    assert node.trigger is not None
    key = _key(machine, node, machine.seen_by(token))
    inputs: dict[str, Json] = {"name": node.trigger.message, "key": key, "values": said}
    machine.wait("job", node.id, token, service="send-message", inputs=inputs)


def _key(machine: Machine, node: Node, scope: int) -> str | None:
    declared = node.extension("correlation")
    text = declared.attributes.get("key") if declared is not None else None
    return key_of(machine.evaluate(text, scope), node.id) if text else None


def key_of(value: Value, element: str) -> str:
    """The text by which messages are told apart; raises NotAKey for anything but a short text or a number."""
    if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_KEY:
        return value.strip()
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise errors.NotAKey(element=element, found=str(value)[:60])


def arrive(machine: Machine, token: int, payload: Mapping[str, Value]) -> None:
    """Keeps what came where the mapping out of the token's event sees it; without one it is not written."""
    node = machine.node(token)
    if node.extension_list("output"):
        own = machine.open_scope("activity", node.id, machine.state.tokens[token].scope, token)
        machine.mark(token, "own", own)
        machine.write(own, UNDER, dict(payload), here=True)
