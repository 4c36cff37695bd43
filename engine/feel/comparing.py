"""Equality, order and membership of values, in three-valued logic: None where two values cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Range, Value

_ORDERED: Final = frozenset(
    ("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration")
)


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """``left = right``: null only equals null; values of different types have no answer."""
    if left is None or right is None:
        return left is right
    found = kind(left)
    if found != kind(right):
        return None
    if found == "list":
        if len(left) != len(right):
            return False
        run.spend(len(left))
        return all_of(equal(one, other, run) for one, other in zip(left, right, strict=True))
    if found == "context":
        if left.keys() != right.keys():
            return False
        run.spend(len(left))
        return all_of(equal(left[key], right[key], run) for key in left)
    if found == "range":
        return all_of(
            (
                equal(left.low, right.low, run),
                equal(left.high, right.high, run),
                left.low_closed == right.low_closed and left.high_closed == right.high_closed,
            )
        )
    return bool(left == right)


def less(left: Value, right: Value) -> bool | None:
    """``left < right``; None where the types differ or have no order."""
    found = kind(left)
    if found != kind(right) or found not in _ORDERED:
        return None
    try:
        return bool(left < right)
    except TypeError:  # a moment with a zone and one without
        return None


def at_most(left: Value, right: Value) -> bool | None:
    """``left <= right``."""
    return negated(less(right, left))


def compare(operator: str, left: Value, right: Value, run: Run) -> bool | None:
    """``left operator right`` for the six operators of comparison."""
    match operator:
        case "=":
            return equal(left, right, run)
        case "!=":
            return negated(equal(left, right, run))
        case "<":
            return less(left, right)
        case ">":
            return less(right, left)
        case "<=":
            return at_most(left, right)
        case _:
            return at_most(right, left)


def includes(interval: Range, value: Value) -> bool | None:
    """Whether the interval holds the value; an end that is None is open to infinity."""
    return all_of((_after_low(interval, value), _before_high(interval, value)))


def _after_low(interval: Range, value: Value) -> bool | None:
    if interval.low is None:
        return None if value is None else True
    return at_most(interval.low, value) if interval.low_closed else less(interval.low, value)


def _before_high(interval: Range, value: Value) -> bool | None:
    if interval.high is None:
        return None if value is None else True
    return at_most(value, interval.high) if interval.high_closed else less(value, interval.high)


def contains(items: list[Value], value: Value, run: Run) -> bool:
    """Whether a list has an item that equals the value."""
    run.spend(len(items))
    return any(equal(item, value, run) for item in items)


def satisfies(value: Value, test: Value, run: Run, *, mentions_value: bool) -> bool | None:
    """Whether *value* passes a unary test that is an expression with the value *test* (DMN 1.3, table 55)."""
    if mentions_value:  # the test speaks of ``?`` itself
        return test if isinstance(test, bool) or test is None else equal(value, test, run)
    if isinstance(test, Range):
        return _member(value, test, run)
    if isinstance(test, list):
        return equal(value, test, run) is True or any(_member(value, item, run) for item in test)
    if test is True and not isinstance(value, bool):
        return True
    return equal(value, test, run)


def _member(value: Value, item: Value, run: Run) -> bool | None:
    run.spend(1)
    if isinstance(item, Range) and not isinstance(value, Range):
        return includes(item, value)
    return equal(value, item, run)


def negated(value: Value) -> bool | None:
    """``not(value)``; null for everything but true and false."""
    return not value if isinstance(value, bool) else None


def all_of(values: Iterable[Value]) -> bool | None:
    """Conjunction: false if one is false, else null if one is not true."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is not True:
            result = None
    return result


def any_of(values: Iterable[Value]) -> bool | None:
    """Disjunction: true if one is true, else null if one is not false."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is not False:
            result = None
    return result
