"""The editor of a draft: one page per kind of file, and what it asks while somebody draws and types."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from engine import forms
from engine.definitions import drafts, queries, receivers, sight
from engine.definitions.errors import DraftChanged
from engine.errors import BihuanError, Finding
from engine.forms.definition import keyed
from engine.identity import queries as identity
from webui import elements, filters, findings, owners
from webui.actor import engine
from webui.errors import sentence
from webui.forms import render_fields
from webui.policy import AUTHORING, FRAMED
from webui.texts import sentences, t

bp = Blueprint("drafts_editor", __name__, url_prefix="/processes/<definition>/draft")
bp.before_request(owners.owners_only)

#: Folder → kind of the page that edits its files.
KINDS = {"forms": "form", "decisions": "decision", "letters": "letter", "texts": "texts", "scenarios": "scenario"}
#: Kinds with a page of their own; all others are plain text.
PAGES = {"diagram": "owner/edit_diagram.html", "decision": "owner/edit_decision.html", "form": "owner/edit_form.html"}


@bp.get("")
def edit(definition: str) -> Response:
    """The diagram with its properties, findings and the process in words."""
    with engine().database.reading() as connection:
        version, draft = queries.current(connection, definition), drafts.find(connection, definition)
    if draft is None and version is not None:
        # Somebody followed a link from a process that calls this one.
        return make_response(render_template("owner/begin.html", version=version))
    return _page(definition, "process.bpmn")


@bp.get("/edit/<path:name>")
def edit_file(definition: str, name: str) -> Response:
    """A form, a decision, a letter or another file."""
    return _page(definition, name)


@bp.get("/files/<path:name>")
def file(definition: str, name: str) -> Response:
    """One file as it was saved, of the newest revision or the one that is asked for."""
    revision = request.args.get("revision", type=int) or owners.draft_of(definition).revision
    body = owners.files_of(definition, revision).get(name)
    if body is None:
        abort(404)
    return Response(body, mimetype="text/plain" if _is_text(body) else "application/octet-stream")


@bp.post("/save")
def save(definition: str) -> Any:
    """Keeps the state as a new revision; where another was faster, says who, and which files both have."""
    state = owners.sent()
    try:
        draft = drafts.save(engine(), definition, owners.person(), state.revision, owners.changes(state))
    except DraftChanged as changed:
        return _conflict(definition, state, changed), 409
    except BihuanError as failed:
        return {"failed": sentence(failed)}, failed.status
    return {"revision": draft.revision, "saved": _saved(draft)}


@bp.post("/findings")
def look(definition: str) -> Any:
    """What is to be said about the state, saved or not: findings, the process in words, the names there are."""
    try:
        found = sight.look(engine(), definition, owners.files_as_sent(definition, owners.sent()))
    except BihuanError as failed:
        return {"failed": sentence(failed)}, failed.status
    listed = sorted(found.findings, key=lambda one: ("error", "warning", "advice").index(one.severity))
    return {
        **msgspec.to_builtins(found),
        "findings": [told(one, found) for one in listed],
        "called": elements.step_names(found.outline),
        "outline": render_template("owner/outline.html", steps=found.outline, names=elements.step_names(found.outline)),
    }


def told(one: Finding, found: sight.Sight) -> dict[str, Any]:
    """A finding in words, with the names that steps and files have for their owner."""
    said = findings.told(one, elements.step_names(found.outline))
    at = one.values.get("flow", one.element)
    return {**said, "title": _title(one.file, found), "subject": one.values.get("text", ""), "at": at}


def _title(name: str, found: sight.Sight) -> str:
    """A file as its owner knows it: its kind, and the step that uses it."""
    kind, stem = t(f"editor.kind.{_kind(name)}"), name.rpartition("/")[2].partition(".")[0]
    return f"{kind} {found.users.get(name, stem)}" if "/" in name else kind


@bp.post("/expression")
def expression(definition: str) -> Any:
    """What is wrong with a FEEL expression, if anything."""
    try:
        text = msgspec.json.decode(request.get_data(), type=dict[str, str]).get("text", "")
    except msgspec.DecodeError:
        abort(400)
    wrong = sight.expression_error(text)
    return {"error": findings.expression(text, wrong) if wrong is not None else ""}


@bp.post("/receivers")
def receive(definition: str) -> str:
    """Who would receive a task with this assignment today."""
    try:
        asked = msgspec.json.decode(request.get_data(), type=dict[str, str])
    except msgspec.DecodeError:
        abort(400)
    files = owners.draft_of(definition).files(engine().store)
    with engine().database.reading() as connection:
        found = receivers.today(
            connection, role=asked.get("role", ""), office=asked.get("office", ""), person=asked.get("person", ""),
            settings=sight.settings(files),
        )  # fmt: skip
    return render_template("owner/receivers.html", found=found)


@bp.post("/present")
def present(definition: str) -> Any:
    """Notes that the owner is here; says who else is, and which revision is the newest."""
    others = drafts.present(engine(), definition, owners.person())
    draft = owners.draft_of(definition)
    names = t("value.separator").join(one.name for one in others)
    return {
        "others": t("editor.others", names=names) if others else "",
        "revision": draft.revision,
        "newer": t("editor.newer", name=owners.name_of(draft.saved_by), at=filters.clock(draft.saved_at)),
    }


def _conflict(definition: str, state: owners.Sent, changed: DraftChanged) -> dict[str, Any]:
    began = owners.files_of(definition, state.revision)
    newest = owners.files_of(definition, int(changed.values["revision"]))
    theirs = set(owners.differing(began, newest))
    return {
        "conflict": owners.told(changed), "revision": changed.values["revision"], "began": state.revision,
        "theirs": sorted(theirs - state.changes.keys()), "both": sorted(theirs & state.changes.keys()),
        "mine": sorted(state.changes.keys() - theirs),
    }  # fmt: skip


def _page(definition: str, name: str) -> Response:
    draft = owners.draft_of(definition)
    files = draft.files(engine().store)
    kind = _kind(name)
    about = sight.about(files)
    with engine().database.reading() as connection:
        version = queries.current(connection, definition)
        saved_by = identity.names(connection, {draft.saved_by}).get(draft.saved_by, draft.saved_by)
    data = {
        "definition": definition, "revision": draft.revision, "file": name, "kind": kind,
        "files": [{"name": key, "kind": _kind(key), "text": _is_text(body)} for key, body in files.items()],
        "base": url_for("drafts_editor.edit", definition=definition), "words": sentences("editor."),
        "saved": _saved(draft), "vocabulary": sorted(forms.KINDS) if kind == "form" else [],
    }  # fmt: skip
    page = make_response(
        render_template(
            PAGES.get(kind, "owner/edit_text.html"), draft=draft, title=about.title or definition, kind=kind,
            file=name, files=files, data=data, version=version, saved_by=saved_by,
            text=files.get(name, b"").decode(errors="replace") if kind not in PAGES else "",
        )
    )  # fmt: skip
    if kind in PAGES:
        page.headers["Content-Security-Policy"] = AUTHORING
    return page


def _kind(name: str) -> str:
    if name == "process.bpmn":
        return "diagram"
    if name == "package.toml":
        return "manifest"
    return KINDS.get(name.partition("/")[0], "other") if "/" in name else "other"


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _saved(draft: drafts.Draft) -> str:
    return t("editor.saved", revision=draft.revision, at=filters.clock(draft.saved_at))


@bp.post("/preview")
def preview(definition: str) -> Response:
    """A form as staff would see it, saved or not, for the narrow frame beside the editor."""
    body = request.form.get("schema", "").encode()
    found = [findings.told(one) for one in forms.check(body) if one.severity == "error"]
    context: dict[str, Any] = {"failed": t("editor.preview.broken") if found else "", "findings": found}
    if not found:
        form = forms.read(body)
        # A list whose rows come from the case shows one, so that its columns can be seen.
        scope: dict[str, Any] = {one.key: [{}] for one in keyed(form.components) if one.fixed}
        shown = forms.prefill(form, scope, engine().clock.now())
        context["fields"] = render_fields(form, shown, scope=scope, now=engine().clock.now())
    page = make_response(render_template("owner/preview.html", **context))
    page.headers["Content-Security-Policy"] = FRAMED
    page.headers["X-Frame-Options"] = "SAMEORIGIN"
    return page
