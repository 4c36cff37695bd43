"""The grammar: precedence, literals, names, and every form of the language."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine import feel
from engine.values import Months, Range

from .say import value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("2 * 3 ** 2", 18),
        ("-5 ** 2", 25),
        ("1 + 1 = 2 and 3 > 2", True),
        ("false and true or true", True),
        ("true or false and false", True),
        ("-(2 + 3)", -5),
        ("0.1 + 0.2", Decimal("0.3")),
        (".5", Decimal("0.5")),
        ("1.5e3", 1500),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ("9007199254740991 + 1", Decimal(9007199254740992)),
    ],
)
def test_operators_bind_as_in_the_standard_and_numbers_are_decimal(text: str, expected: Any) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


def test_whole_numbers_come_back_as_int_however_they_went_in() -> None:
    assert type(value("a", a=Decimal("12.00"))) is int
    assert type(value("a + b", a=Decimal("0.5"), b=Decimal("0.5"))) is int
    assert value("a", a=Decimal("12.50")) == Decimal("12.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\"b\\c\n"', 'a"b\\c\n'),
        (r'"\u95ed\u73af"', "闭环"),
        (r'"\uD83D\uDC0E"', "🐎"),
        (r'"\U01F40E"', "🐎"),
        ('@"2026-11-25"', date(2026, 11, 25)),
        ('@"08:30:00Z"', time(8, 30, tzinfo=UTC)),
        ('@"2026-11-25T08:30:00.5"', datetime.fromisoformat("2026-11-25T08:30:00.500")),
        ('@"P1Y2M"', Months(14)),
        ('@"-PT36H"', timedelta(hours=-36)),
        ("null", None),
        ("[1, [2, 3], []]", [1, [2, 3], []]),
        ('{a: 1, "b c": a + 1}', {"a": 1, "b c": 2}),
        ("1 // the rest is a comment\n + /* this too */ 1", 2),
    ],
)
def test_literals_have_their_values(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.parse(r'"\uD83D"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1..3]", Range(1, 3, True, True)),
        ("(1..3)", Range(1, 3, False, False)),
        ("]1..3[", Range(1, 3, False, False)),
        ("[1..3)", Range(1, 3, True, False)),
        ("(1..3]", Range(1, 3, False, True)),
        ("(> 5)", Range(5, None, False, False)),
        ("(<= 5)", Range(None, 5, False, True)),
        ("[1..null]", None),
        ('["a"..1]', None),
    ],
)
def test_a_range_is_written_in_all_forms_of_the_standard(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('if 1 > 0 then "yes" else "no"', "yes"),
        ("if null then 1 else 2", 2),
        ("for i in [1, 2] return i * 10", [10, 20]),
        ("for i in 1..3 return i", [1, 2, 3]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in (1..4) return i", [2, 3]),
        ("for i in [1000000000..1] return i", []),
        ("for i in 1..2, j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("for i in 1..2, j in 1..i return j", [1, 1, 2]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("some i in [1, 2, 3] satisfies i > 2", True),
        ("every i in [1, 2, 3] satisfies i > 2", False),
        ("some i in [] satisfies i > 2", False),
        ("every i in [] satisfies i > 2", True),
        ("5 between 1 and 10", True),
        ("5 in (< 3, > 4)", True),
        ("5 in [1..5)", False),
        ("5 in (1..5]", True),
        ("5 in ([1, 2, 5])", True),
        ('"b" in ["a".."c"]', True),
        ("(function(a, b) a - b)(5, 3)", 2),
        ("{twice: function(n: number) n * 2, result: twice(n: 4)}.result", 8),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), result: f(5)}.result", 120),
        ("[1, 2, 3] instance of list<number>", True),
        ('{a: "x"} instance of context<a: string>', True),
        ("null instance of number", False),
        ('duration("P1D") instance of days and time duration', True),
    ],
)
def test_the_forms_of_the_language(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[10, 20, 30][2]", 20),
        ("[10, 20, 30][-1]", 30),
        ("[10, 20, 30][4]", None),
        ("[10, 20, 30][item > 15]", [20, 30]),
        ("[{x: 1, y: 2}, {x: 2, y: 3}][x = 1]", [{"x": 1, "y": 2}]),
        ("[{x: 1, y: 2}, {x: 2, y: 3}][item.x = 2].y", [3]),
        ("[{x: 1, y: 2}, {y: 3}][x = null]", [{"y": 3}]),
        ("[{x: 1}, {x: 2}].x", [1, 2]),
        ("{a: {b: 3}}.a.b", 3),
        ("{a: 1}.b", None),
        ("null.b", None),
        ("5[1]", 5),
        ("null[1]", None),
        ("for i in 1..3 return [1, 2, 3][i]", [1, 2, 3]),
    ],
)
def test_filters_and_paths(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_names_may_be_chinese() -> None:
    assert value('金额 > 1000 and 状态 = "已办结"', 金额=2000, 状态="已办结") is True


def test_the_longest_known_name_wins() -> None:
    names = frozenset(["due date", "due date of county", "a-b"])
    scope = {"due date": 1, "due date of county": 2, "a-b": 3, "a": 10, "b": 4}
    assert feel.parse("due  date + due date of county", names).evaluate(scope) == 3
    assert feel.parse("a-b", names).evaluate(scope) == 3
    assert feel.parse("a-b").evaluate(scope) == 6


def test_names_with_spaces_are_known_where_they_are_introduced() -> None:
    assert value("for my item in [1, 2] return my item + 1") == [2, 3]
    assert value('{first name: "Li", greeting: "Hello " + first name}.greeting') == "Hello Li"
    assert value("(function(the end: number) the end + 1)(1)") == 2


def test_a_variable_that_is_no_function_does_not_hide_a_built_in_of_its_name() -> None:
    assert value("count([1, 2])", count=7) == 2
    assert value("count", count=7) == 7


@pytest.mark.parametrize(
    ("text", "position", "found", "expected"),
    [
        ("1 +", 3, "", "expression"),
        ("if a then b", 11, "", "else"),
        ("金额＞10", 2, "＞", "expression"),
        ("f(1", 3, "", ","),
        ("a b", 2, "b", "end"),
        ('"open', 0, '"open', "string"),
        ("a.1", 1, ".1", "end"),
        ('a."b"', 2, '"b"', "name"),
        ("for in x return 1", 4, "in", "name"),
        ("x instance of nonsense", 14, "nonsense", "type"),
        ('@"tomorrow"', 0, '@"tomorrow"', "at-literal"),
        ("function(x) external {java: 1}", 12, "external", "expression"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int, found: str, expected: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as wrong:
        feel.parse(text)
    assert wrong.value.values == {"position": position, "found": found, "expected": expected}
