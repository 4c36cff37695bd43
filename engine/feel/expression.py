"""Expressions and unary tests as they are used: parsed once, kept, evaluated over the variables of a scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.feel import comparisons, free
from engine.feel.builtins import FUNCTIONS
from engine.feel.closures import Evaluate
from engine.feel.compiler import compile_
from engine.feel.errors import FeelBudgetExceeded, FeelNotBoolean
from engine.feel.nodes import Node, measure
from engine.feel.numbers import normal
from engine.feel.parser import Parser
from engine.feel.run import MAX_CALL_DEPTH, Run, Scope
from engine.feel.types import kind
from engine.values import Value

_NO_NAMES: Final[frozenset[str]] = frozenset()


class _Compiled:
    """A tree with its closure."""

    __slots__ = ("_depth", "_evaluate", "_size", "node", "text")

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        self.node = node
        self._size, self._depth = measure(node)
        self._evaluate: Evaluate = compile_(node)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def within(self, scope: Scope) -> Value:
        """The value inside an evaluation that is going on, as decision models need it, at the cost of its budget."""
        scope.run.spend(self._size)
        scope.run.enter(self._depth)
        value = self._evaluate(scope)
        scope.run.leave(self._depth)
        return value

    def _value(self, scope: Scope) -> Value:
        try:
            value = self._evaluate(scope)
        except RecursionError:  # a second wall: the budgets of depth stop before it in every known case
            raise FeelBudgetExceeded(what="depth", limit=MAX_CALL_DEPTH) from None
        if isinstance(value, Decimal):
            return normal(value)
        if isinstance(value, (list, dict)):
            scope.run.weigh(value)
        return value


class Expression(_Compiled):
    """A FEEL expression."""

    __slots__ = ()

    def evaluate(self, scope: Mapping[str, Value], *, now: datetime | None = None, strict: bool = False) -> Value:
        """The value over the variables of *scope*; *now* is what ``now()`` says.

        What cannot be computed is null. With *strict* a name that nothing defines raises FeelUnknownName instead.
        """
        return self._value(Scope(scope, None, Run(now, strict=strict)))


class UnaryTests(_Compiled):
    """What stands in the cell of a decision table: ``> 5``, ``"a", "b"``, ``not([1..3])``, ``-``."""

    __slots__ = ()

    def evaluate(self, input: Value, scope: Mapping[str, Value], *, now: datetime | None = None) -> bool | None:
        """Whether *input* passes; None where that cannot be told."""
        run = Run(now)
        result = self._value(Scope({"?": input}, Scope(scope, None, run), run))
        return result if isinstance(result, bool) else None


@lru_cache(maxsize=8192)
def parse(text: str, names: frozenset[str] = _NO_NAMES) -> Expression:
    """The expression that *text* spells; *names* are those with spaces or symbols that it may use."""
    return Expression(text, Parser(text, names).whole_expression())


@lru_cache(maxsize=8192)
def parse_unary_tests(text: str, names: frozenset[str] = _NO_NAMES) -> UnaryTests:
    """The unary tests that *text* spells; *names* as for ``parse``."""
    return UnaryTests(text, Parser(text, names).whole_unary_tests())


def free_names(expression: Expression | UnaryTests) -> frozenset[str]:
    """The variables that the expression surely reads.

    Names inside a filter are left out: they may be entries of the items, which only the values tell.
    """
    return free.names(expression.node) - FUNCTIONS.keys() - {"?"}


def compared_texts(expression: Expression | UnaryTests) -> list[tuple[str, str]]:
    """The variables that the expression compares with a text, each with that text."""
    return list(comparisons.of(expression.node))


def comparison(expression: Expression) -> tuple[str, str, Value] | None:
    """Variable, operator and value where the expression is one comparison of the two and nothing else."""
    return comparisons.only(expression.node)


def constant(node: Node) -> Value:
    """The value of a part of an expression that uses no variables."""
    return compile_(node)(Scope({}, None, Run(None)))


def condition(expression: Expression, scope: Mapping[str, Value], now: datetime | None) -> bool:
    """Whether the condition of a flow holds; null counts as false, anything else than true and false is an error."""
    value = expression.evaluate(scope, now=now, strict=True)
    if value is None or isinstance(value, bool):
        return value is True
    raise FeelNotBoolean(found=kind(value))
