"""When a timer is due: a point in time, or a duration from now (ISO 8601, or values of FEEL)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from engine import values
from engine.bpmn.errors import NotATime
from engine.values import Months, Value

#: No timer lies further away.
FURTHEST = timedelta(days=366 * 100)


def due(at: Value, duration: Value, now: datetime, element: str) -> str:
    """The RFC 3339 text in UTC of the moment at which the timer is due; raises NotATime."""
    try:
        moment = _moment(at, now) if at is not None else _later(now, duration)
        if moment is not None and moment - now <= FURTHEST:
            return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):  # No such day, or a moment that UTC has no year for.
        pass
    raise NotATime(element=element, found=str(at if at is not None else duration)[:60])


def _moment(value: Value, now: datetime) -> datetime | None:
    found = value
    if isinstance(value, str):
        found = datetime.fromisoformat(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        found = datetime.combine(value, time())
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _later(now: datetime, duration: Value) -> datetime | None:
    found = values.parse_duration(duration) if isinstance(duration, str) else duration
    if isinstance(found, Months):
        return add_months(now, found.months)
    return now + found if isinstance(found, timedelta) else None


def add_months(start: datetime, months: int) -> datetime:
    """*months* calendar months later; the last day of the month where the day does not exist there."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return start.replace(year=year, month=month + 1)


def is_literal(at: str | None, duration: str | None) -> bool:
    """True where a timer's text is a point in time or a positive duration of at most 100 years."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        due(at, duration, start, "")
    except NotATime:
        return False
    return duration is None or not duration.startswith("-")
