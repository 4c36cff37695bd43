"""What can have happened to tasks."""

from __future__ import annotations

from engine.messages import Event
from engine.values import Json


class TaskOpened(Event, frozen=True, kw_only=True):
    task: str
    element: str
    #: Name of the element and title of the work item.
    name: str
    title: str
    form: str
    #: Address: a role in an office, or a person.
    role: str | None = None
    office: str | None = None
    person: str | None = None
    unit: str | None = None
    due: str | None = None
    #: True where the calendar of the due date is not yet published.
    provisional: bool = False
    remind: str | None = None
    #: Why it came back, if it did.
    back: str | None = None
    #: Facts of the matter as ``[label, encoded value]``.
    facts: list[list[Json]] = []
    #: Definition and title of the case, for the inbox.
    #: False where nobody holds the post, or no address was found.
    staffed: bool = True
    definition: str = ""
    case_title: str = ""


class TaskClaimed(Event, frozen=True, kw_only=True):
    task: str
    person: str


class TaskReleased(Event, frozen=True, kw_only=True):
    task: str


class TaskCompleted(Event, frozen=True, kw_only=True):
    task: str
    person: str
    answers: dict[str, Json]
    outcome: str | None = None


class TaskCancelled(Event, frozen=True, kw_only=True):
    task: str


class TaskReminded(Event, frozen=True, kw_only=True):
    task: str


class TaskReaddressed(Event, frozen=True, kw_only=True):
    task: str
    role: str
    office: str
