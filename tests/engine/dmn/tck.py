"""The cases of the DMN TCK (dmn-tck/tck): reading them, and comparing what they expect with what a decision gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.feel import literals
from engine.values import parse_duration

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True)
class Case:
    """One test case: a model, inputs, and what the named decisions or the service give."""

    folder: Path
    model: str
    name: str
    service: str
    inputs: dict[str, Any]
    #: Name of the node, whether an error is expected, and the expected value.
    results: tuple[tuple[str, bool, Any], ...]


def cases(root: Path) -> Iterator[Case]:
    """All cases below a folder that is laid out like the kit."""
    for path in sorted(root.rglob("*-test-*.xml")):
        document = etree.parse(str(path)).getroot()
        model = _text(document, "modelName")
        for found in _children(document, "testCase"):
            yield Case(
                folder=path.parent,
                model=model,
                name=f"{path.stem}/{found.get('id')}",
                service=found.get("invocableName", "") if found.get("type") == "decisionService" else "",
                inputs={str(node.get("name")): _value(node) for node in _children(found, "inputNode")},
                results=tuple(_result(node) for node in _children(found, "resultNode")),
            )


def same(expected: Any, found: Any) -> bool:
    """Numbers within 1e-8 of each other, durations and zones by meaning, lists in order, contexts by name."""
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None or found is None:
        return expected is found
    if isinstance(expected, (int, Decimal)) and isinstance(found, (int, Decimal)):
        return abs(Decimal(expected) - Decimal(found)) <= Decimal("1e-8") * max(abs(Decimal(expected)), 1)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(expected[key], found[key]) for key in expected)
    if isinstance(expected, (datetime, time)) and isinstance(found, type(expected)):
        return expected.replace(tzinfo=None) == found.replace(tzinfo=None) and _zone(expected) == _zone(found)
    return type(expected) is type(found) and bool(expected == found)


def _zone(value: datetime | time) -> Any:
    return value.utcoffset() if value.utcoffset() is not None else str(value.tzinfo)


def _children(element: Any, tag: str) -> list[Any]:
    return [] if element is None else list(element.iterchildren(f"{{*}}{tag}"))


def _text(element: Any, tag: str) -> str:
    return "".join(child.text or "" for child in _children(element, tag)).strip()


def _result(node: Any) -> tuple[str, bool, Any]:
    expected = _children(node, "expected")
    value = _value(expected[0]) if expected else None
    return str(node.get("name")), node.get("errorResult") == "true", value


def _value(node: Any) -> Any:
    components = _children(node, "component")
    if components:
        return {str(part.get("name")): _value(part) for part in components if part.get("name") is not None}
    lists = _children(node, "list")
    if lists:
        return None if lists[0].get(f"{_XSI}nil") == "true" else [_value(item) for item in _children(lists[0], "item")]
    values = _children(node, "value")
    if not values or values[0].get(f"{_XSI}nil") == "true":
        return None
    return _scalar(values[0].text or "", str(values[0].get(f"{_XSI}type", "")).rpartition(":")[2])


def _scalar(text: str, kind: str) -> Any:
    match kind:
        case "decimal" | "double" | "integer" | "int" | "float" | "long":
            return Decimal(text.strip())
        case "boolean":
            return text.strip() == "true"
        case "date":
            return literals.date_(text)
        case "time":
            return literals.time_(text)
        case "dateTime":
            return literals.moment(text)
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return parse_duration(text)
    return text
