"""Closures of functions and of their invocation, which spends the size of the function's body and enters its depth."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel import nodes, types
from engine.feel.builtins import FUNCTIONS
from engine.feel.closures import Compile, Evaluate
from engine.feel.functions import Function
from engine.feel.run import Run, Scope
from engine.values import Value


def function(node: nodes.Function, compile_: Compile) -> Evaluate:
    """A function that sees, beside its arguments, what is visible where it is written."""
    names = tuple(name for name, _ in node.parameters)
    expected = [type_ for _, type_ in node.parameters]
    body = compile_(node.body)
    size, depth = nodes.measure(node.body)

    def evaluate(defined: Scope) -> Value:
        def invoke(run: Run, arguments: Sequence[Value]) -> Value:
            run.spend(size + 1)
            run.enter(depth + 1)
            given = [types.coerce(value, type_, run) for value, type_ in zip(arguments, expected, strict=True)]
            result = body(Scope(dict(zip(names, given, strict=True)), defined, run))
            run.leave(depth + 1)
            return result

        return Function(names, invoke)

    return evaluate


def call(node: nodes.Call, compile_: Compile) -> Evaluate:
    """The result of a function for its arguments; null where nothing that can be called stands before them."""
    function = _called(node.function, compile_)
    positional = [compile_(argument) for argument in node.positional]
    named = [(argument.name, compile_(argument.value)) for argument in node.named]

    def evaluate(scope: Scope) -> Value:
        called = function(scope)
        if called is None:
            return None
        if named:
            return called.named(scope.run, {name: value(scope) for name, value in named})
        return called.positional(scope.run, [argument(scope) for argument in positional])

    return evaluate


def _called(node: nodes.Node, compile_: Compile) -> Evaluate:
    """The function that a call means: a variable that holds no function does not hide a built-in of its name."""
    builtin = FUNCTIONS.get(node.name) if isinstance(node, nodes.Name) else None
    value = compile_(node)

    def evaluate(scope: Scope) -> Value:
        found = value(scope)
        return found if isinstance(found, Function) else builtin

    return evaluate
