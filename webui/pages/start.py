"""Starting a case: the processes that one may start, and the start form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from engine import forms, values
from engine.definitions import queries as definitions
from engine.definitions.compiled import Compiled, compiled
from engine.definitions.errors import DefinitionUnknown, ProcessRetired, StartsAreStopped
from engine.errors import BihuanError
from engine.instances import commands, starting
from engine.instances import queries as cases
from engine.instances.errors import PeriodTaken
from webui import forms as fields
from webui.actor import actor, engine, seen
from webui.errors import sentence
from webui.packages import translator
from webui.pages.tasks import new_request_id

bp = Blueprint("start", __name__)


@bp.get("/start")
def listing() -> str:
    """The processes in force that the person may start."""
    with engine().database.reading() as connection:
        found = [version for version in definitions.startable(connection) if seen().starts(version.starters)]
    shown = [(version, translator(compiled(engine().store, version.package).package)) for version in found]
    return render_template("start/list.html", versions=shown)


@bp.get("/start/<definition>")
def form(definition: str) -> str:
    """The start form."""
    version, process = _find(definition)
    with engine().database.reading() as connection:
        state = starting.first_state(connection, seen(), process, definition, engine().clock.now())
    return _page(version, process, state)


@bp.post("/start/<definition>")
def start(definition: str) -> Any:
    """A new case, or the form again with what is wrong."""
    version, process = _find(definition)
    asked, flat = process.form(process.start_form), request.form.to_dict(flat=False)
    state = forms.read_flat(asked, flat) if asked else forms.Posted({})
    action = forms.action_in(flat)
    if asked and action is not None:
        return _page(version, process, forms.apply_action(asked, state, action))
    command = commands.StartCase(definition=definition, values=values.from_outside(state.values))
    try:
        outcome = engine().dispatch(command, actor(), request.form.get("_request") or None)
    except forms.AnswersInvalid as invalid:
        return _page(version, process, state, invalid.errors), 422
    except PeriodTaken as taken:
        return _page(version, process, state, failed=taken), 409
    return redirect(url_for("cases.show", instance=outcome.stream, begun=1))


def _find(definition: str) -> tuple[definitions.Version, Compiled]:
    with engine().database.reading() as connection:
        version = definitions.current(connection, definition)
        about = definitions.definition(connection, definition)
    if version is None or not seen().starts(version.starters):
        raise DefinitionUnknown(definition=definition)
    if about is not None and about.state != "active":
        refused = ProcessRetired if about.state == "retired" else StartsAreStopped
        raise refused(title=version.title, reason=about.state_reason or "")
    return version, compiled(engine().store, version.package)


def _page(
    version: definitions.Version, process: Compiled, state: forms.Posted | None,
    errors: tuple[forms.FieldError, ...] = (), failed: BihuanError | None = None,
) -> str:  # fmt: skip
    asked, translate = process.form(process.start_form), translator(process.package)
    drawn, lines, now = None, [], engine().clock.now()
    if asked is not None and state is not None:
        drawn = fields.render_fields(
            asked, state, scope=starting.scope(process, now), now=now, errors=errors, translate=translate
        )
        lines = fields.error_lines(asked, errors, translate=translate)
    with engine().database.reading() as connection:
        periods = cases.taken_periods(connection, seen(), version.definition)
    taken = failed.values.get("instance") if isinstance(failed, PeriodTaken) else None
    return render_template(
        "start/form.html", version=version, fields=drawn, error_lines=lines, translate=translate,
        failed=sentence(failed) if failed else None, taken=taken, periods=periods,
        request_id=request.form.get("_request") or new_request_id(),
    )  # fmt: skip
