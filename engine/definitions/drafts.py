"""Drafts of process packages: one per definition, shared by its owners, with every saved revision; outside the journal.

A draft is only files. It may be no valid package at all, so nothing here reads what the files say; the gate does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from engine import db
from engine.db import text
from engine.definitions import package, queries, sandbox
from engine.definitions.draft_tables import package_drafts, package_presence, package_revisions
from engine.definitions.errors import (
    DefinitionUnknown,
    DraftChanged,
    DraftExists,
    DraftMissing,
    FileNameRefused,
    NotAnOwner,
    PackageTooLarge,
    ProcessNameRefused,
)
from engine.documents.store import Store
from engine.errors import Finding
from engine.history import access
from engine.identity import queries as identity
from engine.identity.seen import look
from engine.messages import SYSTEM

if TYPE_CHECKING:
    from engine.dispatch import Engine

#: How long after the last sign of life somebody counts as being there.
PRESENT = timedelta(minutes=1)

_NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")
_FILE = re.compile(r"(?:\w[\w.\- ]{0,99}/){0,3}\w[\w.\- ]{0,99}")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The newest saved state of a definition's draft."""

    definition: str
    #: Id of the version that was in force when it was begun.
    base: str | None
    revision: int
    #: Of the zip of its files in the store; for a valid package, what the package has when it is packed.
    digest: str
    saved_at: str
    saved_by: str

    def differs_from(self, base: queries.Version | None) -> bool:
        """True where something was changed since it was begun from *base*, or begun anew."""
        return self.revision > 1 if base is None else self.digest != base.package

    def files(self, store: Store) -> dict[str, bytes]:
        """The files by their names, as they are."""
        return package.unzip(store.get(self.digest))


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One saved state."""

    revision: int
    digest: str
    saved_at: str
    saved_by: str
    #: The revision whose content came back with this one.
    of: int | None = None

    def files(self, store: Store) -> dict[str, bytes]:
        """The files as they were."""
        return package.unzip(store.get(self.digest))


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else who has the draft open."""

    person: str
    name: str
    at: str


_NEWEST = sa.select(
    package_drafts.c.definition, package_drafts.c.base, package_drafts.c.revision, package_revisions.c.digest,
    package_revisions.c.saved_at, package_revisions.c.saved_by,
).join(
    package_revisions,
    sa.and_(
        package_revisions.c.definition == package_drafts.c.definition,
        package_revisions.c.revision == package_drafts.c.revision,
    ),
)  # fmt: skip


def find(connection: sa.Connection, definition: str) -> Draft | None:
    """The draft of a definition, if there is one."""
    row = connection.execute(_NEWEST.where(package_drafts.c.definition == definition)).mappings().first()
    return Draft(**row) if row is not None else None


def listing(connection: sa.Connection) -> list[Draft]:
    """All drafts, by definition."""
    return [Draft(**row) for row in connection.execute(_NEWEST.order_by(package_drafts.c.definition)).mappings()]


def revisions(connection: sa.Connection, definition: str) -> list[Revision]:
    """Every saved state of a definition's draft, the newest first."""
    columns = [package_revisions.c[name] for name in Revision.__struct_fields__]
    found = sa.select(*columns).where(package_revisions.c.definition == definition)
    return [Revision(**row) for row in connection.execute(found.order_by(sa.desc("revision"))).mappings()]


