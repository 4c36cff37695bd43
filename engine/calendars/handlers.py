"""Decides what commands about the calendar lead to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from engine.calendars import commands, events
from engine.errors import Mistake
from engine.messages import Command
from engine.step import Step


class CalendarDayNotUsable(Mistake):
    """Expected days of the year {year} as date, kind (holiday or workday) and name, found {day}."""


def set_calendar_year(command: commands.SetCalendarYear, step: Step) -> None:
    """The exceptional days of a year; a later command replaces them. Raises CalendarDayNotUsable."""
    for day in command.days:
        if len(day) != 3 or day[1] not in ("holiday", "workday") or not _of_year(day[0], command.year):
            raise CalendarDayNotUsable(year=command.year, day=str(day)[:60])
    step.record(
        events.CalendarYearSet(
            year=command.year, source=command.source, published=command.published, days=command.days
        )
    )


def _of_year(text: str, year: int) -> bool:
    try:
        return date.fromisoformat(text).year == year
    except ValueError:
        return False


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {commands.SetCalendarYear: set_calendar_year}
