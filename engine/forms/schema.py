"""A form as JSON Schema (draft 2020-12), so that programs know what a task asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.forms.definition import INPUTS, MAX_FILES, MAX_ROWS, Component, Expression, Form, keyed

_FILE = {
    "type": "object",
    "properties": {
        "digest": {"type": "string"}, "name": {"type": "string"}, "type": {"type": "string"},
        "size": {"type": "integer"},
    },
    "required": ["digest", "name", "type", "size"],
}  # fmt: skip


def schema(form: Form | None) -> dict[str, Any]:
    """The schema of a form's answers; what the form hides or limits by an expression, only the engine checks."""
    return _object(form.components if form is not None else ())


def _object(components: Sequence[Component]) -> dict[str, Any]:
    asked = [one for one in keyed(components) if one.kind in INPUTS or one.components]
    found: dict[str, Any] = {
        "type": "object",
        "properties": {one.key: _property(one) for one in asked},
        "additionalProperties": False,
    }
    required = [one.key for one in asked if one.required and one.hide is None and not one.readonly]
    return {**found, "required": required} if required else found


def _property(component: Component) -> dict[str, Any]:
    found = {"title": component.label, **_kind(component)}
    if component.description:
        found["description"] = component.description
    if component.readonly:
        found["readOnly"] = True
    if component.unit:
        found["x-unit"] = component.unit
    return found


def _kind(component: Component) -> dict[str, Any]:
    choices = [option.value for option in component.options]
    match component.kind:
        case "number":
            limits = {"minimum": component.least, "maximum": component.most}
            fixed = {k: float(v) for k, v in limits.items() if v is not None and not isinstance(v, Expression)}
            return {"type": ["number", "string"], **fixed}
        case "checkbox":
            return {"type": "boolean"}
        case "datetime":
            return {"type": "string", "format": "date"}
        case "checklist":
            return {"type": "array", "items": {"enum": choices} if choices else {}, "uniqueItems": True}
        case "radio" | "select":
            return {"enum": choices} if choices else {}
        case "filepicker":
            return {"type": "array", "items": _FILE, "maxItems": MAX_FILES if component.multiple else 1}
        case "group":
            return _object(component.components)
        case _ if component.components:
            return {"type": "array", "items": _object(component.components), "maxItems": MAX_ROWS}
    text: dict[str, Any] = {"type": "string", "maxLength": component.longest}
    if component.shortest:
        text["minLength"] = component.shortest
    if component.pattern:
        text["pattern"] = component.pattern
    return text
