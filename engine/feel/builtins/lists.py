"""Built-in functions of lists (DMN 1.3, 10.3.4.4); they give new lists and leave their arguments as they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key
from typing import Final

from engine.feel import comparing
from engine.feel.builtins.signatures import Signatures
from engine.feel.functions import Function
from engine.feel.numbers import Number, whole
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Value

_STRUCTURED: Final = frozenset(("list", "context", "range", "function", "unknown"))


def _slot(position: Number, length: int) -> int:
    """The index of a position that counts from 1, or from the end if it is negative; raises ValueError outside."""
    found = whole(position)
    if found is None or found == 0 or abs(found) > length:
        raise ValueError(position)
    return found - 1 if found > 0 else length + found


def _sublist(run: Run, items: list[Value], start: Number, length: Number | None = None) -> Value:
    begin = _slot(start, len(items))
    count = len(items) - begin if length is None else whole(length)
    if count is None or count < 0 or begin + count > len(items):
        return None
    run.spend(count)
    return items[begin : begin + count]


def _concatenate(run: Run, *lists: list[Value]) -> list[Value]:
    run.spend(sum(map(len, lists)))
    return [item for items in lists for item in items]


def _insert_before(run: Run, items: list[Value], position: Number, new: Value) -> list[Value]:
    place = _slot(position, len(items))
    run.spend(len(items))
    return [*items[:place], new, *items[place:]]


def _remove(run: Run, items: list[Value], position: Number) -> list[Value]:
    place = _slot(position, len(items))
    run.spend(len(items))
    return [*items[:place], *items[place + 1 :]]


def _replace_at(run: Run, items: list[Value], position: Number, new: Value) -> list[Value]:
    place = _slot(position, len(items))
    run.spend(len(items))
    return [*items[:place], new, *items[place + 1 :]]


def _replace_matching(run: Run, items: list[Value], match: Function, new: Value) -> Value:
    answers = [match.positional(run, [item, new]) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        return None
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


def _index_of(run: Run, items: list[Value], match: Value) -> list[int]:
    run.spend(len(items))
    return [place for place, item in enumerate(items, 1) if comparing.equal(item, match, run)]


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    """The items without repetitions, in the order of their first appearance."""
    run.spend(len(items))
    kept: list[Value] = []
    plain: set[tuple[str, Value]] = set()
    structured: list[Value] = []
    for item in items:
        if kind(item) in _STRUCTURED:
            if comparing.contains(structured, item, run):
                continue
            structured.append(item)
        else:
            key = (kind(item), item)
            if key in plain:
                continue
            plain.add(key)
        kept.append(item)
    return kept


def _flatten(run: Run, items: list[Value]) -> list[Value]:
    found: list[Value] = []
    todo: list[Iterator[Value]] = [iter(items)]
    while todo:
        for item in todo[-1]:
            run.spend(1)
            if isinstance(item, list):
                todo.append(iter(item))
                break
            found.append(item)
        else:
            todo.pop()
    return found


def _sort(run: Run, items: list[Value], precedes: Function | None = None) -> Value:
    """The items in order; null where the order says neither true nor false of two of them."""

    def order(one: Value, other: Value) -> int:
        run.spend(1)
        answer = comparing.less(one, other) if precedes is None else precedes.positional(run, [one, other])
        if not isinstance(answer, bool):
            raise ValueError(answer)
        return -1 if answer else 1

    return sorted(items, key=cmp_to_key(order))


def _reverse(run: Run, items: list[Value]) -> list[Value]:
    run.spend(len(items))
    return items[::-1]


SIGNATURES: Final[Signatures] = {
    "list contains(list: list, element: Any)": lambda run, items, item: comparing.contains(items, item, run),
    "count(list: list)": lambda run, items: len(items),
    "sublist(list: list, start position: number, length: number?)": _sublist,
    "append(list: list, item: Any)": lambda run, items, item: _concatenate(run, items, [item]),
    "concatenate(list...: list)": _concatenate,
    "insert before(list: list, position: number, newItem: Any)": _insert_before,
    "remove(list: list, position: number)": _remove,
    "list replace(list: list, position: number, newItem: Any)": _replace_at,
    "list replace(list: list, match: function, newItem: Any)": _replace_matching,
    "reverse(list: list)": _reverse,
    "index of(list: list, match: Any)": _index_of,
    "union(list...: list)": lambda run, *lists: _distinct(run, _concatenate(run, *lists)),
    "distinct values(list: list)": _distinct,
    "flatten(list: list)": _flatten,
    "sort(list: list, precedes: function?)": _sort,
}
