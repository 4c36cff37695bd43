"""What can have happened to cases."""

from __future__ import annotations

from engine.messages import Event
from engine.values import Json


class CaseStarted(Event, frozen=True, kw_only=True):
    definition: str
    #: The version in force, to which the case is pinned: its id, its number, its package in the store.
    definition_version: str
    number: int
    package: str
    title: str
    behaviour: int
    period: str | None = None
    unit: str | None = None
    starter: str | None = None
    parent: str | None = None
    parent_wait: int | None = None


class InstanceAdvanced(Event, frozen=True, kw_only=True):
    """The kernel ran until it waits; *first* is the number of the first fact among all of the case."""

    first: int
    facts: list[Json]


class CaseEnded(Event, frozen=True, kw_only=True):
    #: ``ended`` or ``cancelled``.
    state: str
    result: dict[str, Json] = {}
    reason: str | None = None


class IncidentRaised(Event, frozen=True, kw_only=True):
    incident: str
    #: ``element``: a step of the diagram failed; ``unstaffed``: nobody holds the post; ``address``: none found;
    #: ``call``: the process that is called cannot be started.
    incident_kind: str
    element: str
    #: Code of the sentence, and its values.
    code: str
    values: dict[str, Json] = {}


class IncidentResolved(Event, frozen=True, kw_only=True):
    incident: str


class ResultIgnored(Event, frozen=True, kw_only=True):
    """A result came for a wait that is closed: a recorded no-op."""

    wait: int
