"""Replay of a case: its page, the data behind it, and one entry with all that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, render_template, request, stream_with_context, url_for

from engine.calendars.queries import ZONE
from engine.definitions import queries as definitions
from engine.definitions.check_names import COUNTERS
from engine.definitions.compiled import compiled
from engine.dispatch import Engine
from engine.documents import queries as documents
from engine.history import access, queries, replay, visits
from engine.identity import queries as identity
from engine.identity.seen import AUDITOR, Seen
from engine.instances import queries as cases
from engine.instances.errors import CaseUnknown
from webui import moments
from webui.actor import engine, seen
from webui.badges import badge
from webui.pages.documents import attachment
from webui.texts import t

bp = Blueprint("replay", __name__)

#: Entries of a page of the table that is read without JavaScript.
LINES = 50


@bp.get("/cases/<instance>/replay")
def show(instance: str) -> str:
    """The diagram with its transport, the entries, the data and one entry in full."""
    wanted = max(1, request.args.get("entry", 1, type=int))
    audits = AUDITOR in seen().roles
    with engine().database.reading() as connection:
        case = _case(connection, instance)
        total = queries.count(connection, instance)
        wanted = min(wanted, total)
        after = max(0, request.args.get("after", (wanted - 1) // LINES * LINES, type=int))
        listed = {one.line.seq: one for one in replay.moments(connection, instance, after + 1, after + LINES)}
        found = listed.get(wanted) or replay.moment(connection, seen(), instance, wanted)
        frames = [one.frame for one in listed.values()]
        actors = {frame.actor for frame in frames}
        setting = _setting(connection, case, actors | _actors(found))
        parent = _caller(connection, case)
        visit = visits.last(connection, seen().person, instance) if audits else None
        brought = publication(connection, case)
        verified = badge(connection, instance)
    assert found is not None
    if audits:
        access.note(engine(), seen().person, "replay", instance, "shown")
    return render_template(
        "replay/page.html", case=case, total=total, wanted=wanted, after=after, lines=LINES, frames=frames,
        headlines=[moments.headline(frame, setting) for frame in frames], setting=setting, parent=parent,
        entry=moments.view(found, setting), translate=setting.translate, words=page_words(), visit=visit,
        audits=audits, verified=verified, **brought,
    )  # fmt: skip


@bp.get("/cases/<instance>/replay.jsonl")
def data(instance: str) -> Response:
    """All entries with their facts, for the page: a line about the case, then lines with some entries each.

    The page draws with the first of them; those that follow are read and sent while it does.
    """
    with engine().database.reading() as connection:
        case = _case(connection, instance)
        total = queries.count(connection, instance)
        people = sorted(queries.persons(connection, instance))
        setting = _setting(connection, case, set(people))
    lines = stream_with_context(_lines(Pack(setting, people), instance, total))
    return Response(lines, mimetype="application/x-ndjson")


def _lines(pack: Pack, instance: str, total: int) -> Iterator[bytes]:
    yield msgspec.json.encode(pack.head(total)) + b"\n"
    with engine().database.reading() as connection:
        for frames in replay.parts(connection, seen(), instance, total):
            yield msgspec.json.encode(pack.part(frames)) + b"\n"


@bp.post("/cases/<instance>/replay/visit")
def visit(instance: str) -> Any:
    """Keeps up to where an auditor has looked."""
    if AUDITOR not in seen().roles:
        abort(403)
    with engine().database.writing() as connection:
        _case(connection, instance)
        reached = min(request.form.get("entry", 0, type=int), queries.count(connection, instance))
        if reached < 1:
            abort(400)
        visits.note(connection, seen().person, instance, reached, engine().clock.now())
    return ("", 204) if request.headers.get("X-CSRF-Token") else redirect(
        url_for("replay.show", instance=instance, entry=reached)
    )


@bp.get("/cases/<instance>/replay/<int:seq>")
def entry(instance: str, seq: int) -> str:
    """One entry in full, as a part of the page."""
    with engine().database.reading() as connection:
        case = _case(connection, instance)
        found = replay.moment(connection, seen(), instance, seq)
        if found is None:
            abort(404)
        setting = _setting(connection, case, _actors(found))
    return render_template("replay/entry.html", entry=moments.view(found, setting), case=case, setting=setting,
                           translate=setting.translate)  # fmt: skip


@bp.get("/cases/<instance>/replay/<int:seq>/values/<int:number>")
def value(instance: str, seq: int, number: int) -> Response:
    """A large value of a variable, whole."""
    with engine().database.reading() as connection:
        try:
            found = replay.value(connection, seen(), instance, seq, number)
        except LookupError:
            abort(404)
    return Response(msgspec.json.encode(found), mimetype="application/json")


@bp.get("/cases/<instance>/files/<digest>")
def file(instance: str, digest: str) -> Response:
    """A file that a form of the case carries."""
    with engine().database.reading() as connection:
        _case(connection, instance)
        held: Any = documents.in_family(connection, digest, instance)
    if not held:
        abort(404)
    return attachment(digest, held[0]["name"], held[0]["type"])


class Pack:
    """The case and its entries as the browser takes them: each name once."""

    def __init__(self, setting: moments.Setting, people: Iterable[str]) -> None:
        self._setting = setting
        self._people = {person: place for place, person in enumerate(people)}
        self._headlines: dict[Any, str] = {}

    def head(self, total: int) -> dict[str, Any]:
        """What holds for all entries, and how many there are."""
        setting = self._setting
        graph = setting.process.graph
        return {
            "total": total, "people": [setting.person(key) for key in self._people],
            "names": {key: setting.name(key) for key in (*graph.nodes, *graph.flows)}, "process": graph.id,
            "given": ["settings", "starter", "started", *setting.process.package.units],
            "counters": sorted(COUNTERS),
            "labels": {key: setting.label(key) for key in setting.labels if setting.asks(key)},
            "called": {str(wait): list(found) for wait, found in setting.called.items()}, "zone": ZONE.key,
        }  # fmt: skip

    def part(self, frames: list[replay.Frame]) -> dict[str, Any]:
        """Some entries, and the facts of each."""
        return {"entries": [self._entry(frame) for frame in frames], "facts": [frame.facts for frame in frames]}

    def _entry(self, frame: replay.Frame) -> list[Any]:
        who = self._people[frame.actor]
        behalf = self._people[frame.on_behalf_of] if frame.on_behalf_of else -1
        return [frame.seq, frame.at, who, behalf, self._headline(frame), int(frame.performed)]

    def _headline(self, frame: replay.Frame) -> str:
        said = (frame.command, frame.element, frame.outcome, frame.performed, self._setting.recipient(frame))
        if said not in self._headlines:
            self._headlines[said] = moments.headline(frame, self._setting)
        return self._headlines[said]


def page_words() -> dict[str, str]:
    """The sentences that the page's script says."""
    names = (
        "play", "pause", "position", "row", "large", "large-rows", "given", "nothing", "rows", "yes", "no", "changed",
        "scope", "no-token", "failed", "for", "value-failed", "counters", "own", "own-changed", "here", "before",
        "after",
    )  # fmt: skip
    # What is said otherwise of one thing stands beside what is said of many.
    return {name: t(f"replay.say.{name}") for name in names} | {
        f"{name}.one": t(f"replay.say.{name}", count=1) for name in ("rows", "large-rows", "changed", "own")
    }


