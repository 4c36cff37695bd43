"""The reasons for which the kernel says no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake


class BpmnUnreadable(Mistake):
    """Expected a BPMN file with one executable process, found none that can be read: {reason}."""


class WaitNotOpen(Conflict):
    """Expected that the case waits here, but it does not any more."""


class CaseNotActive(Conflict):
    """Expected a case that runs (or, to start it, one that has not begun), found it {status}."""


class FormatUnknown(Mistake):
    """Expected a stored state of format {known}, found {found}; read it with the release that wrote it."""


class NoFlowMatches(Mistake):
    """Expected a sequence flow of {element} whose condition is true, or a default flow; found none."""


class NotAList(Mistake):
    """Expected the collection of {element} to be a list, found something else."""


class NotANumber(Mistake):
    """Expected a whole number of instances for {element}, found something else."""


class NotATime(Mistake):
    """Expected a duration or a point in time for the timer {element}, found {found}."""


class NotAKey(Mistake):
    """Expected the correlation key of {element} to be a text of 1 to 200 characters or a number, found {found}."""


class BudgetSpent(Mistake):
    """Expected the case to come to rest within {limit} {unit}, but it went on; look for a loop without a wait."""


class ErrorNotCaught(Mistake):
    """Expected a boundary event that catches the error {error}, found none."""
