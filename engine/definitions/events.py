"""What can have happened to process definitions."""

from __future__ import annotations

from engine.messages import Event
from engine.values import Json


class VersionPublished(Event, frozen=True, kw_only=True):
    definition: str
    #: Id of the version, and its number among the definition's versions, from 1.
    id: str
    number: int
    package: str
    title: str
    #: Roles that may start it; ``*`` for everybody with a post; empty where it is only called.
    starters: list[str]
    #: Roles that see every case of the definition.
    viewers: list[str]
    published_by: str
    #: None where no second person approved: at once, in a demonstration.
    approved_by: str | None = None
    proposed_by: str | None = None
    proposal: str | None = None


class VersionScheduled(Event, frozen=True, kw_only=True):
    """Approved, to be in force from a date on; the fields are those of a published version."""

    definition: str
    id: str
    number: int
    package: str
    title: str
    starters: list[str]
    viewers: list[str]
    published_by: str
    approved_by: str
    proposed_by: str
    proposal: str
    in_force_at: str


class VersionPutInForce(Event, frozen=True, kw_only=True):
    definition: str
    id: str
    number: int
    title: str
    viewers: list[str]


class VersionTakenBack(Event, frozen=True, kw_only=True):
    id: str
    number: int
    reason: str


class VersionProposed(Event, frozen=True, kw_only=True):
    definition: str
    proposal: str
    package: str
    title: str
    note: str
    base: str | None = None
    saved_by: str | None = None
    in_force_at: str | None = None
    #: What the gate found and how the stories went, as they were seen when it was proposed.
    findings: list[Json]
    stories: list[Json]


class ProposalApproved(Event, frozen=True, kw_only=True):
    definition: str
    proposal: str
    version_id: str


class ProposalRejected(Event, frozen=True, kw_only=True):
    definition: str
    proposal: str
    reason: str


class ProposalWithdrawn(Event, frozen=True, kw_only=True):
    definition: str
    proposal: str


class StartsStopped(Event, frozen=True, kw_only=True):
    definition: str
    reason: str


class StartsResumed(Event, frozen=True, kw_only=True):
    definition: str


class DefinitionRetired(Event, frozen=True, kw_only=True):
    definition: str
    reason: str
