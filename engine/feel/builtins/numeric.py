"""Built-in functions of numbers (DMN 1.3, 10.3.4.5); none of chance, since what was decided must be repeatable."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

from engine.feel import arithmetic
from engine.feel.builtins.signatures import Implementation, Signatures
from engine.feel.numbers import CONTEXT, Number, normal, whole
from engine.feel.numbers import decimal as as_decimal
from engine.feel.run import Run
from engine.values import Value

#: The range of scales of the standard.
_SCALES: Final = range(-6_111, 6_177)


def _rounding(mode: str) -> Implementation:
    """A function that rounds to so many decimals in one of the ways of decimal arithmetic."""

    def rounded(run: Run, number: Number, scale: Number = 0) -> Value:
        places = whole(scale)
        if places is None or places not in _SCALES:
            return None
        value = as_decimal(number)
        if places >= -int(value.as_tuple().exponent):  # there is nothing to round
            return normal(value)
        return normal(value.quantize(Decimal(1).scaleb(-places), mode, CONTEXT))

    return rounded


def _modulo(run: Run, dividend: Number, divisor: Number) -> Value:
    """The remainder with the sign of the divisor."""
    one, other = as_decimal(dividend), as_decimal(divisor)
    remainder = CONTEXT.remainder(one, other)
    if remainder and (remainder < 0) != (other < 0):
        remainder = CONTEXT.add(remainder, other)
    return normal(remainder)


def _abs(run: Run, value: Value) -> Value:
    negative = arithmetic.negative(value)
    months = getattr(value, "months", None)
    below = months < 0 if months is not None else value < type(value)()
    return negative if below else value


def _remainder_of_two(number: Number) -> Value:
    return abs(CONTEXT.remainder(as_decimal(number), Decimal(2)))


SIGNATURES: Final[Signatures] = {
    "decimal(n: number, scale: number)": _rounding(decimal.ROUND_HALF_EVEN),
    "floor(n: number, scale: number?)": _rounding(decimal.ROUND_FLOOR),
    "ceiling(n: number, scale: number?)": _rounding(decimal.ROUND_CEILING),
    "round up(n: number, scale: number)": _rounding(decimal.ROUND_UP),
    "round down(n: number, scale: number)": _rounding(decimal.ROUND_DOWN),
    "round half up(n: number, scale: number)": _rounding(decimal.ROUND_HALF_UP),
    "round half down(n: number, scale: number)": _rounding(decimal.ROUND_HALF_DOWN),
    "abs(n: number|duration)": _abs,
    "modulo(dividend: number, divisor: number)": _modulo,
    "sqrt(number: number)": lambda run, number: normal(CONTEXT.sqrt(as_decimal(number))),
    "log(number: number)": lambda run, number: normal(CONTEXT.ln(as_decimal(number))) if number > 0 else None,
    "exp(number: number)": lambda run, number: normal(CONTEXT.exp(as_decimal(number))),
    "odd(number: number)": lambda run, number: _remainder_of_two(number) == 1,
    "even(number: number)": lambda run, number: _remainder_of_two(number) == 0,
}
