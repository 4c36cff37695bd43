"""Text to value and value to text, in the lexical forms of FEEL: numbers, dates, times, durations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from engine.feel import numbers
from engine.values import Months, Value, parse_duration

_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,30}))?(Z|z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z0-9_+\-/]{1,60})?", re.ASCII
)


def number(text: str) -> int | Decimal | None:
    """The number that *text* spells, rounded to 34 digits, or None where it is too large for the standard."""
    try:
        return numbers.normal(numbers.CONTEXT.create_decimal(text))
    except ArithmeticError:
        return None


def at_literal(text: str) -> Value:
    """The value of ``@"…"``, or None where it is no date, time or duration."""
    for read in (date_, moment, time_, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def date_(text: str) -> date | None:
    """``2026-11-25``."""
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def time_(text: str) -> time | None:
    """``08:30:00``, with fraction, with ``Z``, an offset, or ``@`` and the name of a zone."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, where = found.groups()
    try:
        zone = zone_of(where) if where else None
        return time(int(hour), int(minute), int(second), int((fraction or "0").ljust(6, "0")[:6]), zone)
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A date, ``T`` and a time; a date alone is its midnight where a moment is wanted, but not here."""
    day_text, separator, time_text = text.partition("T")
    day, clock = date_(day_text), time_(time_text)
    if not separator or day is None or clock is None:
        return None
    return datetime.combine(day, clock)


def zone_of(text: str) -> tzinfo:
    """The zone that ``Z``, ``+08:00`` or ``@Asia/Shanghai`` names; raises ValueError where there is none."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return _named_zone(text[1:])
    sign = -1 if text[0] == "-" else 1
    hours, minutes, seconds = (int(part) for part in (text[1:] + ":00").split(":")[:3])
    if minutes > 59 or seconds > 59:
        raise ValueError(text)
    return zone_of_offset(sign * timedelta(hours=hours, minutes=minutes, seconds=seconds))


def zone_of_offset(offset: timedelta) -> tzinfo:
    """The zone that is so far from UTC; raises ValueError beyond the 14 hours of XML Schema."""
    if abs(offset) > timedelta(hours=14):
        raise ValueError(offset)
    return timezone(offset)


def _named_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as wrong:
        raise ValueError(name) from wrong


def number_text(value: int | Decimal) -> str:
    """A number as FEEL writes it: without exponent as long as that is readable."""
    if isinstance(value, int):
        return str(value)
    return format(value, "f") if abs(value.adjusted()) < 40 else str(value)


def zoned_text(value: datetime | time) -> str:
    """A moment or time as FEEL writes it."""
    text = value.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    zone = value.tzinfo
    if zone is None:
        return text
    if isinstance(zone, ZoneInfo):
        return f"{text}@{zone.key}"
    offset = value.isoformat()[len(value.replace(tzinfo=None).isoformat()) :]
    return text + ("Z" if offset == "+00:00" else offset)


def months_between(first: date, last: date) -> Months:
    """Whole months from one day to the other (function ``years and months duration``)."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return Months(months)
