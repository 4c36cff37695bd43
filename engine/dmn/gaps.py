"""Gaps and overlaps of a decision table, found by trying one value of each kind that its cells tell apart.

Decided only for tables whose cells are constants and comparisons of numbers, texts, dates and truth values; for all
others the answer is None. The values tried are the constants of the cells, and one value beside each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from itertools import pairwise, product
from math import prod
from typing import Final

from engine import feel
from engine.dmn import model
from engine.feel import nodes, numbers
from engine.feel.types import kind
from engine.values import Value

#: More combinations than this are not tried.
_MAX_COMBINATIONS: Final = 20_000
#: Nor are more cells of one column with its values.
_MAX_TRIALS: Final = 200_000
#: Functions that a constant may be made with.
_MAKERS: Final = frozenset(("date", "date and time", "time", "duration"))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One combination of inputs that no rule matches, and one that several match, as people read them."""

    gap: str
    overlap: str
    #: The rules of the overlap, counted from 1.
    overlapping: str


def coverage(table: model.DecisionTable, names: frozenset[str]) -> Coverage | None:
    """What the table leaves open and says twice, or None where that cannot be decided cheaply."""
    try:
        return _coverage(table, names)
    except (feel.FeelError, ArithmeticError, TypeError):  # constants without an order, or beyond what can be counted
        return None


def _coverage(table: model.DecisionTable, names: frozenset[str]) -> Coverage | None:
    columns = [_column(table, place, names) for place in range(len(table.inputs))]
    decided = [column for column in columns if column is not None]
    if not decided or len(decided) < len(columns) or prod(map(len, decided)) > _MAX_COMBINATIONS:
        return None
    gap = overlap = overlapping = ""
    for combination in product(*decided):
        rules = reduce(int.__and__, (matching for _, matching in combination))
        if not rules and not gap:
            gap = _shown(value for value, _ in combination)
        if rules & (rules - 1) and not overlap:
            overlap = _shown(value for value, _ in combination)
            overlapping = ", ".join(str(place + 1) for place in range(len(table.rules)) if rules >> place & 1)
    return Coverage(gap, overlap, overlapping)


def _column(table: model.DecisionTable, place: int, names: frozenset[str]) -> list[tuple[Value, int]] | None:
    """Values of an input with the rules that each of them passes, as bits; None where they cannot be told."""
    texts = [rule.inputs[place].text or "-" for rule in table.rules]
    tests = [feel.parse_unary_tests(text, names) for text in texts]
    listed = table.inputs[place].values
    if not all(_simple(test.node) for test in tests):
        return None
    constants = [value for test in tests for value in _constants(test.node)]
    samples = _listed(listed, names) if listed else _samples(constants, table.inputs[place].type.name)
    if samples is None or len(samples) * len(tests) > _MAX_TRIALS:
        return None
    return [(value, _passing(value, tests)) for value in samples]


def _passing(value: Value, tests: Sequence[feel.UnaryTests]) -> int:
    return sum(1 << place for place, test in enumerate(tests) if test.evaluate(value, {}))


def _simple(node: nodes.Node) -> bool:
    """Whether a cell only compares the input with constants."""
    if isinstance(node, nodes.Literal):
        return True
    return isinstance(node, nodes.In) and all(_is_constant(test) for test in node.tests)


def _is_constant(node: nodes.Node) -> bool:
    """Whether a part of a cell has a value that takes no time to find: a literal, or something made of literals."""
    if isinstance(node, nodes.Call):
        made = isinstance(node.function, nodes.Name) and node.function.name in _MAKERS
        return made and all(isinstance(argument, nodes.Literal) for argument in node.positional) and not node.named
    if isinstance(node, (nodes.Literal, nodes.Test, nodes.Interval, nodes.Negation)):
        return all(_is_constant(child) for child in nodes.children(node))
    return False


def _constants(node: nodes.Node) -> Iterator[Value]:
    """The values with which a cell compares."""
    for test in node.tests if isinstance(node, nodes.In) else ():
        operand = test.operand if isinstance(test, nodes.Test) else test
        ends = (operand.low, operand.high) if isinstance(operand, nodes.Interval) else (operand,)
        for end in ends:
            if end is not None:
                yield feel.constant(end)


def _listed(text: str, names: frozenset[str]) -> list[Value] | None:
    """The values that the column itself lists."""
    node = feel.parse_unary_tests(text, names).node
    plain = isinstance(node, nodes.In) and all(isinstance(test, nodes.Literal) for test in node.tests)
    return list(_constants(node)) if plain else None


def _samples(constants: Iterable[Value], type_name: str) -> list[Value] | None:
    """The constants and a value beside each of them."""
    kinds = {kind(value) for value in constants}
    if type_name == "boolean" or kinds == {"boolean"}:
        return [True, False] if kinds <= {"boolean"} else None
    if not kinds:
        return [None]  # the column says nothing: every value is like every other
    if len(kinds) > 1:
        return None
    found = sorted(set(constants)) if kinds <= {"number", "string", "date", "date and time"} else []
    match kinds.pop():
        case "number":
            between = [numbers.CONTEXT.divide(Decimal(low) + Decimal(high), 2) for low, high in pairwise(found)]
            return [found[0] - 1, *found, *between, found[-1] + 1]
        case "string":
            return [*found, "…"]
        case "date" | "date and time":
            return sorted({neighbour for value in found for neighbour in _neighbours(value)})
    return None


def _neighbours(day: date | datetime) -> Iterator[Value]:
    yield day
    if day.year > date.min.year:
        yield day - _DAY
    if day.year < date.max.year:
        yield day + _DAY


def _shown(values: Iterable[Value]) -> str:
    return ", ".join(feel.written(value) for value in values)
