"""From a package that comes as a file, over the API or the command line, to the draft of its process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine import values
from engine.definitions import drafts, importing, package, sight
from engine.definitions.drafts import Draft
from engine.definitions.errors import DraftExists, PackageInvalid
from engine.messages import SYSTEM

if TYPE_CHECKING:
    from engine.dispatch import Engine


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """The draft, whether it is a new one, and the files for which a package has no place."""

    draft: Draft
    begun: bool
    left_out: list[str]


def arrive(engine: Engine, body: bytes, person: str, expected: int | None = None) -> Arrived:
    """The package in a zip as the draft of its process: a new draft, or the next revision after *expected*.

    The same content again changes nothing. What the system brought, it may bring again without naming a revision; all
    revisions are kept. Raises NotAnOwner, PackageInvalid, DraftExists (no revision was named), DraftChanged (it is
    not the newest), ProcessNameRefused, FileNameRefused, PackageTooLarge.
    """
    drafts.owners_only(engine, "BeginDraft", "", person)
    brought = importing.of_zip(body)
    definition = sight.about(brought.files).definition
    if not definition:
        raise PackageInvalid(reason="package.toml: id")
    left_out = [change.what for change in brought.report if change.kind == "dropped"]
    with engine.database.reading() as connection:
        existing = drafts.find(connection, definition)
    if existing is None:
        begun = drafts.begin(engine, definition, person, brought.files)
        return Arrived(draft=begun, begun=True, left_out=left_out)
    saved = _saved(engine, existing, brought.files, person, expected)
    return Arrived(draft=saved, begun=False, left_out=left_out)


def _saved(engine: Engine, existing: Draft, files: dict[str, bytes], person: str, expected: int | None) -> Draft:
    if values.digest(package.zipped(files)) == existing.digest and expected in (None, existing.revision):
        return existing
    if expected is None:
        if not person == existing.saved_by == SYSTEM.person:
            raise DraftExists(
                definition=existing.definition, saved_by=existing.saved_by, saved_at=existing.saved_at
            )  # fmt: skip
        expected = existing.revision
    changes = {name: files.get(name) for name in existing.files(engine.store).keys() | files.keys()}
    return drafts.save(engine, existing.definition, person, expected, changes)
