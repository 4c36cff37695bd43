"""The page of one task: claim it, fill its form, send it, put it back."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import forms, values
from engine.calendars import queries as calendars
from engine.documents import queries as documents
from engine.errors import BihuanError
from engine.history import places, replay
from engine.identity import queries as identity
from engine.tasks import commands, drafts, queries, work
from engine.tasks.errors import TaskUnknown
from webui import forms as fields
from webui import moments
from webui.actor import Visitor, engine, guard, seen, session
from webui.errors import sentence
from webui.lights import light
from webui.packages import translator
from webui.uploads import receive

bp = Blueprint("tasks", __name__)


@bp.get("/tasks/<task>")
def show(task: str) -> str:
    """The task with its form: as the data has it, or as it was typed last."""
    found = _find(task)
    state = None
    if found.form is not None and found.task.item.waits_for(seen()):
        with engine().database.reading() as connection:
            draft = drafts.find(connection, task, session().person.id)
        state = forms.Posted(draft.values) if draft else forms.prefill(found.form, found.scope, engine().clock.now())
    return _page(found, state)


@bp.post("/tasks/<task>")
def complete(task: str) -> Any:
    """The form sent, or one of its buttons pressed that only change it."""
    form, flat = _form_of(task), request.form.to_dict(flat=False)
    state = forms.read_flat(form, flat) if form else forms.Posted({})
    if form and any(file.filename for file in request.files.values()):
        guard()
        state = receive(form, state)
    action = forms.action_in(flat)
    if form and action is not None:
        guard()
        return _page(_find(task), forms.apply_action(form, state, action))
    try:
        return _send(task, state, request.form.get("_outcome") or None)
    except forms.AnswersInvalid as invalid:
        return _page(_find(task), state, invalid.errors), 422
    except BihuanError as failed:
        if failed.status not in (409, 422):
            raise
        return _page(_find(task), state, failed=failed), failed.status


def _form_of(task: str) -> forms.Form | None:
    """The form of a task: which one it is never changes, so a page that was shown here has left it known."""
    known = work.known_form(engine().store, task)
    if known is not work.UNKNOWN:
        return known  # type: ignore[return-value]
    guard()
    return _find(task).form


def _send(task: str, state: forms.Posted, outcome: str | None) -> Response:
    if state.unknown:
        guard()
        raise forms.AnswersInvalid(
            tuple(forms.FieldError(name, "form-unknown-field", {"label": name}) for name in state.unknown)
        )
    command = commands.CompleteTask(task=task, values=values.from_outside(state.values), outcome=outcome)
    engine().dispatch(command, Visitor(), request.form.get("_request") or None)
    return redirect(url_for("inbox.show", view="todo", sent=task))


@bp.post("/tasks/<task>/claim")
def claim(task: str) -> Response:
    """Takes the task as one's own."""
    engine().dispatch(commands.ClaimTask(task=task), Visitor())
    return redirect(url_for("tasks.show", task=task))


@bp.post("/tasks/<task>/release")
def release(task: str) -> Response:
    """Puts the task back to the office."""
    engine().dispatch(commands.ReleaseTask(task=task), Visitor())
    return redirect(url_for("inbox.show", view="todo"))


@bp.post("/tasks/<task>/draft")
def draft(task: str) -> Any:
    """Keeps what is typed; the page says when."""
    found = _find(task)
    if found.form is None or not found.task.item.waits_for(seen()):
        return {"saved": False}, 409
    state = forms.read_flat(found.form, request.form.to_dict(flat=False))
    now = engine().clock.now()
    with engine().database.writing() as connection:
        drafts.keep(connection, task, session().person.id, state.values, now)
    return {"saved": calendars.local_time(now)}


def _find(task: str) -> work.Work:
    with engine().database.reading() as connection:
        found = work.find(connection, engine().store, seen(), task, engine().clock.now())
    if found is None:
        raise TaskUnknown()
    return found


def _was_there(paper: documents.Document, task: queries.Task) -> bool:
    """A finished task lists what there was when it was finished, and what it brought."""
    return task.closed_at is None or paper.task == task.id or paper.filed_at < task.closed_at


def _page(
    found: work.Work, state: forms.Posted | None, errors: tuple[forms.FieldError, ...] = (),
    failed: BihuanError | None = None,
) -> str:  # fmt: skip
    with engine().database.reading() as connection:
        calendar = calendars.calendar(connection)
        course = queries.of_case(connection, found.task.item.stream)
        names = identity.names(connection, {t.item.done_by or t.item.claimed_by or "" for t in course})
        papers = documents.of_case(connection, found.task.item.stream)
        given = _given(connection, found) if found.task.state == "done" else None
    item, now = found.task.item, engine().clock.now()
    done = [one for one in reversed(queries.as_finished(course)) if one.state == "done"]
    translate = translator(found.process.package)
    return render_template(
        "task/page.html",
        work=found,
        task=found.task,
        item=item,
        light=light(item.due, item.provisional, calendar, now),
        may_work=found.task.item.waits_for(seen()),
        mine=item.claimed_by == session().person.id,
        addressed=found.refers_to(seen()),
        fields=_fields(found, state, errors, translate),
        given=given,
        error_lines=_lines(found, errors, translate),
        failed=sentence(failed) if failed else None,
        steps=work.steps(found.process, course, found.standing),
        course=[one for one in done if one.id != found.task.id],
        names=names,
        documents=[one for one in papers if _was_there(one, found.task)],
        translate=translate,
        request_id=request.form.get("_request") or new_request_id(),
    )


def _given(connection: sa.Connection, found: work.Work) -> moments.Given | None:
    """What the person who finished the task had before them then; whoever may see the task may see this."""
    stream = found.task.item.stream
    entry = places.finished(connection, stream)[found.task.id]
    (then,) = replay.moments(connection, stream, entry, entry)
    setting = moments.Setting(
        process=found.process, today=None, today_number=0, people={}, labels=found.process.labels(),
        file_url=lambda _task, digest: _file_url(found)(digest),
    )  # fmt: skip
    return moments.given(then, setting)


def _fields(
    found: work.Work, state: forms.Posted | None, errors: tuple[forms.FieldError, ...], translate: Any
) -> Any:  # fmt: skip
    if found.form is None or state is None:
        return None
    return fields.render_fields(
        found.form, state, scope=found.scope, now=engine().clock.now(), errors=errors, translate=translate,
        upload_url=url_for("documents.upload"), file_url=_file_url(found), outcomes=_labels(found),
    )  # fmt: skip


def _lines(found: work.Work, errors: tuple[forms.FieldError, ...], translate: Any) -> list[Any]:
    if found.form is None:
        return []
    return fields.error_lines(found.form, errors, translate=translate, outcomes=_labels(found))


def _labels(found: work.Work) -> dict[str, str]:
    return {outcome.name: outcome.label for outcome in found.outcomes}


def _file_url(found: work.Work) -> Any:
    return lambda digest: url_for("documents.of_task", task=found.task.id, digest=digest)


def new_request_id() -> str:
    """A request id for a form: sent twice, it has one effect."""
    return f"w-{secrets.token_hex(12)}"