def begin(engine: Engine, definition: str, person: str, files: Mapping[str, bytes] | None = None) -> Draft:
    """A draft from the version in force, or from *files*; without files, the draft that exists already.

    Raises NotAnOwner, DefinitionUnknown, DraftExists (with files), ProcessNameRefused, FileNameRefused,
    PackageTooLarge.
    """
    owners_only(engine, "BeginDraft", definition, person)
    checked_name(definition)
    with engine.database.reading() as connection:
        existing, version = find(connection, definition), queries.current(connection, definition)
    if existing is not None:
        if files is None:
            return existing
        raise _exists(existing)
    if files is None:
        if version is None:
            raise DefinitionUnknown(definition=definition)
        files = package.unzip(engine.store.get(version.package))
    digest = _keep(engine.store, files)
    row = {"definition": definition, "base": version.id if version else None, "revision": 1}
    try:
        with engine.database.writing() as connection:
            connection.execute(sa.insert(package_drafts), row)
            _add(engine, connection, definition, 1, digest, person)
    except sa.exc.IntegrityError:  # another was faster by a moment
        with engine.database.reading() as connection:
            raise _exists(_existing(connection, definition)) from None
    return _read(engine, definition)


def save(
    engine: Engine, definition: str, person: str, expected: int, changes: Mapping[str, bytes | None]
) -> Draft:  # fmt: skip
    """A new revision: the files of revision *expected* with *changes*, a file's new content or None to remove it.

    Raises NotAnOwner, DraftMissing, DraftChanged (another saved meanwhile; nothing was written), FileNameRefused,
    PackageTooLarge. What changes nothing makes no revision.
    """
    owners_only(engine, "SaveDraft", definition, person)
    with engine.database.reading() as connection:
        draft = _existing(connection, definition)
    if draft.revision != expected:
        raise _changed(draft)
    files: dict[str, bytes | None] = {**draft.files(engine.store), **changes}
    digest = _keep(engine.store, {name: body for name, body in files.items() if body is not None})
    return draft if digest == draft.digest else _advance(engine, draft, digest, person)


def go_back(engine: Engine, definition: str, person: str, revision: int) -> Draft:
    """A new revision with the content of an old one; raises NotAnOwner, DraftMissing, DraftChanged."""
    owners_only(engine, "SaveDraft", definition, person)
    with engine.database.reading() as connection:
        draft = _existing(connection, definition)
        old = [one for one in revisions(connection, definition) if one.revision == revision]
    if not old:
        raise DraftMissing(definition=definition)
    return _advance(engine, draft, old[0].digest, person, of=revision)


def discard(engine: Engine, definition: str, person: str) -> None:
    """Forgets the draft with all its revisions; raises NotAnOwner, DraftMissing."""
    owners_only(engine, "DiscardDraft", definition, person)
    with engine.database.writing() as connection:
        _existing(connection, definition)
        _remove(connection, definition)


def forget(engine: Engine, definition: str, digest: str) -> None:
    """Forgets the draft whose newest revision has become a version; one that went on meanwhile stays."""
    with engine.database.writing() as connection:
        found = find(connection, definition)
        if found is not None and found.digest == digest:
            _remove(connection, definition)


def present(engine: Engine, definition: str, person: str) -> list[Presence]:
    """Notes that *person* has the draft open, and gives who else had it open within the last minute."""
    owners_only(engine, "OpenDraft", definition, person)
    now = engine.clock.now()
    with engine.database.writing() as connection:
        here = package_presence.c
        mine = sa.and_(here.definition == definition, here.person == person)
        if not connection.execute(sa.update(package_presence).where(mine).values(at=text(now))).rowcount:
            connection.execute(
                sa.insert(package_presence), {"definition": definition, "person": person, "at": text(now)}
            )
        connection.execute(sa.delete(package_presence).where(here.at < text(now - timedelta(days=1))))
        others = sa.select(here.person, here.at).where(
            here.definition == definition, here.person != person, here.at >= text(now - PRESENT)
        )
        found: list[Any] = list(connection.execute(others.order_by(here.at.desc())))
        names = identity.names(connection, {row.person for row in found})
    return [Presence(person=row.person, name=names.get(row.person, row.person), at=row.at) for row in found]


def findings(engine: Engine, draft: Draft) -> list[Finding]:
    """What the gate says about a draft, worked out in a child process with limits and remembered by its digest."""
    return findings_of(engine, draft.definition, engine.store.get(draft.digest), draft.digest)


