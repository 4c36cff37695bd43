"""The reasons for which cases say no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake


class CaseUnknown(Conflict):
    """Expected a case that you may see, found none under this address."""

    status = 404


class CaseNotOpen(Conflict):
    """Expected an open case, but it is {state}."""


class PeriodTaken(Conflict):
    """Expected the first case of {period}, but {first} started it at {at}; open that one."""


class StartNotPossible(Mistake):
    """Expected to work out title, period and unit of the case, but: {reason}."""


class IncidentNotOpen(Conflict):
    """Expected an incident that still stands, but it was resolved meanwhile."""


class ReasonMissing(Mistake):
    """Expected a reason of 2 to 500 characters."""


class CallerGone(Conflict):
    """Expected the calling case to wait for this one, but it does not any more; nothing was started."""