def _case(connection: sa.Connection, instance: str) -> cases.Case:
    case = cases.case(connection, seen(), instance)
    if case is None:
        raise CaseUnknown()
    return case


def _actors(found: replay.Moment | None) -> set[str | None]:
    return {found.line.actor, found.line.on_behalf_of} if found is not None else set()


def _setting(connection: sa.Connection, case: cases.Case, people: set[Any]) -> moments.Setting:
    return msgspec.structs.replace(
        setting_of(
            connection, engine(), case, people, seen(), address=lambda one: url_for("replay.show", instance=one.id)
        ),
        file_url=lambda _task, digest: url_for("replay.file", instance=case.id, digest=digest),
    )  # fmt: skip


def publication(connection: sa.Connection, case: cases.Case) -> dict[str, Any]:
    """The version of a case and the names of who brought it into force, for ``replay/published.html``."""
    version = definitions.numbered(connection, case.definition, case.number)
    assert version is not None, "a case is pinned to a version"
    names = identity.names(connection, {version.published_by, version.approved_by or ""})
    return {"version": version, "publishers": names}


def setting_of(
    connection: sa.Connection, engine: Engine, case: cases.Case, people: set[Any], seen: Seen,
    address: Callable[[cases.Case], str] = lambda one: "",
) -> moments.Setting:  # fmt: skip
    """What holds for all entries of *case*; *people* are the ids to be named, *address* is that of a called case."""
    process = compiled(engine.store, case.package)
    current = definitions.current(connection, case.definition)
    children = cases.children(connection, seen, case.id)
    caller = cases.case(connection, seen, case.parent) if case.parent else None
    return moments.Setting(
        process=process, today=compiled(engine.store, current.package) if current else None,
        today_number=current.number if current else 0,
        people=identity.names(connection, {name for name in people if name}), labels=process.labels(),
        called={one.parent_wait: (one.title, address(one)) for one in children if one.parent_wait is not None},
        caller=caller.title if caller else "",
    )  # fmt: skip


def _caller(connection: sa.Connection, case: cases.Case) -> dict[str, Any] | None:
    """The case that called this one, and the entry at which it did."""
    if case.parent is None or case.parent_wait is None:
        return None
    parent = cases.case(connection, seen(), case.parent)
    if parent is None:
        return None
    entry = replay.called_at(connection, seen(), parent.id, case.parent_wait)
    return {"title": parent.title, "url": url_for("replay.show", instance=parent.id, entry=entry), "entry": entry}
