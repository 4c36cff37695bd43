"""The entity tag of a task (RFC 9110 §8.8.3): another one as soon as the task is no longer as it was shown."""

from __future__ import annotations

from collections.abc import Callable, Collection

from engine import values
from engine.errors import Conflict
from engine.step import Step
from engine.tasks.queries import WorkItem
from engine.tasks.tables import NO_DUE, work_items


class TaskChanged(Conflict):
    """Expected the task as it was when it was read, but it has changed since; read it again."""

    status = 412


#: What of a work item a reader decides by.
_TOLD = ("state", "claimed_by", "due", "role", "office", "person", "back")


def tag(item: WorkItem) -> str:
    """The tag of a task as it is shown."""
    return _tag([getattr(item, name) for name in _TOLD])


def unchanged(task: str, expected: Collection[str]) -> Callable[[Step], None]:
    """A condition for ``dispatch``; raises TaskChanged where the task has a tag by now that is none of *expected*."""

    def look(step: Step) -> None:
        row = step.find(work_items, f"{task}.1")
        if row is None:
            return  # The handler has a sentence for it.
        told = [None if name == "due" and row["due"] == NO_DUE else row[name] for name in _TOLD]
        told[-1] = bool(row["back"])
        if _tag(told) not in expected:
            raise TaskChanged()

    return look


def _tag(told: list[object]) -> str:
    return values.digest(values.canonical(told))[:16]
