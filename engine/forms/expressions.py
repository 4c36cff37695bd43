"""The FEEL of a form: conditions, limits, sources of options and rows, and the ``{{ }}`` of its texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from engine import errors, feel
from engine.forms.definition import Expression
from engine.values import Value

MAX_LENGTH: Final = 2_000
_SLOT: Final = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


def evaluate(expression: Expression, scope: Mapping[str, Value], now: datetime) -> Value:
    """The value of *expression*; null where it cannot be computed, as form-js has it."""
    try:
        return feel.parse(expression.text).evaluate(scope, now=now)
    except errors.BihuanError:
        return None


def fault(text: str) -> errors.BihuanError | None:
    """Why *text* is not FEEL; None if it is."""
    try:
        feel.parse(text)
    except errors.BihuanError as reason:
        return reason
    return None


def slots(template: str) -> list[str]:
    """The expressions inside the ``{{ }}`` of a text."""
    return [match[1].strip() for match in _SLOT.finditer(template)]


def fill(
    template: str, scope: Mapping[str, Value], now: datetime, mask: Callable[[str], str] = str
) -> str:
    """*template* with every ``{{ FEEL }}`` replaced by its value; *mask* makes a value harmless for what follows."""
    return _SLOT.sub(lambda match: mask(shown(evaluate(Expression(match[1].strip()), scope, now))), template)


def shown(value: Value) -> str:
    """A value as a form shows it where nothing else is said."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(shown(item) for item in value)
    if isinstance(value, dict):
        return shown(value.get("name", value.get("label")))
    return str(getattr(value, "name", value))
