"""Applies what happened to the calendar to its table."""

from __future__ import annotations

from engine import values
from engine.calendars import events
from engine.calendars.tables import calendar_years
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def calendar_year_set(event: events.CalendarYearSet, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        calendar_years, id=stamp.stream, stream=stamp.stream, year=event.year, source=event.source,
        published=event.published, days=values.canonical(event.days).decode(),
    )  # fmt: skip


APPLIERS: Appliers = {(events.CalendarYearSet, 1): calendar_year_set}
