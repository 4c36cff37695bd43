"""The built-in functions, by the examples of the standard (DMN 1.3, tables 61 to 78)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.values import Months

from .say import NOW, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2012-12-25") - date("2012-12-24") = duration("P1D")', True),
        ('date(date and time("2012-12-25T11:00:00Z"))', date(2012, 12, 25)),
        ("date(2012, 12, 25)", date(2012, 12, 25)),
        (
            'date and time("2012-12-24T23:59:00Z") + duration("PT1M")',
            datetime(2012, 12, 25, tzinfo=UTC),
        ),
        ('time("23:59:00z") + duration("PT2M")', time(0, 1, tzinfo=UTC)),
        ('time(8, 30, 15.5, duration("PT8H"))', time(8, 30, 15, 500_000, timezone(timedelta(hours=8)))),
        ('number("1 000,0", " ", ",")', 1000),
        ('number("1,000.5", ",", ".")', Decimal("1000.5")),
        ("string(1.1)", "1.1"),
        ("string(null)", None),
        ('string([1, "a", {b: true}])', '[1, "a", {b: true}]'),
        ('duration("P2Y2M")', Months(26)),
        ('years and months duration(date("2011-12-22"), date("2013-08-24"))', Months(20)),
        ('string(date and time("2026-11-25T08:30:00@Asia/Shanghai"))', "2026-11-25T08:30:00@Asia/Shanghai"),
    ],
)
def test_conversion(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", -2, 1)', "a"),
        ('substring("\\U01F40Eab", 2)', "ab"),
        ('string length("foo")', 3),
        ('upper case("aBc4")', "ABC4"),
        ('lower case("aBc4")', "abc4"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "xyz")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('contains("foobar", "of")', False),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('matches("foobar", "^fo*b")', True),
        ('matches("FooBar", "foobar", "i")', True),
        ('split("John Doe", "\\s")', ["John", "Doe"]),
        ('string join(["a", null, "c"], "_and_")', "a_and_c"),
        ('extract("references are 1234, 1256", "12[0-9]*")', ["1234", "1256"]),
    ],
)
def test_text(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains([1, 2, 3], 2)", True),
        ("count([1, 2, 3])", 3),
        ("min([1, 2, 3])", 1),
        ("min(1, 2, 3)", 1),
        ("max(1, 2, 3)", 3),
        ("sum([1, 2, 3])", 6),
        ("sum([])", None),
        ("mean(1, 2, 3)", 2),
        ("all([true, false])", False),
        ("any([false, true])", True),
        ("sublist([4, 5, 6], 1, 2)", [4, 5]),
        ("append([1], 2)", [1, 2]),
        ("concatenate([1, 2], [3])", [1, 2, 3]),
        ("insert before([1, 3], 1, 2)", [2, 1, 3]),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("reverse([1, 2, 3])", [3, 2, 1]),
        ("index of([1, 2, 3, 2], 2)", [2, 4]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 3, 2, 1.0])", [1, 2, 3]),
        ("flatten([[1, 2], [[3]], 4])", [1, 2, 3, 4]),
        ("product(2, 3, 4)", 24),
        ("median(8, 2, 5, 3, 4)", 4),
        ("median([6, 1, 2, 3])", Decimal("2.5")),
        ("stddev(2, 4, 7, 5)", Decimal("2.081665999466132735282297706979931")),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
        ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
        ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
        ("sum([1.5, 2.5])", 4),
    ],
)
def test_lists(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(1/3, 2)", Decimal("0.33")),
        ("decimal(1.5, 0)", 2),
        ("decimal(2.5, 0)", 2),
        ("floor(-1.5)", -2),
        ("ceiling(-1.5)", -1),
        ("round up(5.5, 0)", 6),
        ("round down(-5.5, 0)", -5),
        ("round half up(1.121, 2)", Decimal("1.12")),
        ("round half up(-5.5, 0)", -6),
        ("round half down(5.5, 0)", 5),
        ("abs(-10)", 10),
        ('abs(duration("-P1Y")) = duration("P1Y")', True),
        ("modulo(-12, 5)", 3),
        ("modulo(12, -5)", -3),
        ("sqrt(16)", 4),
        ("odd(5)", True),
        ("even(5)", False),
    ],
)
def test_numbers(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day of year(date(2019, 9, 17))", 260),
        ("day of week(date(2019, 9, 17))", "Tuesday"),
        ("month of year(date(2019, 9, 17))", "September"),
        ("week of year(date(2005, 1, 1))", 53),
        ('get value({key1: "value1"}, "key1")', "value1"),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context put({x: 1}, "y", 2)', {"x": 1, "y": 2}),
        ('context put({x: {y: 1}}, ["x", "y"], 2)', {"x": {"y": 2}}),
        ("context merge([{x: 1}, {x: 2, y: 3}])", {"x": 2, "y": 3}),
        ("is(date(2012, 12, 25), time(23, 0, 50))", False),
    ],
)
def test_dates_and_contexts(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 10)", True),
        ("before([1..10), 10)", True),
        ("before([1..10], [10..20])", False),
        ("after([11..20], 10)", True),
        ("meets([1..5], [5..10])", True),
        ("meets([1..5), [5..10])", False),
        ("met by([5..10], [1..5])", True),
        ("overlaps([1..5], [3..8])", True),
        ("overlaps([1..5], [6..8])", False),
        ("overlaps([1..5), [5..8])", False),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps after([3..8], [1..5])", True),
        ("finishes(10, [1..10])", True),
        ("finishes([5..10], [1..10])", True),
        ("finished by([1..10], [5..10])", True),
        ("includes([1..10], 5)", True),
        ("includes([1..10], (1..10))", True),
        ("during(5, [1..10])", True),
        ("starts(1, [1..10])", True),
        ("starts([1..5], [1..10])", True),
        ("started by([1..10], 1)", True),
        ("coincides([1..5], [1..5])", True),
        ("coincides([1..5), [1..5])", False),
    ],
)
def test_ranges(text: str, expected: Any) -> None:
    assert value(text) is expected


def test_a_long_text_may_have_many_replacements() -> None:
    assert value('replace(text, "a", "bb")', text="a" * 20_000) == "bb" * 20_000


def test_the_present_is_the_one_that_is_given() -> None:
    assert value("now()") == NOW
    assert value("today()") == NOW.date()
