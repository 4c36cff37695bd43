"""What a form shows before anything is typed: the variables under its keys, else its defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.forms.definition import Component, Expression, Form, keyed
from engine.forms.expressions import evaluate
from engine.forms.posted import Posted, new_row, refer
from engine.values import File, Json, Value


def prefill(form: Form, scope: Mapping[str, Value], now: datetime) -> Posted:
    """The first state of *form*, in the shape in which a browser would post it; FEEL of defaults sees *scope*."""
    return Posted(_level(form.components, scope, lambda default: _worked_out(default, scope, now)))


def _worked_out(default: Json | Expression, scope: Mapping[str, Value], now: datetime) -> Json:
    if not isinstance(default, Expression):
        return default
    value = evaluate(default, scope, now)
    return typed_back(value) if value is not None else None


def _level(
    components: Sequence[Component], data: Mapping[str, Value], default: Callable[[Json | Expression], Json]
) -> dict[str, Json]:  # fmt: skip
    found: dict[str, Json] = {}
    for component in keyed(components):
        value = data.get(component.key)
        if component.kind == "dynamiclist":
            found[component.key] = _rows(component, value, default)
        elif component.kind == "group":
            found[component.key] = _level(component.components, value if isinstance(value, Mapping) else {}, default)
        elif value is not None:
            found[component.key] = typed_back(value)
        elif (given := default(component.default)) is not None:
            found[component.key] = given
    return found


def _rows(
    component: Component, value: Value, default: Callable[[Json | Expression], Json]
) -> list[dict[str, Json]]:  # fmt: skip
    if isinstance(value, list):
        return [_level(component.components, row if isinstance(row, Mapping) else {}, default) for row in value]
    return [] if component.fixed else [new_row(component) for _ in range(component.rows)]


def typed_back(value: Value) -> Json:
    """A typed value as a person would have typed it."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, File):
        return refer(value)
    if isinstance(value, list):
        return [typed_back(item) for item in value]
    kept: Any = value if isinstance(value, dict) else str(value)
    return kept
