"""What the kernel was asked in a step, and what it answered: for an independent engine that takes the case again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from engine.bpmn.facts import Fact


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One command to a case: the method of the kernel's ``Workflow``, its arguments, its time, and the facts."""

    call: str
    arguments: tuple[Any, ...]
    now: datetime
    facts: list[Fact]
