"""Replay of a case, with the cases that it called, as files that need no server: pages, their script and styles."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from flask import has_request_context, render_template
from markupsafe import Markup

from engine.db import text
from engine.definitions.compiled import compiled
from engine.dispatch import Engine
from engine.documents import queries as documents
from engine.history import queries, replay
from engine.history.export import filed_as, titles_of
from engine.history.verify import family
from engine.identity.seen import AUDITOR, Seen
from engine.instances import queries as cases
from engine.instances import view as case_view
from engine.instances.errors import CaseUnknown
from webui import assets, moments
from webui.pages.replay import Pack, page_words, publication, setting_of

#: The files of the second build, beside which the pages lie.
BUILT = ("replay-offline.js", "replay-offline.css")

#: Who sees every case.
_AUDITOR = Seen(person="", posts=frozenset({(AUDITOR, "")}))


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a case, and where it lies in the export."""

    name: str
    kind: str
    filed_at: str
    address: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A case of the export with its two pages, and the step of its caller at which it was called."""

    case: cases.Case
    frames: list[replay.Frame]
    #: Ids of who acted in it.
    people: list[str]
    setting: moments.Setting
    replayed: str
    record: str
    letters: list[Letter]
    step: str = ""
    #: The caller's page at the entry that called; empty where the export does not hold the caller.
    caller: str = ""


def files(engine: Engine, case: str, seen: Seen | None = None) -> dict[str, bytes]:
    """Put into the folder of an export, they replay *case* (``index.html``) and what it called, and show the records.

    The caller has made sure that the case may be exported; *seen* is who asks, without one an auditor is assumed. The
    pages are in the language of the request, else in Chinese. Raises CaseUnknown, and FileNotFoundError where the front
    end is not built.
    """
    built = {name: (assets.DIST / name).read_bytes() for name in BUILT}
    if has_request_context():
        return {**_pages(engine, case, seen or _AUDITOR), **built}
    from webui import create_app

    with create_app(engine).test_request_context("/"):
        return {**_pages(engine, case, seen or _AUDITOR), **built}


def _pages(engine: Engine, instance: str, seen: Seen) -> dict[str, bytes]:
    """Two pages for each case that the export holds."""
    found: dict[str, bytes] = {}
    with engine.database.reading() as connection:
        held = _held(connection, engine, instance, seen)
        for one in held:
            entries = _entries(connection, one)
            shown = {"held": held, "one": one, "case": one.case, "setting": one.setting, "entries": entries}
            shown |= {"translate": one.setting.translate, "at": text(engine.clock.now())}
            shown |= publication(connection, one.case)
            found[one.replayed] = _replayed(engine, one, shown)
            found[one.record] = render_template("replay/record.html", **shown).encode()
    return found


def _held(connection: sa.Connection, engine: Engine, instance: str, seen: Seen) -> list[Held]:
    """The cases of the export, the exported one first; raises CaseUnknown where *seen* may not see it."""
    visible = [cases.case(connection, seen, key) for key in family(connection, instance)]
    known = {case.id: case for case in visible if case is not None}
    if instance not in known:
        raise CaseUnknown()
    titles = titles_of(connection, list(known))
    pages = {key: "index.html" if key == instance else f"case-{key}.html" for key in known}
    held: dict[str, Held] = {}
    for case in known.values():
        frames = replay.frames(connection, seen, case.id, whole=True)
        people = sorted(queries.persons(connection, case.id))
        setting = msgspec.structs.replace(
            setting_of(connection, engine, case, set(people), seen, lambda one: pages.get(one.id, "")),
            file_url=lambda _task, digest: quote(filed_as("digest", digest, titles)),
        )  # fmt: skip
        step, caller = _called(connection, seen, case, held, pages)
        held[case.id] = Held(
            case=case, frames=frames, people=people, setting=setting, replayed=pages[case.id],
            record="record.html" if case.id == instance else f"record-{case.id}.html",
            letters=_letters(connection, case.id, titles), step=step, caller=caller,
        )  # fmt: skip
    return list(held.values())


def _called(
    connection: sa.Connection, seen: Seen, case: cases.Case, held: dict[str, Held], pages: dict[str, str]
) -> tuple[str, str]:
    """The name of the step that called the case, and the page of its caller at that entry."""
    caller = held.get(case.parent or "")
    if caller is None or case.parent_wait is None:
        return "", ""
    entry = replay.called_at(connection, seen, caller.case.id, case.parent_wait)
    opened = [fact for frame in caller.frames if frame.seq == entry for fact in frame.told() if fact[0] == "open"]
    waits = {fact[1]: str(fact[3]) for fact in opened}
    return caller.setting.name(waits.get(case.parent_wait, "")), f"{pages[caller.case.id]}#{entry}"


def _letters(connection: sa.Connection, instance: str, titles: dict[str, str]) -> list[Letter]:
    return [
        Letter(
            name=one.name, kind=one.kind, filed_at=one.filed_at, address=quote(filed_as("digest", one.digest, titles))
        )
        for one in documents.of_case(connection, instance)
    ]  # fmt: skip


def _entries(connection: sa.Connection, one: Held) -> dict[str, Markup]:
    """Every entry in full, as the replay and the record both show it."""
    return {
        str(found.line.seq): Markup(
            render_template(
                "replay/entry.html", entry=moments.view(found, one.setting), case=one.case, setting=one.setting,
                translate=one.setting.translate,
            )
        )
        for found in replay.moments(connection, one.case.id)
    }  # fmt: skip


def _replayed(engine: Engine, one: Held, shown: dict[str, Any]) -> bytes:
    diagram = case_view.diagram(compiled(engine.store, one.case.package)).decode()
    entries = {seq: str(entry) for seq, entry in shown["entries"].items()}
    pack = Pack(one.setting, one.people)
    exported = {
        "diagram": diagram, "head": pack.head(len(one.frames)), "part": pack.part(one.frames), "entries": entries,
    }  # fmt: skip
    # Inside of a script element only this sign could end it.
    safe = Markup(msgspec.json.encode(exported).replace(b"<", b"\\u003c").decode())
    return render_template(
        "replay/offline.html", words=page_words(), exported=safe, total=len(one.frames), **shown
    ).encode()  # fmt: skip
