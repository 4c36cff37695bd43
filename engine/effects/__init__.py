"""What jobs do, by their kind; run again with the same job, an effect has no second consequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.effects import cases, letters, messages, numbers

EFFECTS: dict[str, Callable[[Any, Any], None]] = {
    "start-child": cases.start_child,
    "deliver-result": cases.deliver_to_parent,
    "cancel-child": cases.cancel_child,
    "timer": cases.fire_timer,
    "correlate-message": messages.correlate,
    "deliver-message": messages.deliver,
    "send-message": messages.send,
    "find-message": messages.find,
    "put-in-force": cases.put_in_force,
    "remind": cases.remind,
    "numbers": numbers.take,
    "letters": letters.render,
}
