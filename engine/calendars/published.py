"""The years of working days that the State Council has published, and the next ones by rule."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import msgspec
from chinese_calendar.constants import holidays, workdays

#: Years that are loaded: earlier ones are of no use to deadlines.
FIRST = 2024

#: Days that are holidays every year by the regulation of 2024-11-10 and fall on fixed dates.
FIXED = (
    ("01-01", "元旦"),
    ("05-01", "劳动节"),
    ("05-02", "劳动节"),
    ("10-01", "国庆节"),
    ("10-02", "国庆节"),
    ("10-03", "国庆节"),
)


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """The exceptional days of one year."""

    year: int
    source: str
    published: bool
    days: list[list[str]]


def years() -> list[Year]:
    """Published years as the library chinesecalendar has them, then two provisional ones."""
    last = max(day.year for day in holidays)
    known = [_published(year) for year in range(FIRST, last + 1)]
    return known + [_provisional(year) for year in (last + 1, last + 2)]


def _published(year: int) -> Year:
    days = []
    day = date(year, 1, 1)
    while day.year == year:
        if chinese_calendar.is_workday(day) != (day.weekday() < 5):
            kind = "workday" if day in workdays else "holiday"
            days.append([day.isoformat(), kind, str(holidays.get(day) or workdays.get(day) or "")])
        day += timedelta(days=1)
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return Year(year=year, source=source, published=True, days=days)


def _provisional(year: int) -> Year:
    days = [[f"{year}-{day}", "holiday", name] for day, name in FIXED]
    return Year(year=year, source="按规则推算,待公布", published=False, days=days)
