"""The arithmetic of numbers, texts, dates and durations: + - * / and powers (DMN 1.3, 10.3.2.13 and table 45)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine.feel.numbers import CONTEXT, Number, decimal, normal
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Months, Value

_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


def calculate(operator: str, left: Value, right: Value, run: Run) -> Value:
    """The result, or None where the types do not go together or the result is out of range."""
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        run.allocate(len(left) + len(right))
        return left + right
    operation = _OPERATIONS.get((operator, _family(left), _family(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except (ArithmeticError, ValueError, TypeError):  # division by zero, out of range, only one side with a zone
        return None


def negative(value: Value) -> Value:
    """``-value`` of a number or a duration."""
    match _family(value):
        case "number":
            return normal(CONTEXT.minus(value)) if isinstance(value, Decimal) else -value
        case "duration":
            return -value
        case "months":
            return Months(-value.months)
    return None


def _family(value: Value) -> str:
    return _FAMILIES.get(kind(value), "")


_FAMILIES: Final[dict[str, str]] = {
    "number": "number",
    "date": "date",
    "date and time": "moment",
    "time": "time",
    "days and time duration": "duration",
    "years and months duration": "months",
}


def _add(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return normal(left + right)
    return normal(CONTEXT.add(decimal(left), decimal(right)))


def _subtract(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return normal(left - right)
    return normal(CONTEXT.subtract(decimal(left), decimal(right)))


def _multiply(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return normal(left * right)
    return normal(CONTEXT.multiply(decimal(left), decimal(right)))


def _divide(left: Number, right: Number) -> Number:
    return normal(CONTEXT.divide(decimal(left), decimal(right)))


def _power(left: Number, right: Number) -> Number:
    return normal(CONTEXT.power(decimal(left), decimal(right)))


def add_months(day: date, months: Months) -> date:
    """The same day so many months later, or the last day of a shorter month; a moment keeps its time."""
    year, month = divmod(day.year * 12 + day.month - 1 + months.months, 12)
    first = day.replace(year=year, month=month + 1, day=1)
    return first.replace(day=min(day.day, days_of_month(year, month + 1)))


def days_of_month(year: int, month: int) -> int:
    """28 to 31."""
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (date.max.year, 12) else None
    return 31 if following is None else (following - _DAY).day


def _add_to_day(day: date, duration: timedelta) -> date:
    return (datetime(day.year, day.month, day.day) + duration).date()  # noqa: DTZ001 - the midnight that a date stands for


def _add_to_time(clock: time, duration: timedelta) -> time:
    start = datetime.combine(date(2000, 1, 1), clock.replace(tzinfo=None))
    return (start + duration % _DAY).time().replace(tzinfo=clock.tzinfo)


def _time_difference(left: time, right: time) -> timedelta:
    day = date(2000, 1, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


def _date_difference(left: date, right: date) -> timedelta:
    return as_moment(left, right) - as_moment(right, left)


def as_moment(day: date, other: date) -> datetime:
    """The midnight that a date stands for beside a moment, in the moment's zone; a moment itself."""
    if isinstance(day, datetime):
        return day
    zone = other.tzinfo if isinstance(other, datetime) else None
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _scale(duration: timedelta, factor: Number) -> timedelta:
    micros = CONTEXT.multiply(Decimal(duration // _MICROSECOND), decimal(factor))
    return timedelta(microseconds=int(micros))


def _scale_months(months: Months, factor: Number) -> Months:
    return _months(CONTEXT.multiply(Decimal(months.months), decimal(factor)))


def _months(count: Number) -> Months:
    if not -(10**12) < count < 10**12:
        raise ValueError(count)
    return Months(int(count))


def _share(duration: timedelta, divisor: Number) -> timedelta:
    return timedelta(microseconds=int(CONTEXT.divide(Decimal(duration // _MICROSECOND), decimal(divisor))))


_OPERATIONS: Final[dict[tuple[str, str, str], Callable[..., Value]]] = {
    ("+", "number", "number"): _add,
    ("-", "number", "number"): _subtract,
    ("*", "number", "number"): _multiply,
    ("/", "number", "number"): _divide,
    ("**", "number", "number"): _power,
    ("+", "date", "duration"): _add_to_day,
    ("+", "duration", "date"): lambda left, right: _add_to_day(right, left),
    ("-", "date", "duration"): lambda left, right: _add_to_day(left, -right),
    ("+", "moment", "duration"): lambda left, right: left + right,
    ("+", "duration", "moment"): lambda left, right: right + left,
    ("-", "moment", "duration"): lambda left, right: left - right,
    ("+", "time", "duration"): _add_to_time,
    ("+", "duration", "time"): lambda left, right: _add_to_time(right, left),
    ("-", "time", "duration"): lambda left, right: _add_to_time(left, -right),
    ("+", "date", "months"): add_months,
    ("+", "months", "date"): lambda left, right: add_months(right, left),
    ("-", "date", "months"): lambda left, right: add_months(left, Months(-right.months)),
    ("+", "moment", "months"): add_months,
    ("+", "months", "moment"): lambda left, right: add_months(right, left),
    ("-", "moment", "months"): lambda left, right: add_months(left, Months(-right.months)),
    ("-", "date", "date"): _date_difference,
    ("-", "date", "moment"): _date_difference,
    ("-", "moment", "date"): _date_difference,
    ("-", "moment", "moment"): _date_difference,
    ("-", "time", "time"): _time_difference,
    ("+", "duration", "duration"): lambda left, right: left + right,
    ("-", "duration", "duration"): lambda left, right: left - right,
    ("*", "duration", "number"): _scale,
    ("*", "number", "duration"): lambda left, right: _scale(right, left),
    ("/", "duration", "number"): _share,
    ("/", "duration", "duration"): lambda left, right: _divide(left // _MICROSECOND, right // _MICROSECOND),
    ("+", "months", "months"): lambda left, right: _months(left.months + right.months),
    ("-", "months", "months"): lambda left, right: _months(left.months - right.months),
    ("*", "months", "number"): _scale_months,
    ("*", "number", "months"): lambda left, right: _scale_months(right, left),
    ("/", "months", "number"): lambda left, right: _months(_divide(left.months, right)),
    ("/", "months", "months"): lambda left, right: _divide(left.months, right.months),
}
