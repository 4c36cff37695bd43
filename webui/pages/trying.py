"""Trying a draft: what the gate and the stories say, the step that stories lack at a new task, and proposing it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup

from engine import forms
from engine.calendars.queries import ZONE
from engine.db import text
from engine.definitions import carrying, drafts, proposing, queries, sight
from engine.definitions.compiled import Compiled, compiled
from engine.definitions.package import DIAGRAM
from engine.errors import BihuanError, Finding
from engine.forms.definition import keyed
from engine.identity import queries as identity
from webui import comparing, owners
from webui import forms as drawing
from webui.actor import actor, engine, seen
from webui.packages import translator
from webui.pages import drafts_editor
from webui.pages.publishing import number_of, those_who_decide_or_audit

bp = Blueprint("trying", __name__)
bp.before_request(those_who_decide_or_audit)

#: How often one click tells the same step: a task in a loop is reached again.
AGAIN = 3


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of a new task of which stories do not tell, and what it asks to tell of it."""

    missing: carrying.Missing
    name: str
    players: list[tuple[str, str]]
    by: str
    outcomes: list[tuple[str, str]]
    fields: Markup | None
    errors: list[drawing.ErrorLine] = []


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
    return redirect(url_for("trying.attempt", definition=definition))


@bp.post("/processes/<definition>/try/step")
def carry(definition: str) -> Any:
    """Puts the step at a new task into every story that lacks it, and plays them again."""
    owners.owners_only()
    draft = owners.draft_of(definition)
    found = _missing(definition, draft)
    if found is None:
        return redirect(url_for("trying.attempt", definition=definition))
    process = compiled(engine().store, draft.digest)
    form = _form(process, found.element)
    flat = request.form.to_dict(flat=False)
    posted = forms.read_flat(form, flat) if form is not None else forms.Posted({})
    action = forms.action_in(flat)
    if form is not None and action is not None:
        return _attempt(definition, posted=forms.apply_action(form, posted, action))
    wrong = _left_empty(form, posted)
    if wrong:
        return _attempt(definition, posted=posted, errors=wrong), 422
    try:
        _told(definition, draft, found, _step(process, found.element, form, posted))
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _attempt(definition, owners.told(failed), posted=posted), failed.status
    return redirect(url_for("trying.attempt", definition=definition, _anchor="stories"))


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


def _form(process: Compiled, element: str) -> forms.Form | None:
    extension = process.graph.nodes[element].extension("form")
    return process.form(extension.attributes.get("key", element) if extension is not None else element)


def _step(process: Compiled, element: str, form: forms.Form | None, posted: forms.Posted) -> carrying.Added:
    papers = [one.key for one in keyed(form.components) if one.kind == "filepicker"] if form is not None else []
    return carrying.Added(
        by=request.form.get("_by", ""), element=element, outcome=request.form.get("_outcome", ""),
        values={key: value for key, value in posted.values.items() if key not in papers and value not in (None, "")},
        upload=tuple(papers),
    )  # fmt: skip


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
        proposing.examine(engine(), draft.digest)
        found = _missing(definition, draft)


def _left_empty(form: forms.Form | None, posted: forms.Posted) -> tuple[forms.FieldError, ...]:
    """What must be filled in and is not; everything else is said by the story itself, which has the data."""
    if form is None:
        return ()
    try:
        forms.validate(form, posted, {}, now=engine().clock.now())
    except forms.AnswersInvalid as invalid:
        papers = {one.key for one in keyed(form.components) if one.kind == "filepicker"}
        return tuple(one for one in invalid.errors if one.code == "form-required" and one.path not in papers)
    return ()


def _lack(
    definition: str, draft: drafts.Draft, posted: forms.Posted | None, errors: tuple[forms.FieldError, ...]
) -> Lack | None:  # fmt: skip
    found = _missing(definition, draft)
    if found is None:
        return None
    process = compiled(engine().store, draft.digest)
    node, translate = process.graph.nodes[found.element], translator(process.package)
    form = _form(process, found.element)
    buttons = [one.attributes for one in node.extension_list("outcome")]
    files = draft.files(engine().store)
    now = engine().clock.now()
    drawn = form and drawing.render_fields(
        form, posted or forms.prefill(form, {}, now), scope={}, now=now, errors=errors, translate=translate
    )
    return Lack(
        missing=found, name=translate(node.name) or found.element, players=carrying.players(process.graph, node.id),
        by=request.form.get("_by") or carrying.usual(process.graph, node.id, {one: files[one] for one in found.after}),
        outcomes=[(one.get("name", ""), translate(one.get("label") or one.get("name", ""))) for one in buttons],
        fields=drawn or None, errors=drawing.error_lines(form, errors, translate=translate) if form else [],
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
    definition: str, failed: str | None = None, *, posted: forms.Posted | None = None,
    errors: tuple[forms.FieldError, ...] = (),
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
        shown["lack"] = _lack(definition, draft, posted, errors)
    called = shown.get("element_names", {})
    return render_template(
        "publishing/attempt.html", seen=seen(), definition=definition, draft=draft, current=current, about=about,
        base=base, examined=examined, names=names, title=owners.title_of(draft, definition), failed=failed,
        findings=_findings(definition, draft, examined.findings) if examined else [],
        stories=comparing.stories(examined.stories, called) if examined else [], form=request.form, dated=dated,
        together=comparing.stories(together.stories, called) if together else None, **shown,
    )  # fmt: skip
