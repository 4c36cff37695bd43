"""Built-in functions that make one value of many (DMN 1.3, 10.3.4.4): min, max, sum, mean, median, and so on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from engine.feel import arithmetic, comparing
from engine.feel.builtins.signatures import Implementation, Signatures
from engine.feel.numbers import CONTEXT, Number, decimal, normal
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Value


def _least(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, lambda one, other: comparing.less(one, other))


def _greatest(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, lambda one, other: comparing.less(other, one))


def _extreme(run: Run, items: list[Value], better: Callable[[Value, Value], bool | None]) -> Value:
    run.spend(len(items))
    if not items:
        return None
    best = items[0]
    for item in items:
        answer = better(item, best)
        if answer is None:
            return None
        if answer:
            best = item
    return best


def _total(run: Run, items: list[Value]) -> Value:
    """The sum of numbers, or of durations of one kind; null of nothing."""
    run.spend(len(items))
    if not items or kind(items[0]) not in ("number", "days and time duration", "years and months duration"):
        return None
    total = items[0]
    for item in items[1:]:
        total = arithmetic.calculate("+", total, item, run) if kind(item) == kind(total) else None
    return total


def _mean(run: Run, items: list[Value]) -> Value:
    return arithmetic.calculate("/", _total(run, items), len(items), run)


def _numbers(run: Run, items: list[Value]) -> list[Number]:
    run.spend(len(items))
    if not items or not all(kind(item) == "number" for item in items):
        raise ValueError(items)
    return items


def _product(run: Run, items: list[Value]) -> Value:
    product = Decimal(1)
    for number in _numbers(run, items):
        product = CONTEXT.multiply(product, decimal(number))
    return normal(product)


def _median(run: Run, items: list[Value]) -> Value:
    ordered = sorted(_numbers(run, items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return _mean(run, ordered[middle - 1 : middle + 1])


def _stddev(run: Run, items: list[Value]) -> Value:
    """The standard deviation of a sample; null of fewer than two numbers."""
    numbers = [decimal(number) for number in _numbers(run, items)]
    if len(numbers) < 2:
        return None
    mean = decimal(_mean(run, numbers))
    squares = Decimal(0)
    for number in numbers:
        distance = CONTEXT.subtract(number, mean)
        squares = CONTEXT.add(squares, CONTEXT.multiply(distance, distance))
    return normal(CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1))))


def _mode(run: Run, items: list[Value]) -> Value:
    """The most frequent numbers, in ascending order; nothing of nothing."""
    if not items:
        return []
    counts: dict[Number, int] = {}
    for number in _numbers(run, items):
        counts[number] = counts.get(number, 0) + 1
    highest = max(counts.values())
    return sorted(number for number, count in counts.items() if count == highest)


def _spread(implementation: Implementation) -> Implementation:
    """The same over arguments instead of a list."""
    return lambda run, *items: implementation(run, list(items)) if items else None


SIGNATURES: Final[Signatures] = {
    "min(list: list)": _least,
    "min(c...: Any)": _spread(_least),
    "max(list: list)": _greatest,
    "max(c...: Any)": _spread(_greatest),
    "sum(list: list)": _total,
    "sum(n...: Any)": _spread(_total),
    "mean(list: list)": _mean,
    "mean(n...: Any)": _spread(_mean),
    "product(list: list)": _product,
    "product(n...: Any)": _spread(_product),
    "median(list: list)": _median,
    "median(n...: Any)": _spread(_median),
    "stddev(list: list)": _stddev,
    "stddev(n...: Any)": _spread(_stddev),
    "mode(list: list)": _mode,
    "mode(n...: Any)": _spread(_mode),
}
