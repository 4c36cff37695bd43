"""The demonstration happens in the weeks before it is loaded, in working hours, so that its times tell a story."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from engine.calendars.queries import ZONE
from engine.clock import Clock
from engine.dispatch import Engine

#: How long before the present the story begins, and how much time passes between two acts.
BEGINS, PACE = timedelta(days=24), timedelta(minutes=95)
#: Hours of the day in which people act, local time.
MORNING, EVENING = 9, 17


class Past:
    """A clock that acts move on; it never passes the present."""

    def __init__(self, present: Clock) -> None:
        self._present = present
        self._at = _working(present.now() - BEGINS)

    def now(self) -> datetime:
        return min(self._at, self._present.now())

    def act(self) -> None:
        """The moment of the next act."""
        self._at = _working(self._at + PACE)

    def skip_to(self, ago: timedelta) -> None:
        """On to so long before the present, unless the story is there already."""
        self._at = _working(max(self._at, self._present.now() - ago))


@contextmanager
def past(engine: Engine) -> Iterator[Past]:
    """What is done inside of it happened in the weeks before."""
    present = engine.clock
    clock = Past(present)
    engine.clock = clock
    try:
        yield clock
    finally:
        engine.clock = present


def _working(at: datetime) -> datetime:
    """The moment itself in working hours, else the next morning of a working day."""
    local = at.astimezone(ZONE)
    if local.hour >= EVENING:
        local += timedelta(days=1)
    if not MORNING <= local.hour < EVENING:
        local = local.replace(hour=MORNING)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local.astimezone(at.tzinfo)
