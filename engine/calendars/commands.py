"""What one may ask about the calendar of working days."""

from __future__ import annotations

from engine.messages import Command


class SetCalendarYear(Command, frozen=True, kw_only=True):
    """Say which days of a year differ from the rule Monday to Friday, and whether the year is published."""

    kind = "calendar"
    year: int
    #: Source of the year: the State Council's notice, or the rule.
    source: str
    published: bool
    #: ``[["2026-10-01", "holiday", "国庆节"], ["2026-10-10", "workday", ""], …]``
    days: list[list[str]]

    def stream(self) -> str:
        return f"calendar:{self.year}"
