"""Replay of one case as files that need no server: a page with everything in it, its script and its styles."""

from __future__ import annotations

import msgspec
from flask import has_request_context, render_template
from markupsafe import Markup

from engine.db import text
from engine.definitions.compiled import compiled
from engine.dispatch import Engine
from engine.history import queries, replay
from engine.identity.seen import AUDITOR, Seen
from engine.instances import queries as cases
from engine.instances import view as case_view
from engine.instances.errors import CaseUnknown
from webui import assets, moments
from webui.pages.replay import Pack, page_words, setting_of

#: The files of the second build, beside which the page lies.
BUILT = ("replay-offline.js", "replay-offline.css")

#: Who sees every case.
_AUDITOR = Seen(person="", posts=frozenset({(AUDITOR, "")}))


def files(engine: Engine, case: str, seen: Seen | None = None) -> dict[str, bytes]:
    """``index.html``, ``replay-offline.js`` and ``replay-offline.css``: put into one folder, they replay *case*.

    The caller has made sure that the case may be exported; *seen* is who asks, without one an auditor is assumed. The
    page is in the language of the request, else in Chinese; files and called cases are named, not linked. Raises
    CaseUnknown, and FileNotFoundError where the front end is not built.
    """
    built = {name: (assets.DIST / name).read_bytes() for name in BUILT}
    if has_request_context():
        return {"index.html": _page(engine, case, seen), **built}
    from webui import create_app

    with create_app(engine).test_request_context("/"):
        return {"index.html": _page(engine, case, seen), **built}


def _page(engine: Engine, instance: str, seen: Seen | None) -> bytes:
    with engine.database.reading() as connection:
        who = seen or _AUDITOR
        case = cases.case(connection, who, instance)
        if case is None:
            raise CaseUnknown()
        frames = replay.frames(connection, who, instance, whole=True)
        people = sorted(queries.persons(connection, instance))
        setting = setting_of(connection, engine, case, set(people), who)
        entries = {
            str(found.line.seq): render_template(
                "replay/entry.html", entry=moments.view(found, setting), case=case, setting=setting,
                translate=setting.translate,
            )
            for found in replay.moments(connection, instance)
        }  # fmt: skip
    diagram = case_view.diagram(compiled(engine.store, case.package)).decode()
    pack = Pack(setting, people)
    told = {"diagram": diagram, "head": pack.head(len(frames)), "part": pack.part(frames), "entries": entries}
    body = msgspec.json.encode(told)
    # Inside of a script element only this sign could end it.
    safe = Markup(body.replace(b"<", b"\\u003c").decode())
    return render_template(
        "replay/offline.html", case=case, setting=setting, translate=setting.translate, words=page_words(),
        exported=safe, total=len(frames), at=text(engine.clock.now()),
    ).encode()  # fmt: skip
