"""Built-in functions of truth (DMN 1.3, 10.3.4.2 and 10.3.4.9): not, all, any, is."""

from __future__ import annotations

from typing import Final

from engine.feel import comparing, literals
from engine.feel.builtins.signatures import Signatures
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Value


def _all(run: Run, items: list[Value]) -> Value:
    run.spend(len(items))
    return comparing.all_of(items)


def _any(run: Run, items: list[Value]) -> Value:
    run.spend(len(items))
    return comparing.any_of(items)


def _is(run: Run, one: Value, other: Value) -> bool:
    """Whether both are the same element of the domain: unlike ``=``, zones matter, and it is never null."""
    if kind(one) != kind(other):
        return False
    if kind(one) in ("time", "date and time"):
        return literals.zoned_text(one) == literals.zoned_text(other)
    return comparing.equal(one, other, run) is True


SIGNATURES: Final[Signatures] = {
    "not(negand: Any)": lambda run, value: comparing.negated(value),
    "all(list: list)": _all,
    "all(b...: Any)": lambda run, *items: _all(run, list(items)) if items else None,
    "any(list: list)": _any,
    "any(b...: Any)": lambda run, *items: _any(run, list(items)) if items else None,
    "is(value1: Any, value2: Any)": _is,
}
