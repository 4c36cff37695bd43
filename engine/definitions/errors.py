"""The reasons for which definitions say no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake, Refusal


class PackageUnreadable(Mistake):
    """Expected a package of definition {definition} in the store, found none that can be read."""


class DefinitionUnknown(Conflict):
    """Expected a process that is in force, found {definition}; it was never published here."""

    status = 404


class PackageInvalid(Mistake):
    """Expected a process package with a package.toml, at most 200 files and 10 MB, found otherwise: {reason}."""


class NotAnOwner(Refusal):
    """Expected a process owner: only they change process packages. Ask the administrator for the post."""


class DraftExists(Conflict):
    """Expected no draft of {definition}, but there is one, saved by {saved_by} at {saved_at}; go on with it."""


class DraftMissing(Conflict):
    """Expected a draft of {definition}, found none; it was discarded or published meanwhile."""

    status = 404


class DraftChanged(Conflict):
    """Expected the draft as you opened it, but {saved_by} saved revision {revision} at {saved_at}; nothing is lost."""


class PackageTooLarge(Mistake):
    """Expected at most 200 files and 10 MB, found {files} files of {megabytes} MB."""


class FileNameRefused(Mistake):
    """Expected a file name of letters, digits, hyphens and points in at most three folders, found {name}."""


class ProcessNameRefused(Mistake):
    """Expected an id of 2 to 63 small letters, digits and underscores that begins with a letter, found {name}."""
