"""The types of FEEL: which type a value has, and whether it conforms to a type that is written in a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.functions import Function
from engine.feel.run import Run
from engine.values import File, Months, Range, Value


@dataclass(frozen=True, slots=True)
class Type:
    """A type as written: ``number``, ``list<string>``, ``context<a: number>``, or the name of an item definition."""

    name: str
    #: Of a list or range: the type of its items; of a function: those of its parameters.
    items: tuple[Type, ...] = ()
    #: Of a context: the entries that it must have.
    entries: tuple[tuple[str, Type], ...] = ()
    #: Of a function: the type of its result.
    result: Type | None = None


ANY = Type("Any")

_KINDS: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    list: "list",
    dict: "context",
    File: "file",
    Function: "function",
}

#: Other spellings of a type: those of XML Schema in older models, and the generic names of the standard.
_SYNONYMS = {
    "any": "Any",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "date time": "date and time",
    "null": "Null",
    "integer": "number",
    "long": "number",
    "double": "number",
}

NAMES = frozenset({*_KINDS.values(), *_SYNONYMS, "Any", "duration"})


def named(name: str) -> Type:
    """The type with this built-in name, in its one spelling."""
    return Type(_SYNONYMS.get(name, name))


def resolved(written: Type, defined: Mapping[str, Type]) -> Type:
    """*written* with the types that a model defines in the place of their names."""
    if not defined:
        return written
    if written.name in defined:
        return defined[written.name]
    return replace(
        written,
        items=tuple(resolved(item, defined) for item in written.items),
        entries=tuple((name, resolved(entry, defined)) for name, entry in written.entries),
    )


def kind(value: Value) -> str:
    """The name of the value's type; a kind of value that FEEL does not know has the type ``unknown``."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    if isinstance(value, Mapping):  # a context may be read only when it is asked for
        return "context"
    return next((name for python, name in _KINDS.items() if isinstance(value, python)), "unknown")


def conforms(value: Value, expected: Type, run: Run) -> bool:
    """Whether *value* is of the type; null conforms to every type here, and callers that want more ask first."""
    if value is None or expected.name == "Any":
        return True
    found = kind(value)
    if found != expected.name:
        return expected.name == "duration" and found.endswith("duration")
    if found == "list" and expected.items:
        run.spend(len(value))
        return all(conforms(item, expected.items[0], run) for item in value)
    if found == "range" and expected.items:
        return all(conforms(end, expected.items[0], run) for end in (value.low, value.high))
    if found == "context" and expected.entries:
        run.spend(len(expected.entries))
        return all(name in value and conforms(value[name], type_, run) for name, type_ in expected.entries)
    if found == "function" and (expected.items or expected.result):
        return _function_conforms(value, expected)
    return True


def _function_conforms(function: Function, expected: Type) -> bool:
    """As far as the declaration tells: the number of parameters, and their types where they are declared."""
    return len(function.parameters) == len(expected.items)


def coerce(value: Value, expected: Type, run: Run) -> Value:
    """*value* as the type wants it (DMN 1.3, 10.3.2.9.4): one item from a list, a list of one, midnight; else null."""
    if conforms(value, expected, run):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], expected, run):
        return value[0]
    if expected.name == "list" and conforms([value], expected, run):
        return [value]
    if expected.name == "date and time" and kind(value) == "date":
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a FEEL moment may have no zone
    return None
