"""Built-in functions that compare points and ranges (DMN 1.3, 10.3.4.11, table 78)."""

from __future__ import annotations

from typing import Final

from engine.feel import comparing
from engine.feel.builtins.signatures import Implementation, Signatures
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Range, Value


def _as_range(value: Value) -> Range:
    """A point as the range that holds only it."""
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _low(one: Range, other: Range) -> int:
    """-1, 0 or 1: which range begins first; raises ValueError where their ends have no order."""
    return _ends(one.low, other.low, -1) or (other.low_closed - one.low_closed if one.low is not None else 0)


def _high(one: Range, other: Range) -> int:
    """-1, 0 or 1: which range ends first."""
    return _ends(one.high, other.high, 1) or (one.high_closed - other.high_closed if one.high is not None else 0)


def _ends(one: Value, other: Value, open_side: int) -> int:
    """The order of two ends; an end that is None lies beyond all others."""
    if one is None or other is None:
        return 0 if one is other else (open_side if one is None else -open_side)
    before, after = comparing.less(one, other), comparing.less(other, one)
    if before is None:
        raise ValueError((one, other))
    return -1 if before else int(bool(after))


def _gap(one: Range, other: Range) -> int:
    """-1 if *one* ends before *other* begins, 0 if they share just one point, 1 if they share more or could."""
    if one.high is None or other.low is None:
        return 1
    order = _ends(one.high, other.low, 1)
    if order:
        return order
    return 0 if one.high_closed and other.low_closed else -1


def _before(one: Range, other: Range) -> bool:
    return _gap(one, other) < 0


def _meets(one: Range, other: Range) -> bool:
    return one.high is not None and _gap(one, other) == 0


def _overlaps(one: Range, other: Range) -> bool:
    return _gap(one, other) >= 0 and _gap(other, one) >= 0


def _overlaps_before(one: Range, other: Range) -> bool:
    return _low(one, other) < 0 and _gap(one, other) >= 0 and _high(one, other) <= 0


def _finishes(one: Range, other: Range) -> bool:
    return _high(one, other) == 0 and _low(one, other) >= 0


def _starts(one: Range, other: Range) -> bool:
    return _low(one, other) == 0 and _high(one, other) <= 0


def _includes(one: Range, other: Range) -> bool:
    return _low(one, other) <= 0 and _high(one, other) >= 0


def _coincides(one: Range, other: Range) -> bool:
    return _low(one, other) == 0 and _high(one, other) == 0


def _relation(
    test: Implementation, first: str = "Any", second: str = "Any", *, swapped: bool = False
) -> Implementation:
    """A function of two arguments, each a range or a point as the standard allows it; else null."""

    def related(run: Run, one: Value, other: Value) -> Value:
        for value, wanted in ((one, first), (other, second)):
            if value is None or (wanted != "Any" and (kind(value) == "range") != (wanted == "range")):
                return None
        pair = (_as_range(one), _as_range(other))
        return test(*(reversed(pair) if swapped else pair))

    return related


SIGNATURES: Final[Signatures] = {
    "before(point1: Any, point2: Any)": _relation(_before),
    "after(point1: Any, point2: Any)": _relation(_before, swapped=True),
    "meets(range1: Any, range2: Any)": _relation(_meets, "range", "range"),
    "met by(range1: Any, range2: Any)": _relation(_meets, "range", "range", swapped=True),
    "overlaps(range1: Any, range2: Any)": _relation(_overlaps, "range", "range"),
    "overlaps before(range1: Any, range2: Any)": _relation(_overlaps_before, "range", "range"),
    "overlaps after(range1: Any, range2: Any)": _relation(_overlaps_before, "range", "range", swapped=True),
    "finishes(point: Any, range: Any)": _relation(_finishes, "Any", "range"),
    "finished by(range: Any, point: Any)": _relation(_finishes, "range", "Any", swapped=True),
    "includes(range: Any, point: Any)": _relation(_includes, "range", "Any"),
    "during(point: Any, range: Any)": _relation(_includes, "Any", "range", swapped=True),
    "starts(point: Any, range: Any)": _relation(_starts, "Any", "range"),
    "started by(range: Any, point: Any)": _relation(_starts, "range", "Any", swapped=True),
    "coincides(point1: Any, point2: Any)": _relation(_coincides),
}
