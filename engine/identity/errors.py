"""The reasons for which identity says no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake


class OfficeExists(Conflict):
    """Expected a new office, but {office} exists; choose another short name."""


class OfficeUnknown(Mistake):
    """Expected an office of the organisation, found {office}; choose one of the list."""


class PersonExists(Conflict):
    """Expected a new person, but {person} exists; choose another sign-in name."""


class PersonUnknown(Conflict):
    """Expected a person of the organisation, found {person}."""


class PostUnknown(Conflict):
    """Expected a post that {person} holds now; it has ended meanwhile."""


class PostHeld(Conflict):
    """Expected a new post, but {person} holds it already."""


class NameNotUsable(Mistake):
    """Expected a sign-in name or short name of letters, digits and hyphens, 2 to 40 of them, found {name}."""


class NameMissing(Mistake):
    """Expected a name of 1 to 60 characters."""
