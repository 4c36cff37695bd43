"""Shortcuts of the tests of FEEL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine import feel

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def value(text: str, /, **scope: Any) -> Any:
    """The value of an expression over the variables."""
    return feel.parse(text).evaluate(scope, now=NOW)


def passes(text: str, tested: Any, /, **scope: Any) -> bool | None:
    """Whether a value passes unary tests."""
    return feel.parse_unary_tests(text).evaluate(tested, scope, now=NOW)
