"""The page of a letter: through whose hands it went, on which version, and whether the record of its case is sound."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from engine.definitions.compiled import Compiled, compiled
from engine.documents import letters, queries
from engine.identity import queries as identity
from engine.instances import queries as cases
from engine.tasks import queries as tasks
from webui.actor import engine, seen
from webui.badges import badge
from webui.packages import translator

bp = Blueprint("letters", __name__)


@bp.get("/cases/<instance>/documents/<document>/letter")
def show(instance: str, document: str) -> str:
    """A letter of a case."""
    with engine().database.reading() as connection:
        case = cases.case(connection, seen(), instance)
        found = queries.of_case(connection, instance) if case is not None else []
        course = tasks.of_case(connection, instance) if case is not None else []
        people = {one.item.done_by for one in course if one.item.done_by} | {one.filed_by for one in found}
        names, verified = identity.names(connection, people), badge(connection, instance)
    chosen = [one for one in found if one.id == document and one.type == "text/markdown"]
    if case is None or not chosen:
        abort(404)
    html = letters.to_html(engine().store.get(chosen[0].digest).decode())
    process = compiled(engine().store, case.package)
    return render_template(
        "case/letter.html", case=case, document=chosen[0], html=html, names=names, verified=verified, process=process,
        hands=_hands(process, course, chosen[0]), translate=translator(process.package),
    )  # fmt: skip


def _hands(process: Compiled, course: list[tasks.Task], document: queries.Document) -> list[tasks.Task]:
    """Through whose hands a letter went: who last finished each step that shows letters, before it was filed."""
    last: dict[str, tasks.Task] = {}
    for one in tasks.as_finished(course):
        shows = process.graph.nodes[one.element].extension("letter") is not None
        if shows and one.state == "done" and (one.closed_at or "") <= document.filed_at:
            last.pop(one.element, None)
            last[one.element] = one
    return list(last.values())
