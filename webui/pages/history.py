"""The auditor's first pages: every entry of a case, and what was refused."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from engine.definitions.compiled import Compiled
from engine.history import queries, replay, search
from engine.identity import queries as identity
from engine.identity.policy import PERMISSIONS
from engine.identity.seen import AUDITOR
from engine.instances import queries as cases
from engine.instances.errors import CaseUnknown
from webui import moments
from webui.actor import engine, seen
from webui.pages.audit import day
from webui.pages.replay import setting_of

bp = Blueprint("history", __name__)

#: Entries on a page.
LINES = 100


@bp.get("/cases/<instance>/history")
def of_case(instance: str) -> str:
    """Every entry of the case: who, when, on whose behalf, what, which answers."""
    after = max(0, request.args.get("after", 0, type=int))
    with engine().database.reading() as connection:
        case = cases.case(connection, seen(), instance)
        if case is None:
            raise CaseUnknown()
        total = queries.count(connection, instance)
        shown = list(replay.moments(connection, instance, after + 1, after + LINES))
        people = {name for one in shown for name in (one.line.actor, one.line.on_behalf_of)}
        setting = setting_of(connection, engine(), case, people, seen())
    return render_template(
        "history/case.html", case=case, total=total, after=after, setting=setting,
        lines=[_shown(one.line, one.frame, setting) for one in shown],
        next=shown[-1].line.seq if shown and shown[-1].line.seq < total else None, translate=setting.translate,
    )  # fmt: skip


@bp.get("/refusals")
def refusals() -> str:
    """What was refused: who tried what, where."""
    if AUDITOR not in seen().roles:
        abort(403)
    number = max(1, request.args.get("page", 1, type=int))
    asked = {name: request.args.get(name, "")[:100].strip() for name in ("person", "command", "from", "to")}
    with engine().database.reading() as connection:
        lines, more = queries.refusals(
            connection, persons=search.people_called(connection, asked["person"]) if asked["person"] else None,
            command=asked["command"], since=day(asked["from"]), until=day(asked["to"], after=True),
            offset=(number - 1) * LINES, limit=LINES,
        )  # fmt: skip
        names = identity.names(connection, {line.actor for line in lines})
        found = {line.stream: cases.case(connection, seen(), line.stream) for line in lines}
    return render_template(
        "history/refusals.html", lines=lines, names=names, number=number, more=more, asked=asked, cases=found,
        commands=sorted(kind.__name__ for kind in PERMISSIONS),
        given={name: value for name, value in asked.items() if value},
    )  # fmt: skip


def _shown(line: queries.Line, frame: replay.Frame, setting: moments.Setting) -> dict[str, Any]:
    """An entry with the names of its elements and the answers under the form's labels."""
    events = moments.told(line, frame, setting)
    done = next((event for event in events if event["type"] == "TaskCompleted"), None)
    return {
        "entry": line, "headline": moments.headline(frame, setting), "events": events,
        "answers": _answers(line, setting.process, done),
    }  # fmt: skip


def _answers(line: queries.Line, process: Compiled, done: dict[str, Any] | None) -> list[tuple[str, Any]]:
    """What was answered, with labels; of a start, the values of the start form."""
    answers = done["answers"] if done else line.command.get("values") or {}
    labels = process.labels()
    return [(labels.get(key, key), value) for key, value in answers.items()]
