"""Lights and days left: computed when a page is made, never stored."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.calendars.queries import SOON, Calendar, local_day
from engine.db import moment


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """A light in shape, word and colour, with the deadline in words."""

    #: ``g``, ``y``, ``r`` or ``b``: the class of the style sheet.
    colour: str
    #: Code of the sentence that tells the deadline, and its number of working days.
    code: str
    days: int = 0
    provisional: bool = False


def light(due: str | None, provisional: bool, calendar: Calendar, now: datetime) -> Light:
    """The light of a task that is due at *due*: red when overdue, yellow from three working days on."""
    if due is None:
        return Light(colour="b", code="due.none")
    end = moment(due)
    today, last = local_day(now), local_day(end)
    if now > end:
        days = calendar.between(last, today)
        return Light(colour="r", code="due.late" if days else "due.late-today", days=days, provisional=provisional)
    days = calendar.between(today, last)
    if days == 0:
        return Light(colour="y", code="due.today", provisional=provisional)
    return Light(colour="y" if days <= SOON else "g", code="due.left", days=days, provisional=provisional)
