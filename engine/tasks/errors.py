"""The reasons for which tasks say no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake, Refusal


class TaskUnknown(Conflict):
    """Expected a task that you may see, found none under this address."""

    status = 404


class TaskNotOpen(Conflict):
    """Expected an open task, but {name} was finished by {person} at {at}."""


class TaskCancelledAlready(Conflict):
    """Expected an open task, but {name} is no longer needed: the case went another way."""


class TaskTaken(Conflict):
    """Expected a task that nobody has claimed, but {person} has it; ask to put it back."""


class TaskNotClaimed(Conflict):
    """Expected a task that you have claimed, but it lies with the office already."""


class TaskNotYours(Refusal):
    """Expected a task addressed to you or your office; this one is not."""


class OutcomeUnknown(Mistake):
    """Expected one of the buttons of the task ({known}), found {outcome}."""


class TaskStaffed(Conflict):
    """Expected a task that reaches nobody; this one has an address at which people work."""


class NobodyThere(Mistake):
    """Expected a post that somebody holds, but nobody is {role} in {office}."""
