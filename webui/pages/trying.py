"""Trying a draft: what the gate and the stories say, the step that stories lack at a new task, and proposing it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for

from engine.calendars.queries import ZONE
from engine.db import text
from engine.definitions import carrying, drafts, proposing, queries, sight
from engine.definitions.compiled import compiled
from engine.definitions.package import DIAGRAM
from engine.definitions.scenario_turn import Turn
from engine.errors import BihuanError, Finding
from engine.identity import queries as identity
from webui import comparing, owners, turning
from webui.actor import actor, engine, seen
from webui.pages import drafts_editor
from webui.pages.publishing import number_of, those_who_decide_or_audit
from webui.scenario_forms import UNTOUCHED, Drawn, Filled, TaskForm
from webui.texts import t

bp = Blueprint("trying", __name__)
bp.before_request(those_who_decide_or_audit)

#: How often one click tells the same step: a task in a loop is reached again.
AGAIN = 3


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of a new task of which stories do not tell, and what it asks to tell of it."""

    missing: carrying.Missing
    form: Drawn
    players: list[tuple[str, str]]
    by: str


@bp.get("/processes/<definition>/try")
def attempt(definition: str) -> str:
    """The draft as a proposal would show it: findings, scenarios, difference, impact, and the form to propose it."""
    return _attempt(definition)


@bp.post("/processes/<definition>/try")
def play(definition: str) -> Any:
    """Asks the gate and plays the scenarios of the draft."""
    owners.owners_only()
    if request.form.get("with") == "drafts":
        proposing.rehearse(engine(), owners.draft_of(definition).digest)
    else:
        proposing.examine(engine(), owners.draft_of(definition).digest, anew=True)
    return redirect(_result(definition))


@bp.post("/processes/<definition>/try/step")
def carry(definition: str) -> Any:
    """Puts the step at a new task into every story that lacks it, and plays them again."""
    owners.owners_only()
    draft = owners.draft_of(definition)
    found = _missing(definition, draft)
    if found is None:
        return redirect(_result(definition))
    form, flat = TaskForm(compiled(engine().store, draft.digest), found.element), request.form.to_dict(flat=False)
    posted = form.read(flat)
    if (changed := form.after_button(flat, posted)) is not None:
        return _attempt(definition, lacking=Filled(posted=changed))
    if wrong := form.left_empty(posted):
        return _attempt(definition, lacking=Filled(posted=posted, errors=wrong)), 422
    added = carrying.Added(
        by=request.form.get("_by", ""), element=found.element, outcome=request.form.get("_outcome", ""),
        values=form.told(posted), upload=form.papers,
    )  # fmt: skip
    try:
        _told(definition, draft, found, added)
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _attempt(definition, owners.told(failed), lacking=Filled(posted=posted)), failed.status
    return redirect(_result(definition))


@bp.post("/processes/<definition>/try/turn")
def turn(definition: str) -> Any:
    """Makes a scenario as a copy of another with another answer at one task, and plays it to its end."""
    owners.owners_only()
    draft = owners.draft_of(definition)
    place = turning.place(draft, _stories(draft), [], request.form.get("_from", ""), request.form.get("_at", ""))
    if place is None:
        return redirect(_result(definition))
    form, flat = TaskForm(place.process, place.element), request.form.to_dict(flat=False)
    posted = form.read(flat)
    if (changed := form.after_button(flat, posted)) is not None:
        return _attempt(definition, turned=Filled(posted=changed))
    wrong = form.left_empty(posted)
    same = not wrong and turning.is_as_told(place, form, posted, request.form.get("_outcome", ""))
    if wrong or same:
        said = t("turn.same", title=place.scenario.title) if same else None
        return _attempt(definition, said, turned=Filled(posted=posted, errors=wrong)), 422
    try:
        made, failed = turning.make(definition, draft, place, form, posted)
    except BihuanError as refused:
        if refused.status in (403, 404):
            raise
        return _attempt(definition, owners.told(refused), turned=Filled(posted=posted)), refused.status
    if failed is not None:
        return _attempt(definition, failed, turned=Filled(posted=posted)), 422
    return redirect(_result(definition, made))


@bp.post("/processes/<definition>/proposals")
def propose(definition: str) -> Any:
    """Asks a second person to approve the draft; whoever decides on it and audits it must be told what it is for."""
    if not request.form.get("note", "").strip():
        return _attempt(definition), 422
    try:
        done = proposing.propose(
            engine(), definition, actor(), note=request.form.get("note", ""), in_force_at=_day(),
            looked_at=request.form.get("digest") or None, request=request.form.get("_request") or None,
        )  # fmt: skip
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _attempt(definition, owners.told(failed)), failed.status
    return redirect(url_for("publishing.proposal", definition=definition, number=number_of(done.values["proposal"])))


def _result(definition: str, made: str | None = None) -> str:
    """The place that says how the trial went, and what to do next; *made* is the scenario that was made for it."""
    return url_for("trying.attempt", definition=definition, made=made, _anchor="result")


def _day() -> str | None:
    """The beginning of the day that the form names, in the offices' zone; what is no day is left for the engine."""
    wanted = request.form.get("date", "").strip() if request.form.get("when") == "date" else ""
    if request.form.get("when") != "date":
        return None
    try:
        return text(datetime.combine(date.fromisoformat(wanted), time(), ZONE))
    except ValueError:
        return wanted or "—"


