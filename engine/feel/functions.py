"""The function values of FEEL: defined in an expression, built in, or business knowledge of a decision model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.feel.run import Run
from engine.values import Value


class Function:
    """A function as a value; *invoke* takes the arguments in the order of *parameters*."""

    __slots__ = ("invoke", "parameters")

    def __init__(self, parameters: Sequence[str], invoke: Callable[[Run, Sequence[Value]], Value]) -> None:
        self.parameters = tuple(parameters)
        self.invoke = invoke

    def positional(self, run: Run, arguments: Sequence[Value]) -> Value:
        """The result, or null where the number of arguments does not fit."""
        if len(arguments) != len(self.parameters):
            return None
        return self.invoke(run, arguments)

    def named(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        """The result, or null where the names are not exactly those of the parameters."""
        if arguments.keys() != set(self.parameters):
            return None
        return self.invoke(run, [arguments[name] for name in self.parameters])
