"""What can have happened to process definitions."""

from __future__ import annotations

from engine.messages import Event


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
