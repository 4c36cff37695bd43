"""What processes ask of expressions: unknown names, conditions, free names, lazy scopes, the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine import feel, texts
from engine.feel import errors
from engine.feel.builtins import FUNCTIONS


class LookedUp(Mapping[str, Any]):
    """A scope that must not be walked through."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("walked through")

    def __len__(self) -> int:
        raise AssertionError("counted")


def strictly(text: str, /, **scope: Any) -> Any:
    return feel.parse(text).evaluate(scope, strict=True)


def test_a_misspelt_variable_is_an_error_where_the_process_depends_on_it() -> None:
    with pytest.raises(feel.FeelUnknownName) as wrong:
        strictly("amonut > 10", amount=12)
    assert wrong.value.values == {"name": "amonut"}


def test_a_type_error_is_null_even_where_names_must_be_known() -> None:
    assert strictly("amount > 10", amount="much") is None


def test_an_entry_that_some_items_lack_is_null_but_one_that_all_lack_is_an_error() -> None:
    items = [{"state": "open"}, {}]
    assert strictly('items[state = "open"]', items=items) == [{"state": "open"}]
    with pytest.raises(feel.FeelUnknownName):
        strictly('items[sttae = "open"]', items=items)


def test_nothing_is_unknown_in_a_filter_over_no_items() -> None:
    assert strictly('items[state = "open"]', items=[]) == []


def test_a_condition_is_true_or_false_and_null_counts_as_false() -> None:
    assert feel.condition(feel.parse("a > 1"), {"a": 2}, None) is True
    assert feel.condition(feel.parse("a > 1"), {"a": None}, None) is False
    with pytest.raises(feel.FeelNotBoolean) as wrong:
        feel.condition(feel.parse("a + 1"), {"a": 2}, None)
    assert wrong.value.values == {"found": "number"}


def test_a_scope_is_only_asked_for_names() -> None:
    scope = LookedUp({"amount": 12, "case": LookedUp({"state": "open"})})
    assert feel.parse('amount > 10 and case.state = "open"').evaluate(scope) is True


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + b.c", {"a", "b"}),
        ("count(items[state = limit])", {"items"}),
        ("for i in items return i + x", {"items", "x"}),
        ("some i in items, j in i satisfies j = k", {"items", "k"}),
        ("{a: x, b: a + y}.b", {"x", "y"}),
        ("(function(n) n + m)(1)", {"m"}),
        ("today() > due", {"due"}),
        ("f(a: b)", {"f", "b"}),
    ],
)
def test_the_free_names_are_the_variables_that_must_exist(text: str, names: set[str]) -> None:
    assert feel.free_names(feel.parse(text)) == names


def test_an_expression_is_parsed_once() -> None:
    assert feel.parse("a + 1") is feel.parse("a + 1")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_reason_has_a_sentence(language: str) -> None:
    for reason in (feel.FeelSyntaxError, feel.FeelBudgetExceeded, feel.FeelUnknownName, feel.FeelNotBoolean):
        assert issubclass(reason, errors.FeelError)
        assert texts.say(reason.code, language) != reason.code


def test_the_functions_of_the_standard_are_all_there() -> None:
    standard = """date, date and time, time, number, string, duration, years and months duration, not, substring,
        string length, upper case, lower case, substring before, substring after, replace, contains, starts with,
        ends with, matches, split, list contains, count, min, max, sum, mean, all, any, sublist, append, concatenate,
        insert before, remove, reverse, index of, union, distinct values, flatten, product, median, stddev, mode,
        decimal, floor, ceiling, abs, modulo, sqrt, log, exp, odd, even, is, before, after, meets, met by, overlaps,
        overlaps before, overlaps after, finishes, finished by, includes, during, starts, started by, coincides,
        day of year, day of week, month of year, week of year, sort, get value, get entries, now, today"""
    assert {name.strip() for name in " ".join(standard.split()).split(",")} <= FUNCTIONS.keys()
