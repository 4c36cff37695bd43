"""What a decision gives: its value, and which rows of which tables led to it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values import Value


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """One rule of a decision table that matched, in the order in which the tables were evaluated."""

    table: str
    #: Counted from 0, in the order of the model.
    index: int
    rule: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The value of a decision and the matched rows of all tables that were evaluated for it."""

    value: Value
    rows: tuple[MatchedRow, ...]
