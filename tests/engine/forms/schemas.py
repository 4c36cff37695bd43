"""Small form-js schemas for tests: one line for each component."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from engine import forms

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def schema(*components: dict[str, Any]) -> bytes:
    """The bytes of a form with *components*."""
    return json.dumps({"type": "default", "components": list(components)}).encode()


def form(*components: dict[str, Any]) -> forms.Form:
    """The form with *components*."""
    return forms.read(schema(*components))


def field(type: str, key: str = "x", **attributes: Any) -> dict[str, Any]:
    """An input; choices offer 甲 (a) and 乙 (b), dates are dates."""
    choices = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
    given: dict[str, Any] = {"type": type, "key": key, "label": f"label {key}"}
    if type in ("radio", "select", "checklist") and not attributes.keys() & {"valuesKey", "valuesExpression"}:
        given["values"] = choices
    if type == "datetime":
        given["subtype"] = "date"
    return given | attributes


def rows(path: str, *components: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """A list whose rows hold *components*."""
    return {"type": "dynamiclist", "path": path, "label": f"label {path}", "components": list(components)} | attributes


def group(*components: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """A frame around *components*; with a path it nests them."""
    return {"type": "group", "components": list(components)} | attributes


MUST = {"required": True}
FIXED = {"fixed": "true"}
