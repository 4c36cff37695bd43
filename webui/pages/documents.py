"""Files in and out: uploaded before a form is sent, downloaded as attachments."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from engine import forms
from engine.documents import queries
from engine.errors import BihuanError
from engine.instances import queries as cases
from engine.tasks import queries as tasks
from webui.actor import engine, seen, session
from webui.errors import sentence
from webui.uploads import keep

bp = Blueprint("documents", __name__)


@bp.post("/files")
def upload() -> Any:
    """Keeps one file and gives the reference that the form then carries."""
    sent = request.files.get("file")
    if sent is None:
        abort(400)
    try:
        return forms.refer(keep(sent))
    except BihuanError as failed:
        return {"error": sentence(failed)}, failed.status


@bp.get("/cases/<instance>/documents/<document>")
def download(instance: str, document: str) -> Response:
    """A document of a case that the person may see."""
    with engine().database.reading() as connection:
        if cases.case(connection, seen(), instance) is None:
            abort(404)
        found = [one for one in queries.of_case(connection, instance) if one.id == document]
    if not found:
        abort(404)
    return attachment(found[0].digest, found[0].name, found[0].type)


@bp.get("/tasks/<task>/files/<digest>")
def of_task(task: str, digest: str) -> Response:
    """A file in the form of a task: one's own upload, or one that the case already holds."""
    with engine().database.reading() as connection:
        found = tasks.task(connection, seen(), task)
        if found is None:
            abort(404)
        held: Any = queries.observe_files(connection, [digest], session().person.id, found.item.stream)
        if not held:
            held = queries.in_family(connection, digest, found.item.stream)
    if not held:
        abort(404)
    return attachment(digest, held[0]["name"], held[0]["type"])


def attachment(digest: str, name: str, kind: str) -> Response:
    response = Response(engine().store.get(digest), mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