def findings_of(engine: Engine, definition: str, zipped: bytes, digest: str) -> list[Finding]:
    """The same about files that are not saved."""
    with engine.database.reading() as connection:
        known = {version.definition for version in queries.in_force(connection)}
        known |= {one.definition for one in listing(connection)} | {definition}
    key = (digest, tuple(sorted(known)))
    if key not in _FOUND:
        while len(_FOUND) >= MOST_FOUND:
            _FOUND.pop(next(iter(_FOUND)), None)
        _FOUND[key] = sandbox.run("draft", definition, zipped, threads=True, known=sorted(known))
    return _FOUND[key]


#: How many answers of the gate are remembered.
MOST_FOUND = 64
_FOUND: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}


def owners_only(engine: Engine, action: str, definition: str, person: str) -> None:
    """Raises NotAnOwner, and notes it; the command line acts as the system, and needs no post."""
    if person == SYSTEM.person:
        return
    with engine.database.reading() as connection:
        allowed = look(connection, person).owns_processes
    if not allowed:
        # There is no stream to hold the refusal: a draft is no part of the record.
        access.note(engine, person, action, f"draft:{definition[:64]}", NotAnOwner.code)
        raise NotAnOwner()


def checked_name(definition: str) -> None:
    """Raises ProcessNameRefused where no process may have this id."""
    if not _NAME.fullmatch(definition):
        raise ProcessNameRefused(name=ascii(definition)[1:61])


def checked_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """*files* under names and sizes that a package may have; raises FileNameRefused, PackageTooLarge."""
    for name in files:
        if not _FILE.fullmatch(name) or unicodedata.normalize("NFC", name) != name:
            raise FileNameRefused(name=ascii(name)[1:61])
    size = sum(len(body) for body in files.values())
    if len(files) > package.MOST_FILES or size > package.MOST_BYTES:
        raise PackageTooLarge(files=len(files), megabytes=size // (1024 * 1024))
    return dict(files)


def _remove(connection: sa.Connection, definition: str) -> None:
    for table in (package_drafts, package_revisions, package_presence):
        connection.execute(sa.delete(table).where(table.c.definition == definition))


def _keep(store: Store, files: Mapping[str, bytes]) -> str:
    return store.put(package.zipped(checked_files(files)))


def _advance(engine: Engine, draft: Draft, digest: str, person: str, of: int | None = None) -> Draft:
    """The next revision, if nobody was faster."""
    here = package_drafts.c
    mine = sa.and_(here.definition == draft.definition, here.revision == draft.revision)
    with engine.database.writing() as connection:
        moved = sa.update(package_drafts).where(mine).values(revision=draft.revision + 1)
        if connection.execute(moved).rowcount:
            _add(engine, connection, draft.definition, draft.revision + 1, digest, person, of)
            return _existing(connection, draft.definition)
        raise _changed(_existing(connection, draft.definition))


def _add(
    engine: Engine, connection: sa.Connection, definition: str, revision: int, digest: str, person: str,
    of: int | None = None,
) -> None:  # fmt: skip
    row = {
        "definition": definition, "revision": revision, "digest": digest, "saved_by": person,
        "saved_at": db.text(engine.clock.now()), "of": of,
    }  # fmt: skip
    connection.execute(sa.insert(package_revisions), row)


def _read(engine: Engine, definition: str) -> Draft:
    with engine.database.reading() as connection:
        return _existing(connection, definition)


def _existing(connection: sa.Connection, definition: str) -> Draft:
    found = find(connection, definition)
    if found is None:
        raise DraftMissing(definition=definition)
    return found


def _changed(draft: Draft) -> DraftChanged:
    return DraftChanged(revision=draft.revision, saved_by=draft.saved_by, saved_at=draft.saved_at)


def _exists(draft: Draft) -> DraftExists:
    return DraftExists(definition=draft.definition, saved_by=draft.saved_by, saved_at=draft.saved_at)
