"""Numbers of FEEL: decimal numbers of 34 digits, whole ones below 2^53 as int."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

from engine.values import SAFE_INTEGER

#: IEEE 754-2008 decimal128, as the standard asks for.
CONTEXT: Final = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[DivisionByZero, InvalidOperation, Overflow]
)

Number = int | Decimal


def normal(value: Number) -> Number:
    """*value* as expressions give it: whole numbers below 2^53 as int, everything else as Decimal."""
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else CONTEXT.create_decimal(value)
    if value.adjusted() < 16 and value == value.to_integral_value():
        whole = int(value)
        if -SAFE_INTEGER <= whole <= SAFE_INTEGER:
            return whole
    return value


def decimal(value: Number) -> Decimal:
    """*value* as Decimal, for the arithmetic of decimal128."""
    return value if isinstance(value, Decimal) else Decimal(value)


def whole(value: Number) -> int | None:
    """*value* as int if it is a whole number below 2^53, else None."""
    found = normal(value)
    return found if isinstance(found, int) else None
