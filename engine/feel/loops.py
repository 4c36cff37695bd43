"""Closures of what repeats: for, some, every and filters; each round spends the size of what it evaluates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, TypeAlias

from engine.feel import comparing, nodes
from engine.feel.closures import Compile, Evaluate
from engine.feel.numbers import normal, whole
from engine.feel.run import Scope
from engine.feel.types import kind
from engine.values import Range, Value

#: Gives what an iterator runs over, or None where that is not possible.
Source: TypeAlias = Callable[[Scope], Iterable[Value] | None]

_DAY: Final = timedelta(days=1)


def for_(node: nodes.For, compile_: Compile) -> Evaluate:
    """``for … return …``: the list of the results, or null where an iterator has nothing to run over."""
    iterators = _iterators(node.iterations, compile_)
    body = compile_(node.body)
    size, _ = nodes.measure(node.body)
    shows_partial = nodes.mentions(node.body, "partial")

    def evaluate(scope: Scope) -> Value:
        results: list[Value] = []
        rounds = _Rounds(iterators, scope)
        for inner in rounds:
            scope.run.spend(size)
            results.append(body(_with_partial(inner, results) if shows_partial else inner))
        return None if rounds.broken else results

    return evaluate


def _with_partial(scope: Scope, results: list[Value]) -> Scope:
    scope.run.spend(len(results))
    return Scope({"partial": list(results)}, scope, scope.run)


def quantified(node: nodes.Quantified, compile_: Compile) -> Evaluate:
    """``some … satisfies …`` is the disjunction, ``every … satisfies …`` the conjunction over all rounds."""
    iterators = _iterators(node.iterations, compile_)
    condition = compile_(node.condition)
    size, _ = nodes.measure(node.condition)
    combine = comparing.all_of if node.every else comparing.any_of

    def evaluate(scope: Scope) -> Value:
        rounds = _Rounds(iterators, scope)

        def answers() -> Iterator[Value]:
            for inner in rounds:
                scope.run.spend(size)
                yield condition(inner)

        result = combine(answers())
        return None if rounds.broken else result

    return evaluate


class _Rounds:
    """The scopes of all rounds of nested iterators; *broken* when a source was nothing to run over."""

    __slots__ = ("_iterators", "_scope", "broken")

    def __init__(self, iterators: list[tuple[str, Source]], scope: Scope) -> None:
        self._iterators = iterators
        self._scope = scope
        self.broken = False

    def __iter__(self) -> Iterator[Scope]:
        return self._from(0, self._scope)

    def _from(self, position: int, scope: Scope) -> Iterator[Scope]:
        if position == len(self._iterators):
            yield scope
            return
        name, source = self._iterators[position]
        items = source(scope)
        if items is None:
            self.broken = True
            return
        for item in items:
            scope.run.spend(1)
            yield from self._from(position + 1, Scope({name: item}, scope, scope.run))


def _iterators(iterations: tuple[nodes.Iteration, ...], compile_: Compile) -> list[tuple[str, Source]]:
    return [(iteration.name, _source(iteration.source, compile_)) for iteration in iterations]


def _source(node: nodes.Node, compile_: Compile) -> Source:
    if isinstance(node, nodes.Sequence):
        low, high = compile_(node.low), compile_(node.high)
        return lambda scope: sequence(low(scope), high(scope))
    value = compile_(node)

    def items(scope: Scope) -> Iterable[Value] | None:
        found = value(scope)
        if isinstance(found, Range):
            return _members(found)
        return None if found is None else as_list(found)

    return items


def as_list(value: Value) -> list[Value]:
    """A list as it is; null as no item, any other value as the only one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def sequence(low: Value, high: Value) -> Iterable[Value] | None:
    """The whole numbers, or the days, from one end to the other; downwards if the second end is less."""
    if kind(low) == kind(high) == "number":
        first, last = whole(low), whole(high)
        if first is None or last is None:
            return None
        return range(first, last + 1) if first <= last else range(first, last - 1, -1)
    if kind(low) == kind(high) == "date":
        return _days(low, high)
    return None


def _days(low: date, high: date) -> Iterator[date]:
    step = 1 if low <= high else -1
    return (low + step * number * _DAY for number in range(abs((high - low).days) + 1))


def _members(interval: Range) -> Iterable[Value] | None:
    """What an interval of whole numbers or days holds, in order."""
    items = sequence(interval.low, interval.high)
    if items is None:
        return None
    if comparing.less(interval.high, interval.low):  # a sequence would run downwards, an interval is empty
        return []
    return (item for item in items if comparing.includes(interval, item))


def filter_(node: nodes.Filter, compile_: Compile) -> Evaluate:
    """``list[condition]``: the items for which it is true; ``list[number]``: the item there, from 1 or from the end."""
    source, condition = compile_(node.source), compile_(node.condition)
    size, _ = nodes.measure(node.condition)
    is_position = isinstance(node.condition, (nodes.Negation, nodes.Arithmetic))

    def evaluate(scope: Scope) -> Value:
        items = as_list(source(scope))
        if not items:
            return None if is_position else []
        kept: list[Value] = []
        for item in items:
            scope.run.spend(size)
            answer = condition(item_scope(item, items, scope))
            if answer is True:
                kept.append(item)
            elif type(answer) is not bool and kind(answer) == "number":
                return _at(items, answer)
        return kept

    return evaluate if not isinstance(node.condition, nodes.Literal) else _index(source, node.condition.value)


def _index(source: Evaluate, position: Value) -> Evaluate:
    """The usual ``list[1]``, and the odd ``list[true]``."""
    if kind(position) == "number":
        return lambda scope: _at(as_list(source(scope)), position)
    return lambda scope: list(as_list(source(scope))) if position is True else []


def item_scope(item: Value, items: list[Value], scope: Scope) -> Scope:
    """Inside a filter ``item`` is the item, and the entries of a context are names."""
    inner = Scope({"item": item}, scope, scope.run, items)
    return Scope(item, inner, scope.run) if isinstance(item, Mapping) else inner


def _at(items: list[Value], position: Value) -> Value:
    found = whole(normal(position))
    if found is None or found == 0 or abs(found) > len(items):
        return None
    return items[found - 1] if found > 0 else items[found]
