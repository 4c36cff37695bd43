"""Working days: which day is one, how many lie between two dates, which date a deadline falls on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from engine import sql
from engine.calendars.tables import calendar_years
from engine.sql import Ask
from engine.values import Json

#: The offices' zone; days begin and end by it.
ZONE = ZoneInfo("Asia/Shanghai")

#: The hour at which a working day's deadline ends.
DUE_AT = time(18)


#: Working days left from which a deadline counts as near (yellow).
SOON = 3


class Calendar(msgspec.Struct, frozen=True):
    """The exceptional days of all known years."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    published: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """True for a working day; by the rule Monday to Friday where the year says nothing."""
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def after(self, start: date, workdays: int) -> date:
        """The n-th working day after *start*; *start* itself, or the next working day, for 0."""
        day, left = start, workdays
        while left > 0 or not self.is_workday(day):
            day += timedelta(days=1)
            left -= self.is_workday(day)
        return day

    def before(self, end: date, workdays: int) -> date:
        """The n-th working day before *end*."""
        day, left = end, workdays
        while left > 0:
            day -= timedelta(days=1)
            left -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after *start* up to and including *end*; negative where *end* lies before *start*."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def local_time(moment: datetime) -> str:
    """``16:20`` in the offices' zone."""
    return f"{moment.astimezone(ZONE):%H:%M}"


def moment_of(text: str) -> datetime:
    """The aware moment of an RFC 3339 text."""
    return datetime.fromisoformat(text)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline: its moment, and whether the calendar that it was counted by is not yet published."""

    at: datetime
    provisional: bool


def local_day(moment: datetime) -> date:
    """The day of *moment* in the offices' zone."""
    return moment.astimezone(ZONE).date()


def due(calendar: Calendar, start: datetime, workdays: int) -> Due:
    """18:00 local time of the n-th working day after *start*."""
    day = calendar.after(local_day(start), workdays)
    return Due(at=at_due_hour(day), provisional=day.year not in calendar.published)


def at_due_hour(day: date) -> datetime:
    """The moment in UTC at which deadlines of *day* end."""
    return datetime.combine(day, DUE_AT, ZONE).astimezone(UTC)


def calendar(connection: sa.Connection) -> Calendar:
    """The calendar as it is now."""
    return _calendar(tuple((row["year"], row["published"], row["days"]) for row in sql.fetch(connection, [_YEARS])[0]))


_YEARS = Ask(sa.select(calendar_years.c.year, calendar_years.c.published, calendar_years.c.days), {})


@lru_cache(maxsize=8)
def _calendar(years: tuple[tuple[int, bool, str], ...]) -> Calendar:
    holidays: set[date] = set()
    workdays: set[date] = set()
    for _year, _published, days in years:
        for day, kind, _name in msgspec.json.decode(days):
            (holidays if kind == "holiday" else workdays).add(date.fromisoformat(day))
    published = frozenset(year for year, published, _days in years if published)
    return Calendar(frozenset(holidays), frozenset(workdays), published)


def observe_due(connection: sa.Connection, start: str, workdays: int, remind: int) -> Json:
    """The deadline *workdays* after *start*, the reminder *remind* working days before it, and whether it may move."""
    known = calendar(connection)
    found = due(known, datetime.fromisoformat(start), workdays)
    early = at_due_hour(known.before(local_day(found.at), remind)) if remind else None
    return {
        "due": found.at.isoformat(),
        "remind": early.isoformat() if early else None,
        "provisional": found.provisional,
    }


OBSERVATIONS: dict[str, Callable[..., Json]] = {"due": observe_due}
