"""What can have happened to number series."""

from __future__ import annotations

from engine.messages import Event


class NumbersTaken(Event, frozen=True, kw_only=True):
    series: str
    year: int
    first: int
    count: int
    case: str


class NumbersVoided(Event, frozen=True, kw_only=True):
    series: str
    year: int
    numbers: list[int]
    case: str
