"""The reasons for which definitions say no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake


class PackageUnreadable(Mistake):
    """Expected a package of definition {definition} in the store, found none that can be read."""


class DefinitionUnknown(Conflict):
    """Expected a process that is in force, found {definition}; it was never published here."""

    status = 404


class PackageInvalid(Mistake):
    """Expected a process package with a package.toml, at most 200 files and 10 MB, found otherwise: {reason}."""
