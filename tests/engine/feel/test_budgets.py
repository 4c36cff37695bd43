"""Hostile and unlucky expressions end soon, with a reason."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine import feel
from engine.values import encode

from .say import value

_LONG = "x" * 90_000


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1" * 4_001, "text"),
        ("[" + ",".join("1" * 601) + "]", "nodes"),
        ("(" * 100 + "1" + ")" * 100, "depth"),
        ("[" * 100 + "]" * 100, "depth"),
        ("-" * 100 + "1", "depth"),
        ("a" + ".b" * 100, "depth"),
        ("+".join("a" * 100), "depth"),
        ("if a then " * 100 + "b", "depth"),
        ("{a:" * 100 + "1" + "}" * 100, "depth"),
    ],
)
def test_a_text_that_is_too_large_is_not_read(text: str, what: str) -> None:
    with pytest.raises(feel.FeelBudgetExceeded) as wrong:
        feel.parse(text)
    assert wrong.value.values["what"] == what


def test_a_long_condition_is_not_deep() -> None:
    assert value(" and ".join(["a = 1"] * 140), a=1) is True


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..1000, j in 1..1000 return i * j",
        "for i in [1..1000000000] return i",
        "some i in 1..1000000000 satisfies i < 0",
        "every i in [1..1000000000] satisfies i > 0",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(30)}.r",
        "{f: function(g) g(g), r: f(f)}.r",
        "long + long",
        'replace(long, "x", "yyyyyyyyyy")',
        "for i in 1..50000 return substring(long, 2)",
        'for i in 1..50000 return split(long, "y")',
        "for i in 1..50000 return upper case(long)",
        "for i in 1..90000 return partial",
        "for i in 1..400 return [partial[-1]]",
        'for i in 1..50000 return contains(long, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy")',
        "for i in 1..50000 return string(items)",
        "for i in 1..50000 return items = items",
        "for i in 1..50000 return distinct values(items)",
        "for i in 1..50000 return count(items[item > 1])",
        "for i in 1..50000 return items instance of list<number>",
        'for i in 1..50000 return matches("a", "(x{500}){" + string(modulo(i, 900)) + "}")',
        "{a: [1,1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c],"
        " e: [d,d,d,d,d,d,d,d], f: [e,e,e,e,e,e,e,e]}.f",
        "{a: [1,1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c],"
        " e: [d,d,d,d,d,d,d,d], f: [e,e,e,e,e,e,e,e], r: count(flatten(f))}.r",
    ],
)
def test_an_evaluation_that_grows_is_stopped_soon(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(feel.FeelBudgetExceeded):
        value(text, long=_LONG, items=list(range(1000)))
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "text", ["10 ** 1000000000", "(10 ** 10) ** (10 ** 10)", "2 ** 0.5 ** 99999", "exp(100000000)"]
)
def test_a_number_beyond_the_standard_is_null_at_once(text: str) -> None:
    began = time.perf_counter()
    assert value(text) is None or value(text) == 1
    assert time.perf_counter() - began < 0.1


def test_patterns_take_time_in_proportion_to_the_text() -> None:
    began = time.perf_counter()
    assert value('matches(text, "(a+)+$")', text="a" * 20_000 + "b") is False
    assert time.perf_counter() - began < 0.5


def test_nested_tests_of_membership_are_read_in_one_go() -> None:
    began = time.perf_counter()
    feel.parse("1 in (" * 25 + "1..2)" + "..2)" * 24)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "a.__class__",
        "a.__class__.__mro__",
        '"{0.__class__}".format',
        "now.__globals__",
        "(function(x) x).invoke",
        "count.overloads",
    ],
)
def test_no_attribute_of_python_can_be_reached(text: str) -> None:
    assert value(text, a="x") is None


_PIECES = some.sampled_from(
    (
        *("a", "b", "item", "partial", "?", "闭环", "1", "2.5", '"x"', '@"P1D"', "null", "true", "count", "sum"),
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function", "external"),
        *("and", "or", "not", "between", "instance", "of", "number", "list<", "date", "date and time", "sort"),
        *("(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "+", "-", "*", "**", "/", "<", "<=", "=", "!=", ">"),
    )
)
_TEXTS = some.one_of(some.text(max_size=40), some.lists(_PIECES, max_size=25).map(" ".join))
_VALUES: some.SearchStrategy[Any] = some.recursive(
    some.none() | some.booleans() | some.integers() | some.decimals(-99, 99, places=2) | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
_PLAIN = some.recursive(
    some.integers(-9, 9) | some.booleans() | some.none(), lambda inner: some.lists(inner, max_size=3)
)


@given(_TEXTS)
@settings(max_examples=500, deadline=None)
def test_no_text_makes_the_parser_fail_in_another_way(text: str) -> None:
    for read in (feel.parse, feel.parse_unary_tests):
        with suppress(feel.FeelError):
            read(text)


@given(_TEXTS, _VALUES, _VALUES)
@settings(max_examples=500, deadline=None)
def test_no_expression_fails_in_another_way_and_none_changes_its_variables(text: str, a: Any, b: Any) -> None:
    before = repr((a, b))
    with suppress(feel.FeelError):
        feel.parse(text).evaluate({"a": a, "b": b})
    assert repr((a, b)) == before


@given(_VALUES)
@settings(deadline=None)
def test_a_value_is_equal_to_itself_and_can_be_written(found: Any) -> None:
    assert value("a = a", a=found) is True
    assert isinstance(value("string([a])", a=found), str)


@given(
    some.recursive(some.integers(-9, 9) | some.booleans() | some.none(), lambda inner: some.lists(inner, max_size=3))
)
def test_what_string_writes_is_an_expression_of_the_same_value(found: Any) -> None:
    text = value("string([a])", a=found)
    assert value(text) == [found]
    encode(found)
