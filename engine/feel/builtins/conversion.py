"""Built-in functions that convert (DMN 1.3, 10.3.4.1): date, time, number, string, durations, ranges."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.feel import comparing, literals
from engine.feel.builtins.signatures import Signatures
from engine.feel.numbers import Number, decimal, whole
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Months, Range, Value, duration_text, parse_duration

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_RANGE: Final = re.compile(r"([\[\](])(.+)\.\.(.+)([\]\[)])", re.DOTALL)


def _date_of_parts(run: Run, year: Number, month: Number, day: Number) -> Value:
    parts = [whole(part) for part in (year, month, day)]
    return None if None in parts else date(*parts)  # type: ignore[arg-type]


def _date_of_moment(run: Run, value: date) -> Value:
    return date(value.year, value.month, value.day)


def _moment(run: Run, text: str) -> Value:
    day = literals.date_(text)
    return literals.moment(text) if day is None else _midnight(run, day)


def _midnight(run: Run, day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - FEEL knows moments without zone


def _moment_of_parts(run: Run, day: date, clock: time) -> Value:
    return datetime.combine(date(day.year, day.month, day.day), clock)


def _moment_in_zone(run: Run, moment: datetime, zone: str) -> Value:
    return moment.astimezone(literals.zone_of(f"@{zone}")) if moment.tzinfo else None


def _time_of(run: Run, value: date) -> Value:
    if isinstance(value, datetime):
        return value.timetz()
    return literals.time_("00:00:00Z")


def _time_of_parts(run: Run, hour: Number, minute: Number, second: Number, offset: timedelta | None = None) -> Value:
    hours, minutes, micros = whole(hour), whole(minute), int(decimal(second) * 1_000_000)
    if hours is None or minutes is None:
        return None
    zone = None if offset is None else literals.zone_of_offset(offset)
    return time(hours, minutes, micros // 1_000_000, micros % 1_000_000, zone)


def _number(run: Run, text: str) -> Value:
    return literals.number(text) if _NUMBER.fullmatch(text) else None


def _separated_number(run: Run, text: str, grouping: Value, point: Value) -> Value:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.replace(".", " ").replace(",", ".")  # a full stop that is no decimal point spoils the number
    return _number(run, text)


def _string(run: Run, value: Value) -> Value:
    if value is None:
        return None
    run.weigh(value)
    text = value if isinstance(value, str) else written(value)
    run.allocate(len(text))
    return text


def written(value: Value) -> str:
    """The value as one would write it in an expression; dates and durations as their text."""
    match kind(value):
        case "Null":
            return "null"
        case "boolean":
            return "true" if value else "false"
        case "number":
            return literals.number_text(value)
        case "string":
            escaped: str = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case "date":
            return str(value.isoformat())
        case "time" | "date and time":
            return literals.zoned_text(value)
        case "days and time duration" | "years and months duration":
            return duration_text(value)
        case "list":
            return "[" + ", ".join(map(written, value)) + "]"
        case "context":
            return "{" + ", ".join(f"{_key(key)}: {written(item)}" for key, item in value.items()) + "}"
        case "range":
            low, high = (written(end) for end in (value.low, value.high))
            return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
    return str(getattr(value, "name", kind(value)))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w ]+", name) else written(name)


def _duration(run: Run, text: str) -> Value:
    return parse_duration(text)


def _months_between(run: Run, first: date, last: date) -> Months:
    return literals.months_between(first, last)


def _range(run: Run, text: str) -> Value:
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return None
    low, high = _range_end(found[2].strip()), _range_end(found[3].strip())
    if not comparing.at_most(low, high):
        return None
    return Range(low, high, found[1] == "[", found[4] == "]")


def _range_end(text: str) -> Value:
    """A literal: number, string, ``@"…"``, or the call of a conversion with one string."""
    if _NUMBER.fullmatch(text):
        return literals.number(text)
    if found := re.fullmatch(r'(@|date|time|date and time|duration)?\(?"([^"]*)"\)?', text):
        return literals.at_literal(found[2]) if found[1] else found[2]
    return None


SIGNATURES: Final[Signatures] = {
    "date(from: string)": lambda run, text: literals.date_(text),
    "date(from: date|date and time)": _date_of_moment,
    "date(year: number, month: number, day: number)": _date_of_parts,
    "date and time(from: string)": _moment,
    "date and time(from: date|date and time)": _midnight,
    "date and time(date: date|date and time, time: time)": _moment_of_parts,
    "date and time(date: date and time, timezone: string)": _moment_in_zone,
    "time(from: string)": lambda run, text: literals.time_(text),
    "time(from: time)": lambda run, value: value,
    "time(from: date|date and time)": _time_of,
    "time(hour: number, minute: number, second: number, offset: days and time duration|Null?)": _time_of_parts,
    "number(from: string)": _number,
    "number(from: number)": lambda run, value: value,
    "number(from: string, grouping separator: Any, decimal separator: Any)": _separated_number,
    "string(from: Any)": _string,
    "duration(from: string)": _duration,
    "duration(from: duration)": lambda run, value: value,
    "years and months duration(from: date|date and time, to: date|date and time)": _months_between,
    "range(from: string)": _range,
}
