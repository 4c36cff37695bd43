"""Three-valued logic, null instead of exceptions, and comparison."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from .say import value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and true", True),
        ("true and null", None),
        ("false and null", False),
        ("null and false", False),
        ('true and "x"', None),
        ("false or null", None),
        ("true or null", True),
        ("null or true", True),
        ("not(null)", None),
        ("not(1)", None),
    ],
)
def test_conjunction_and_disjunction_follow_the_truth_table(text: str, expected: Any) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null = null", True),
        ("1 = null", False),
        ("1 != null", True),
        ('1 = "1"', None),
        ("1 = 1.00", True),
        ("1 < null", None),
        ('"a" < "b"', True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ('date("2026-01-01") < date("2026-01-02")', True),
        ('date and time("2026-01-01T00:00:00Z") = date and time("2026-01-01T08:00:00+08:00")', True),
        ('date and time("2026-01-01T00:00:00Z") < date and time("2026-01-01T08:00:00")', None),
        ('duration("P1Y") = duration("P12M")', True),
        ("true < false", None),
    ],
)
def test_comparison_answers_null_where_values_have_nothing_in_common(text: str, expected: Any) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        '1 + "a"',
        "unknown",
        "unknown.path",
        "unknown(1)",
        "sqrt(-1)",
        "10 ** 100000",
        'date("2026-02-30")',
        "substring(1, 2)",
        'substring("abc")',
        'substring(text: "abc", start: 1)',
        'number("abc")',
        'date("9999-12-31") + duration("P1D")',
        'matches("a", "(")',
        "sum([1, null])",
        "{a: 1, a: 2}",
        '-"a"',
        "for i in null return i",
        'sort([1, "a"])',
    ],
)
def test_what_cannot_be_computed_is_null(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('date("2024-02-29") + duration("P1Y")', date(2025, 2, 28)),
        ('date("2026-11-25") - date("2026-11-20") = duration("P5D")', True),
        ('duration("P1D") * 2.5 = duration("PT60H")', True),
        ('duration("P2D") / duration("PT12H")', 4),
        ('duration("P1Y") / 2 = duration("P6M")', True),
        ('time("23:00:00") + duration("PT2H") = time("01:00:00")', True),
        ('date("2026-11-25").weekday', 3),
        ('duration("P1DT2H").hours', 2),
        ('date("9999-12-15") + duration("P15D")', date(9999, 12, 30)),
        ('date("9999-11-30") + duration("P1M")', date(9999, 12, 30)),
    ],
)
def test_dates_and_durations_are_calculated_with(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_evaluation_leaves_its_variables_as_they_are() -> None:
    items = [3, 1, {"a": [Decimal("1.5")]}]
    before = repr(items)
    value("append(items, 4)", items=items)
    value("reverse(items)", items=items)
    value('context put(items[3], "a", 2)', items=items)
    value("concatenate(items[3].a, [1])", items=items)
    assert repr(items) == before
