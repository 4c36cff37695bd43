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


class PublishedByOwner(Conflict):
    """Expected a process whose versions come from files, but an owner has published {definition}; propose a draft."""


class StartsAreStopped(Conflict):
    """Expected a process that may be started, but its owner stopped new starts: {reason}."""


class ProcessRetired(Conflict):
    """Expected a process in use, but {title} was retired: {reason}."""


class ProposalStands(Conflict):
    """Expected no proposal to be open, but one waits for a decision; decide on it or withdraw it first."""


class NothingToPropose(Mistake):
    """Expected a draft that differs from the version in force; it is the same, file for file."""


class NoteTooLong(Mistake):
    """Expected a note of at most 500 characters."""


class DateNotAhead(Mistake):
    """Expected a date within the next two years, found {date}."""


class NotExamined(Conflict):
    """Expected the gate's answer about this package; it has none yet. Try again."""


class FindingsStand(Mistake):
    """Expected a package without errors, found {count}; mend them first."""


class StoriesFail(Mistake):
    """Expected every scenario to end as it is told, but {count} did not, the first one {first}."""


class ProposalNotOpen(Conflict):
    """Expected a proposal on which nobody has decided; it was decided or withdrawn meanwhile."""


class SecondPersonNeeded(Refusal):
    """Expected a second person: who proposed a version or saved its last change cannot approve it."""


class ReasonNeeded(Mistake):
    """Expected a reason of 2 to 500 characters."""


class NotScheduled(Conflict):
    """Expected a version that waits for its date; it is in force or was taken back already."""


class AlreadySo(Conflict):
    """Expected a change, but the process is in this state already."""


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
