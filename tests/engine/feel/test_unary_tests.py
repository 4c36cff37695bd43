"""Unary tests: what stands in the cells of decision tables."""

from __future__ import annotations

from typing import Any

import pytest

from engine import feel

from .say import passes


@pytest.mark.parametrize(
    ("text", "tested", "expected"),
    [
        ("-", None, True),
        ("5", 5, True),
        ("> 5", 6, True),
        ("> 5", None, None),
        ("< 3, > 5", 4, False),
        ("[1..3]", 3, True),
        ("[1..3)", 3, False),
        ("]1..3[", 1, False),
        ('"a", "b"', "b", True),
        ("not(1, 2)", 3, True),
        ('not("a")', "a", False),
        ("not(null)", 3, True),
        ("null", None, True),
        ("true", False, False),
        ("[1, 2, 3]", 2, True),
        ("? > 3 and ? < 6", 5, True),
        ("? > 3 and ? < 6", 7, False),
        ('starts with(?, "ab")', "abc", True),
        ('not(contains(?, "x"))', "axb", False),
        ("> limit", 5, True),
        ("limit + 1", 5, True),
        ("-5", -5, True),
        ("not(limit = 4) and true", True, False),
    ],
)
def test_a_cell_accepts_what_it_says(text: str, tested: Any, expected: Any) -> None:
    assert passes(text, tested, limit=4) is expected


@pytest.mark.parametrize("text", ["", ">", "not(", "1,", "1 2", "- -"])
def test_a_cell_that_is_not_feel_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.parse_unary_tests(text)
