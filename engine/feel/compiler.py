"""Tree to closures: each node becomes a function from a scope to its value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.feel import comparing, invoking, loops, nodes, types
from engine.feel.arithmetic import calculate, negative
from engine.feel.builtins import FUNCTIONS
from engine.feel.closures import Evaluate
from engine.feel.errors import FeelUnknownName
from engine.feel.properties import property_of
from engine.feel.run import Scope
from engine.values import Range, Value

#: Comparisons of two whole numbers or two texts, which are the usual ones.
_PLAIN_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_(node: nodes.Node) -> Evaluate:
    """The closure that evaluates *node*."""
    return _COMPILERS[type(node)](node)


def _literal(node: nodes.Literal) -> Evaluate:
    value = node.value
    return lambda scope: value


def _name(node: nodes.Name) -> Evaluate:
    name = node.name

    def evaluate(scope: Scope) -> Value:
        here: Scope | None = scope
        while here is not None:
            try:
                return here.names[name]
            except KeyError:
                here = here.outer
        return _builtin_or_null(scope, name)

    return evaluate


def _builtin_or_null(scope: Scope, name: str) -> Value:
    function = FUNCTIONS.get(name)
    if function is None and scope.run.strict and not _lacking_entry(scope, name):
        raise FeelUnknownName(name=name)
    return function


def _lacking_entry(scope: Scope, name: str) -> bool:
    """Whether *name* is an entry that only this item of a filtered list lacks: that is null, no misspelt name."""
    here: Scope | None = scope
    while here is not None:
        items = here.items or ()
        scope.run.spend(len(items))
        if any(isinstance(item, Mapping) and name in item for item in items):
            return True
        here = here.outer
    return False


def _path(node: nodes.Path) -> Evaluate:
    source, name = compile_(node.source), node.name

    def evaluate(scope: Scope) -> Value:
        value = source(scope)
        return value.get(name) if type(value) is dict else property_of(value, name, scope.run)

    return evaluate


def _list(node: nodes.List) -> Evaluate:
    items = [compile_(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _context(node: nodes.Context) -> Evaluate:
    entries = [(entry.name, compile_(entry.value)) for entry in node.entries]
    duplicate = len({name for name, _ in entries}) < len(entries)

    def evaluate(scope: Scope) -> Value:
        found: dict[str, Value] = {}
        inner = Scope(found, scope, scope.run)
        for name, value in entries:
            found[name] = value(inner)
        return None if duplicate else found

    return evaluate


def _interval(node: nodes.Interval) -> Evaluate:
    low = compile_(node.low) if node.low else None
    high = compile_(node.high) if node.high else None

    def evaluate(scope: Scope) -> Value:
        first = low(scope) if low else None
        last = high(scope) if high else None
        if (low and first is None) or (high and last is None):
            return None
        if low and high and comparing.less(first, last) is None:
            return None
        return Range(first, last, node.low_closed, node.high_closed)

    return evaluate


def _negation(node: nodes.Negation) -> Evaluate:
    operand = compile_(node.operand)
    return lambda scope: negative(operand(scope))


def _arithmetic(node: nodes.Arithmetic) -> Evaluate:
    sign, left, right = node.operator, compile_(node.left), compile_(node.right)
    return lambda scope: calculate(sign, left(scope), right(scope), scope.run)


def _comparison(node: nodes.Comparison) -> Evaluate:
    sign, left, right = node.operator, compile_(node.left), compile_(node.right)
    quick = _PLAIN_COMPARISONS[sign]

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) is type(other) and type(one) in (int, str):
            return quick(one, other)
        return comparing.compare(sign, one, other, scope.run)

    return evaluate


def _between(node: nodes.Between) -> Evaluate:
    value, low, high = compile_(node.value), compile_(node.low), compile_(node.high)

    def evaluate(scope: Scope) -> Value:
        found = value(scope)
        return comparing.all_of((comparing.at_most(low(scope), found), comparing.at_most(found, high(scope))))

    return evaluate


def _in(node: nodes.In) -> Evaluate:
    value, tests = compile_(node.value), [_test(test) for test in node.tests]
    speaks_of_value = any(nodes.mentions(test, "?") for test in node.tests)

    def evaluate(scope: Scope) -> Value:
        found = value(scope)
        inner = Scope({"?": found}, scope, scope.run) if speaks_of_value else scope
        result = comparing.any_of(test(inner, found) for test in tests)
        return comparing.negated(result) if node.negated else result

    return evaluate


def _test(node: nodes.Node) -> Callable[[Scope, Value], bool | None]:
    """One unary test as a function of the scope and the tested value."""
    if isinstance(node, nodes.Test):
        sign, operand = node.operator, compile_(node.operand)
        return lambda scope, value: comparing.compare(sign, value, operand(scope), scope.run)
    test, mentions_value = compile_(node), nodes.mentions(node, "?")
    if isinstance(node, nodes.Interval):  # one without an end is null, and nothing is known about what it holds
        return lambda scope, value: None if (interval := test(scope)) is None else comparing.includes(interval, value)
    return lambda scope, value: comparing.satisfies(value, test(scope), scope.run, mentions_value=mentions_value)


def _conjunction(node: nodes.Conjunction) -> Evaluate:
    parts = [compile_(part) for part in node.parts]

    def evaluate(scope: Scope) -> Value:
        result: bool | None = True
        for part in parts:
            value = part(scope)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return evaluate


def _disjunction(node: nodes.Disjunction) -> Evaluate:
    parts = [compile_(part) for part in node.parts]
    return lambda scope: comparing.any_of(part(scope) for part in parts)


def _if(node: nodes.If) -> Evaluate:
    condition, then, otherwise = compile_(node.condition), compile_(node.then), compile_(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _instance_of(node: nodes.InstanceOf) -> Evaluate:
    value, written = compile_(node.value), node.type

    def evaluate(scope: Scope) -> Value:
        found, expected = value(scope), types.resolved(written, scope.run.types)
        return (found is not None or expected.name == "Null") and types.conforms(found, expected, scope.run)

    return evaluate


_COMPILERS: Final[dict[type[nodes.Node], Callable[[Any], Evaluate]]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Filter: lambda node: loops.filter_(node, compile_),
    nodes.List: _list,
    nodes.Context: _context,
    nodes.Interval: _interval,
    nodes.Negation: _negation,
    nodes.Arithmetic: _arithmetic,
    nodes.Comparison: _comparison,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.Conjunction: _conjunction,
    nodes.Disjunction: _disjunction,
    nodes.If: _if,
    nodes.For: lambda node: loops.for_(node, compile_),
    nodes.Quantified: lambda node: loops.quantified(node, compile_),
    nodes.InstanceOf: _instance_of,
    nodes.Function: lambda node: invoking.function(node, compile_),
    nodes.Call: lambda node: invoking.call(node, compile_),
}
