"""What can have happened to the calendar of working days."""

from __future__ import annotations

from engine.messages import Event


class CalendarYearSet(Event, frozen=True, kw_only=True):
    year: int
    source: str
    published: bool
    days: list[list[str]]