def _missing(definition: str, draft: drafts.Draft) -> carrying.Missing | None:
    with engine().database.reading() as connection:
        current = queries.current(connection, definition)
        examined = queries.examination(connection, draft.digest)
    if examined is None or examined.errors:
        return None
    known = compiled(engine().store, current.package).graph.nodes if current is not None else ()
    return carrying.missing(examined.stories, compiled(engine().store, draft.digest).graph, known)


def _stories(draft: drafts.Draft) -> list[queries.Story]:
    """How the scenarios of a draft without errors went; none where that is not known."""
    with engine().database.reading() as connection:
        examined = queries.examination(connection, draft.digest)
    return examined.stories if examined is not None and not examined.errors else []


def _told(definition: str, draft: drafts.Draft, found: carrying.Missing | None, added: carrying.Added) -> None:
    """Saves the stories with the step and plays them, until none stops at this task any more."""
    for _ in range(AGAIN):
        if found is None or found.element != added.element:
            return
        files, changes = draft.files(engine().store), dict[str, bytes | None]()
        for file, number in found.after.items():
            try:
                changes[file] = carrying.carried(files[file], number, added, found.found[file])
            except ValueError:  # laid out otherwise: the story still says that it stops there
                continue
        if not changes:
            return
        draft = drafts.save(engine(), definition, owners.person(), draft.revision, changes)
        examined = proposing.examine(engine(), draft.digest)
        found = _missing(definition, draft)
        if found is None:
            _told_on(definition, draft, [one for one in examined.stories if one.file in changes])


def _told_on(definition: str, draft: drafts.Draft, stories: list[queries.Story]) -> None:
    """What no longer fits after the step is told as the case goes now, where the story comes to its end so."""
    changes: dict[str, bytes | None] = {}
    for story in stories:
        after = carrying.fits_up_to(story)
        if after:
            turned = proposing.turn(engine(), draft.digest, Turn(file=story.file, step=after))
            if turned.finished:
                changes[story.file] = turned.body
    if changes:
        proposing.examine(engine(), drafts.save(engine(), definition, owners.person(), draft.revision, changes).digest)


def _lack(definition: str, draft: drafts.Draft, filled: Filled) -> Lack | None:
    found = _missing(definition, draft)
    if found is None:
        return None
    process = compiled(engine().store, draft.digest)
    form, files = TaskForm(process, found.element), draft.files(engine().store)
    usual = carrying.usual(process.graph, found.element, {one: files[one] for one in found.after})
    return Lack(
        missing=found, form=form.drawn(filled.posted or form.begun({}), filled.errors),
        players=carrying.players(process.graph, found.element), by=request.form.get("_by") or usual,
    )  # fmt: skip


def _findings(definition: str, draft: drafts.Draft, found: list[Finding]) -> list[dict[str, Any]]:
    """Findings with the names that the editor has for steps and files, each with the page where it is mended."""
    if not found:
        return []
    files = draft.files(engine().store)
    known = sight.look(engine(), definition, files)

    def tell(one: Finding) -> dict[str, Any]:
        return {**drafts_editor.told(one, known), "mend": _mend(definition, one, one.file in files)}

    return comparing.findings(found, tell)


def _mend(definition: str, one: Finding, there: bool) -> str:
    """The page of the editor that has the file, or the diagram with the element selected."""
    if there and one.file != DIAGRAM:
        return url_for("drafts_editor.edit_file", definition=definition, name=one.file)
    return url_for("drafts_editor.edit", definition=definition, _anchor=one.element or None)


def _attempt(
    definition: str, failed: str | None = None, *, lacking: Filled = UNTOUCHED, turned: Filled = UNTOUCHED
) -> str:  # fmt: skip
    owners.owners_only()
    draft = owners.draft_of(definition)
    with engine().database.reading() as connection:
        current = queries.current(connection, definition)
        about = queries.definition(connection, definition)
        base = queries.version(connection, draft.base) if draft.base else None
        dated = queries.scheduled(connection, definition)
        together = queries.examination(connection, proposing.together(draft.digest))
        names = identity.names(connection, {draft.saved_by})
        examined = queries.examination(connection, draft.digest)
    shown: dict[str, Any] = {}
    if examined is not None and not examined.errors:
        shown = comparing.shown(definition, current.package if current else None, draft.digest, examined.stories)
        shown["drafted"] = proposing.drafted_calls(engine(), draft.digest)
        shown["lack"] = _lack(definition, draft, lacking)
        shown["turn"] = turning.panel(
            draft, examined.stories, shown["unreached"] or [], shown["element_names"], turned
        )  # fmt: skip
    called = shown.get("element_names", {})
    return render_template(
        "publishing/attempt.html", seen=seen(), definition=definition, draft=draft, current=current, about=about,
        base=base, examined=examined, names=names, title=owners.title_of(draft, definition), failed=failed,
        findings=_findings(definition, draft, examined.findings) if examined else [],
        stories=comparing.stories(examined.stories, called) if examined else [], form=request.form, dated=dated,
        made=request.args.get("made"),
        together=comparing.stories(together.stories, called) if together else None, **shown,
    )  # fmt: skip
