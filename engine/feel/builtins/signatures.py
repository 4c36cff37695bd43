"""What the tables of built-in functions say: signatures as text, as in the standard, and how arguments meet them.

``substring(string: string, start position: number, length: number?)``: a question mark makes a parameter optional,
``...`` behind the only parameter takes any number of arguments, ``|`` separates types. A null argument makes the
result null, except where a type is ``Any`` or ``Null``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.feel.functions import Function
from engine.feel.run import Run
from engine.feel.types import Type, coerce
from engine.values import Value

#: Takes the Run and the arguments.
Implementation: TypeAlias = Callable[..., Value]
Signatures: TypeAlias = Mapping[str, Implementation]

#: Stands for an argument that does not fit, where None is a value.
_UNFIT: Final = object()

_SIGNATURE: Final = re.compile(r"([\w ]+)\((.*)\)")
_PARAMETER: Final = re.compile(r"([\w ]+)(\.\.\.)?: ([\w |]+)(\?)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the types it takes, and whether it may be left out."""

    name: str
    types: tuple[Type, ...]
    optional: bool

    def fit(self, value: Value, run: Run) -> Value:
        """*value* as the parameter takes it, or ``_UNFIT``."""
        if value is None:
            return None if any(type_.name in ("Any", "Null") for type_ in self.types) else _UNFIT
        found = (coerce(value, type_, run) for type_ in self.types)
        return next((fitted for fitted in found if fitted is not None), _UNFIT)


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature and what it does."""

    parameters: tuple[Parameter, ...]
    variadic: bool
    implementation: Implementation

    def fit(self, arguments: Sequence[Value], run: Run) -> list[Value] | None:
        """The arguments as the signature takes them, or None where their number or a type does not fit."""
        parameters = self.parameters * len(arguments) if self.variadic else self.parameters[: len(arguments)]
        if len(arguments) != len(parameters) or not all(rest.optional for rest in self.parameters[len(parameters) :]):
            return None
        fitted = [parameter.fit(value, run) for parameter, value in zip(parameters, arguments, strict=True)]
        return None if any(value is _UNFIT for value in fitted) else fitted

    def ordered(self, arguments: Mapping[str, Value]) -> list[Value] | None:
        """Named arguments in the order of the parameters, or None where a name is unknown or missing."""
        names = [parameter.name for parameter in self.parameters]
        if self.variadic or not arguments.keys() <= set(names):
            return None
        if not all(parameter.optional or parameter.name in arguments for parameter in self.parameters):
            return None
        last = max((names.index(name) for name in arguments), default=-1)
        return [arguments.get(name) for name in names[: last + 1]]


class BuiltIn(Function):
    """A built-in function: the first signature that the arguments fit decides; where none fits, the result is null."""

    __slots__ = ("overloads",)

    def __init__(self, overloads: tuple[Overload, ...]) -> None:
        longest = max((overload.parameters for overload in overloads), key=len)
        super().__init__([parameter.name for parameter in longest], self.positional)
        self.overloads = overloads

    def positional(self, run: Run, arguments: Sequence[Value]) -> Value:
        for overload in self.overloads:
            fitted = overload.fit(arguments, run)
            if fitted is not None:
                return _result(overload, run, fitted)
        return None

    def named(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        for overload in self.overloads:
            ordered = overload.ordered(arguments)
            fitted = None if ordered is None else overload.fit(ordered, run)
            if fitted is not None:
                return _result(overload, run, fitted)
        return None


def _result(overload: Overload, run: Run, arguments: list[Value]) -> Value:
    """The result; null where an argument is outside of what the function is defined for."""
    run.spend(1 + sum(len(argument) for argument in arguments if isinstance(argument, str)) // 256)
    try:
        result = overload.implementation(run, *arguments)
    except (ArithmeticError, ValueError):
        return None
    if isinstance(result, str):
        run.allocate(len(result))
    return result


def built_ins(*tables: Signatures) -> Mapping[str, BuiltIn]:
    """The functions of the tables; signatures with one name are tried in the order in which they stand."""
    found: dict[str, tuple[Overload, ...]] = {}
    for table in tables:
        for signature, implementation in table.items():
            name, overload = _overload(signature, implementation)
            found[name] = (*found.get(name, ()), overload)
    return {name: BuiltIn(overloads) for name, overloads in found.items()}


def _overload(signature: str, implementation: Implementation) -> tuple[str, Overload]:
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise AssertionError(signature)
    parts = [_PARAMETER.fullmatch(part.strip()) for part in match[2].split(",") if part.strip()]
    parameters = tuple(_parameter(part, signature) for part in parts)
    variadic = any(part is not None and part[2] for part in parts)
    return match[1], Overload(parameters, variadic, implementation)


def _parameter(part: re.Match[str] | None, signature: str) -> Parameter:
    if part is None:
        raise AssertionError(signature)
    return Parameter(part[1], tuple(map(Type, part[3].split("|"))), optional=bool(part[4]))
