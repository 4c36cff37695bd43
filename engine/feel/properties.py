"""What stands behind a dot: entries of contexts, properties of dates, times, durations, ranges and files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Value


def property_of(value: Value, name: str, run: Run) -> Value:
    """``value.name``; of a list the list of its items' properties; null where there is no such property."""
    found = kind(value)
    if found == "context":
        return value.get(name)
    if found == "list":
        run.spend(len(value))
        return [property_of(item, name, run) for item in value]
    read = _PROPERTIES.get(found, {}).get(name)
    return read(value) if read else None


def _offset(value: datetime | time) -> timedelta | None:
    return value.utcoffset()


def _zone_name(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _part(unit: timedelta, below: timedelta | None) -> Callable[[timedelta], int]:
    """How many whole units a duration has, after the larger unit is taken away; a negative one has negative parts."""

    def read(value: timedelta) -> int:
        size = abs(value) % below if below else abs(value)
        return (size // unit) * (-1 if value < timedelta() else 1)

    return read


def _months_part(years: bool) -> Callable[[Value], int]:
    def read(value: Value) -> int:
        size: int = divmod(abs(value.months), 12)[0 if years else 1]
        return -size if value.months < 0 else size

    return read


_DATE: Final[dict[str, Callable[[Value], Value]]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_TIME: Final[dict[str, Callable[[Value], Value]]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
    "time offset": _offset,
    "timezone": _zone_name,
}
_DURATION: Final[dict[str, Callable[[Value], Value]]] = {
    "days": _part(timedelta(days=1), None),
    "hours": _part(timedelta(hours=1), timedelta(days=1)),
    "minutes": _part(timedelta(minutes=1), timedelta(hours=1)),
    "seconds": _part(timedelta(seconds=1), timedelta(minutes=1)),
}
_RANGE: Final[dict[str, Callable[[Value], Value]]] = {
    "start": lambda value: value.low,
    "end": lambda value: value.high,
    "start included": lambda value: value.low_closed,
    "end included": lambda value: value.high_closed,
}
_FILE: Final[dict[str, Callable[[Value], Value]]] = {
    "name": lambda value: value.name,
    "type": lambda value: value.type,
    "size": lambda value: value.size,
    "digest": lambda value: value.digest,
}
_PROPERTIES: Final = {
    "date": _DATE,
    "time": _TIME,
    "date and time": {**_DATE, **_TIME},
    "days and time duration": _DURATION,
    "years and months duration": {"years": _months_part(True), "months": _months_part(False)},
    "range": _RANGE,
    "file": _FILE,
}
