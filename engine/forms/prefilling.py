"""What a form shows before anything is typed: the variables under its keys, else its defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.forms.definition import Component, Form, keyed
from engine.forms.posted import Posted, new_row, refer
from engine.values import File, Json, Value


def prefill(form: Form, scope: Mapping[str, Value]) -> Posted:
    """The first state of *form*, in the shape in which a browser would post it."""
    return Posted(_level(form.components, scope))


def _level(components: Sequence[Component], data: Mapping[str, Value]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for component in keyed(components):
        value = data.get(component.key)
        if component.kind == "dynamiclist":
            found[component.key] = _rows(component, value)
        elif component.kind == "group":
            found[component.key] = _level(component.components, value if isinstance(value, Mapping) else {})
        elif value is not None:
            found[component.key] = typed_back(value)
        elif component.default is not None:
            found[component.key] = component.default
    return found


def _rows(component: Component, value: Value) -> list[dict[str, Json]]:
    if isinstance(value, list):
        return [_level(component.components, row if isinstance(row, Mapping) else {}) for row in value]
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
