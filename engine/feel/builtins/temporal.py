"""Built-in functions of dates (DMN 1.3, 10.3.4.7 and 10.3.4.8); the present is given, the clock is never read."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.feel.builtins.signatures import Signatures
from engine.feel.run import Run
from engine.values import Value

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _today(run: Run) -> Value:
    return None if run.now is None else run.now.date()


def _day_of_year(run: Run, day: date) -> int:
    return day.timetuple().tm_yday


SIGNATURES: Final[Signatures] = {
    "now()": lambda run: run.now,
    "today()": _today,
    "day of year(date: date|date and time)": _day_of_year,
    "day of week(date: date|date and time)": lambda run, day: _DAYS[day.weekday()],
    "month of year(date: date|date and time)": lambda run, day: _MONTHS[day.month - 1],
    "week of year(date: date|date and time)": lambda run, day: day.isocalendar().week,
}
