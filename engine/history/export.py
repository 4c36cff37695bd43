"""One case as one file: record, packages, documents, proofs, a page to read, and a verifier that needs nothing else."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from engine import values
from engine.db import text
from engine.definitions.package import read_zip
from engine.documents.queries import of_case
from engine.errors import Conflict
from engine.history import access, seals
from engine.history.journal import Entry, entries
from engine.history.keys import known, signing_key
from engine.history.offline.page import page, readme
from engine.history.verify import family
from engine.identity import queries as identity
from engine.identity.seen import Seen
from engine.identity.visible import visible_cases
from engine.instances.errors import CaseUnknown
from engine.instances.running import child_id
from engine.instances.tables import instances

if TYPE_CHECKING:
    from engine.dispatch import Engine

#: Name of the format, in the manifest; a change that old verifiers cannot read is a new name.
FORMAT = "bihuan-export-1"

VERIFIER = Path(__file__).parent / "offline" / "verify.py"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_REFERENCE = re.compile(r'"(@text|digest|package)":"([0-9a-f]{64})"')


class ExportedCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case of an export as its page and manifest show it."""

    id: str
    title: str
    definition: str
    number: int
    package: str
    entries: list[Entry]

    @property
    def folder(self) -> str:
        """Where the files of its version lie open."""
        return f"{self.definition}-{self.number}"


def export(
    engine: Engine, case: str, target: IO[bytes], *, person: str, seen: Seen | None = None, language: str = "zh-CN",
    extra: Mapping[str, bytes] | None = None,
) -> None:  # fmt: skip
    """Writes the case, with the cases that it called, as a zip to *target*, and notes it in the access log.

    *seen* limits it to what that person may see: the case itself (raises CaseUnknown), and called cases, of which the
    others are only named. *extra* are further files; beside an ``index.html`` the plain page is ``record.html``.
    """
    with suppress(Conflict):
        # What happened a moment ago gets its seal now, so that the export proves all that it holds.
        seals.seal(engine)
    with engine.database.reading() as connection:
        found = _cases(connection, case, seen)
        proofs = seals.proofs(connection, *(one.id for one in found))
        names = identity.names(connection, {entry.actor for one in found for entry in one.entries})
        titles = titles_of(connection, [one.id for one in found])
    access.note(engine, person, "ExportCase", case, "exported")
    key = signing_key(engine.settings.data)
    with zipfile.ZipFile(target, "w") as archive:
        out = _Out(archive)
        for name, body in _files(engine, found, titles):
            out.put(name, body)
        out.put("proofs.json", values.canonical(msgspec.to_builtins(proofs)))
        out.put("key.pem", key.public.pem.encode())
        for earlier in sorted(set(known(engine.settings.data)) - {key.public.fingerprint}):
            out.put(f"keys/{earlier}.pem", known(engine.settings.data)[earlier].pem.encode())
        out.put("verify.py", VERIFIER.read_bytes())
        out.put("README.md", readme(found, key.public.fingerprint))
        for name, body in _pages(page(found, names, titles, language), extra).items():
            out.put(name, body)
        manifest = values.canonical(
            {
                "format": FORMAT, "case": case, "at": text(engine.clock.now()), "by": person, "language": language,
                "product": version("bihuan"), "key": key.public.fingerprint, "named": _named(found),
                "streams": [
                    {"stream": one.id, "title": one.title, "seq": one.entries[-1].seq, "head": one.entries[-1].hash}
                    for one in found
                ],
                "definitions": _definitions(found), "files": sorted(out.written.items()),
            }
        )  # fmt: skip
        out.put("manifest.json", manifest)
        out.put("manifest.sig", key.sign(manifest).encode())


class _Out:
    """The zip that is being written, with the digests of what is in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.written: dict[str, str] = {}

    def put(self, name: str, body: bytes) -> None:
        if name not in self.written:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            self.archive.writestr(info, body, zipfile.ZIP_DEFLATED)
            self.written[name] = hashlib.sha256(body).hexdigest()


def _pages(plain: bytes, extra: Mapping[str, bytes] | None) -> dict[str, bytes]:
    """The plain page of the record, which needs no script, beside what else was given."""
    further = dict(extra or {})
    return {"record.html" if "index.html" in further else "index.html": plain, **further}


def _cases(connection: sa.Connection, case: str, seen: Seen | None) -> list[ExportedCase]:
    sees = visible_cases(seen) if seen is not None else sa.true()
    wanted = family(connection, case)
    columns = ("id", "title", "definition", "number", "package")
    rows = connection.execute(
        sa.select(*(instances.c[name] for name in columns)).where(instances.c.id.in_(wanted), sees)
    )
    known = {row.id: dict(row._mapping) for row in rows}
    if case not in known:
        raise CaseUnknown()
    return [
        ExportedCase(**known[stream], entries=list(entries(connection, stream)))
        for stream in wanted
        if stream in known
    ]


def _files(engine: Engine, found: list[ExportedCase], titles: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Journals, the bodies that they refer to, and the files of each version open to read."""
    for one in found:
        lines = (values.canonical(msgspec.structs.asdict(entry)) for entry in one.entries)
        yield f"journal/{one.id}.jsonl", b"".join(line + b"\n" for line in lines)
        package = engine.store.get(one.package)
        for name, body in read_zip(package).files.items():
            yield f"definitions/{one.folder}/{name}", body
        for kind, digest in sorted(set(_references(one.entries))):
            # A body that the store has lost is missing in the export too, where the verifier names it.
            with suppress(FileNotFoundError):
                yield filed_as(kind, digest, titles), engine.store.get(digest)


def _references(found: list[Entry]) -> Iterator[tuple[str, str]]:
    for entry in found:
        yield from _REFERENCE.findall(entry.command + entry.events)


def titles_of(connection: sa.Connection, found: Sequence[str]) -> dict[str, str]:
    """Digest → name of each document that one of the cases holds."""
    return {document.digest: document.name for one in found for document in of_case(connection, one)}


def filed_as(kind: str, digest: str, titles: Mapping[str, str]) -> str:
    """Where a body lies in an export: under its digest, with its name; *kind* is how the record refers to it."""
    if kind == "package":
        return f"files/{digest}/package.zip"
    title = re.sub(r"[\\/:\x00-\x1f]", "_", titles.get(digest, "")).strip(". ")
    return f"files/{digest}/" + (title or ("text.txt" if kind == "@text" else "file"))


def _definitions(found: list[ExportedCase]) -> list[dict[str, Any]]:
    listed = {one.folder: {"folder": one.folder, "package": one.package} for one in found}
    return [listed[name] for name in sorted(listed)]


def _named(found: list[ExportedCase]) -> list[str]:
    """Cases that were called, or were to be, and that the export does not hold."""
    called = {
        child_id(one.id, event["payload"]["wait"])
        for one in found
        for entry in one.entries
        for event in values.load(entry.events)
        if event["type"] == "JobScheduled" and event["job_kind"] == "start-child"
    }
    return sorted(called - {one.id for one in found})
