"""Cases: the list, and one case with its state, course, diagram, data, documents and called cases."""

from __future__ import annotations

from itertools import chain
from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for

from engine.calendars import queries as calendars
from engine.correlation import queries as messages
from engine.definitions import queries as definitions
from engine.definitions.compiled import Compiled, compiled
from engine.documents import queries as documents
from engine.errors import BihuanError
from engine.identity import queries as identity
from engine.instances import commands, view
from engine.instances import queries as cases
from engine.instances.errors import CaseUnknown
from engine.jobs import queries as jobs
from engine.tasks import queries as tasks
from engine.tasks import work
from webui import holders
from webui.actor import actor, engine, seen
from webui.badges import badge
from webui.lights import light
from webui.packages import translator

bp = Blueprint("cases", __name__)

#: Lines on a page.
LINES = 25


@bp.get("/cases")
def listing() -> str:
    """The cases that the person may see, narrowed by the address."""
    number = max(1, request.args.get("page", 1, type=int))
    wanted = {name: request.args.get(name, "")[:100] for name in ("q", "state", "definition")}
    inside, apart = request.args.get("in") == "data", request.args.get("called") == "1"
    # Whoever looks for words, or for one process, means the called cases too.
    nested = not apart and not wanted["q"]
    look: Any = {
        "text": wanted["q"], "state": wanted["state"], "definition": wanted["definition"],
        "outermost": nested and not wanted["definition"], "offset": (number - 1) * LINES, "limit": LINES,
    }  # fmt: skip
    with engine().database.reading() as connection:
        found, more = cases.cases(connection, seen(), **look, inside=inside)
        if not found and number == 1 and len(wanted["q"].strip()) > 1 and not inside:
            # What stands in no title may stand in an answer: then the data of the cases are looked through.
            found, more = cases.cases(connection, seen(), **look, inside=True)
            inside = bool(found)
        in_force = definitions.in_force(connection)
        papers = documents.called(connection, [one.id for one in found], wanted["q"]) if wanted["q"] else {}
        called = cases.called_by(connection, seen(), [one.id for one in found]) if nested else {}
    return render_template(
        "case/list.html", papers=papers, cases=found, more=more, number=number, definitions=in_force, inside=inside,
        called=called, apart=apart, seen=seen(), **wanted,
    )  # fmt: skip


@bp.get("/cases/<instance>")
def show(instance: str) -> str:
    """One case."""
    with engine().database.reading() as connection:
        case = cases.case(connection, seen(), instance)
        if case is None:
            raise CaseUnknown()
        course = tasks.of_case(connection, instance)
        called = cases.children(connection, seen(), instance)
        called_course = {one.id: tasks.of_case(connection, one.id) for one in called}
        context: dict[str, Any] = {
            "parent": cases.case(connection, seen(), case.parent) if case.parent else None,
            "waiting": view.waiting(course),
            "awaited": messages.awaited(connection, instance),
            "called": called,
            "called_waiting": {one: view.waiting(found) for one, found in called_course.items()},
            "to_begin": jobs.to_begin(connection, instance),
            "data": view.data(connection, instance),
            "standing": view.standing(connection, instance) if case.state == "open" else set(),
            "documents": documents.of_case(connection, instance),
            "verified": badge(connection, instance),
            "incidents": cases.open_incidents(connection, instance),
            "names": identity.names(connection, {task.item.done_by for task in course if task.item.done_by}),
        }
        waiting = [*context["waiting"], *chain(*context["called_waiting"].values())]
        context["holders"] = holders.of(connection, waiting)
        begun = "begun" in request.args and case.starter == seen().person
        context["begun"] = holders.following(connection, seen(), course) if begun else None
        names_of = {one.id: translator(compiled(engine().store, one.package).package) for one in called}
        calendar = calendars.calendar(connection)
    process = compiled(engine().store, case.package)
    now = engine().clock.now()
    return render_template(
        "case/page.html", case=case, course=tasks.as_finished(course), process=process, labels=process.labels(),
        steps=work.steps(process, course, context.pop("standing")),
        lights={task.id: light(task.item.due, task.item.provisional, calendar, now) for task in waiting},
        translate=translator(process.package), translate_called=names_of, shown=_shown(context.pop("data"), process),
        may_cancel=case.starter == seen().person and case.state == "open",
        **context,
    )  # fmt: skip


@bp.get("/cases/<instance>/diagram.bpmn")
def diagram(instance: str) -> Response:
    """The diagram of the version to which the case is pinned."""
    case = _find(instance)
    return Response(view.diagram(compiled(engine().store, case.package)), mimetype="application/xml")


@bp.get("/cases/<instance>/marks.json")
def marks(instance: str) -> Response:
    """The live position and the way taken."""
    _find(instance)
    with engine().database.reading() as connection:
        found = view.marks(connection, instance)
    return Response(msgspec.json.encode(found), mimetype="application/json")


@bp.post("/cases/<instance>/cancel")
def cancel(instance: str) -> Any:
    """Ends the case before its end, with a reason."""
    command = commands.CancelCase(instance=instance, reason=request.form.get("reason", ""))
    try:
        engine().dispatch(command, actor(), request.form.get("_request") or None)
    except BihuanError as failed:
        if failed.status != 422:
            raise
    return redirect(url_for("cases.show", instance=instance))


#: What every case is given, beside the packages' lists of offices; nobody looks for it here.
_GIVEN = {"settings", "starter", "started"}


def _shown(data: dict[str, Any], process: Compiled) -> dict[str, list[tuple[str, Any]]]:
    """The variables by name: those that a form asks for under its label, and those that only the process knows."""
    labels = process.labels()
    kept = {name: value for name, value in data.items() if name not in {*_GIVEN, *process.package.units}}
    return {
        "asked": [(labels[name], value) for name, value in kept.items() if labels.get(name)],
        "own": [(name, value) for name, value in kept.items() if not labels.get(name)],
    }


def _find(instance: str) -> cases.Case:
    with engine().database.reading() as connection:
        case = cases.case(connection, seen(), instance)
    if case is None:
        raise CaseUnknown()
    return case
