"""The inbox: what waits, what is done, what one started; every filter is an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.calendars import queries as calendars
from engine.db import text
from engine.definitions import queries as definitions
from engine.definitions.compiled import compiled
from engine.identity.seen import ADMINISTRATOR, APPROVER, AUDITOR, OWNER, Seen
from engine.instances import queries as cases
from engine.tasks import queries as tasks
from webui import holders
from webui.actor import engine, seen
from webui.lights import light
from webui.packages import translator

bp = Blueprint("inbox", __name__)

#: Lines on a page.
LINES = 25


#: Where somebody begins who has no other post than this one; everybody else begins with what waits.
FIRST = {
    OWNER: "drafts.listing", APPROVER: "publishing.approvals", AUDITOR: "audit.cases", ADMINISTRATOR: "people.listing",
}  # fmt: skip


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The task that was finished last, and what comes next in its case."""

    task: tasks.Task
    ended: bool
    following: holders.Following
    translate: Callable[[str], str]


@bp.get("/")
def first() -> Response:
    """The first page of a person: the inbox, or what the only post is for."""
    place = next((place for role, place in FIRST.items() if seen().roles <= {role}), None)
    return redirect(url_for(place)) if place else redirect(url_for("inbox.show", view="todo"))


@bp.get("/inbox/<any(todo, done, started):view>")
def show(view: str) -> str:
    """One list, narrowed by the address."""
    number = max(1, request.args.get("page", 1, type=int))
    with engine().database.reading() as connection:
        context: dict[str, Any] = {
            "view": view,
            "number": number,
            "q": request.args.get("q", "")[:100],
            "definition": request.args.get("definition", ""),
            "definitions": definitions.in_force(connection),
            "sent": _sent(connection, request.args.get("sent", "")[:80]),
        }
        if view == "started":
            found, more = cases.cases(
                connection, seen(), text=context["q"], definition=context["definition"], starter=seen().person,
                offset=(number - 1) * LINES, limit=LINES,
            )  # fmt: skip
            called = cases.called_by(connection, seen(), [one.id for one in found])
            return render_template("inbox/started.html", cases=found, more=more, called=called, **context)
        context |= _items(connection, view, number, context)
    return render_template("inbox/list.html", **context)


def _items(connection: Any, view: str, number: int, context: dict[str, Any]) -> dict[str, Any]:
    wanted = _filter(connection, context)
    read = tasks.todo if view == "todo" else tasks.done
    page = read(connection, seen(), wanted, offset=(number - 1) * LINES, limit=LINES)
    calendar, now = calendars.calendar(connection), engine().clock.now()
    lines = [{"item": item, "light": light(item.due, item.provisional, calendar, now)} for item in page.items]
    return {
        "lines": lines, "more": page.more, "tab": request.args.get("tab", "all"), "tabs": _tabs(connection, view),
        "numbers": cases.numbers(connection, {item.stream for item in page.items}),
    }  # fmt: skip


def _sent(connection: Any, task: str) -> Sent | None:
    """What is said of the task that was finished on the page before."""
    found = tasks.task(connection, seen(), task) if task else None
    case = cases.case(connection, seen(), found.item.stream) if found is not None else None
    if found is None or case is None:
        return None
    return Sent(
        task=found, ended=case.state == "ended", translate=translator(compiled(engine().store, case.package).package),
        following=holders.following(connection, seen(), tasks.of_case(connection, case.id)),
    )  # fmt: skip


def _filter(connection: Any, context: dict[str, Any]) -> tasks.Filter:
    tab = request.args.get("tab", "all")
    return tasks.Filter(
        text=context["q"],
        definition=context["definition"],
        back=tab == "back",
        due_before=_soon(connection) if tab == "urgent" else "",
    )


def _soon(connection: Any) -> str:
    """The moment before which an item counts as urgent: the end of the third working day from today."""
    calendar = calendars.calendar(connection)
    today = calendars.local_day(engine().clock.now())
    return text(calendars.at_due_hour(calendar.after(today, calendars.SOON)))


def _tabs(connection: Any, view: str) -> list[tuple[str, int]]:
    if view != "todo":
        return []
    wanted = (tasks.Filter(), tasks.Filter(due_before=_soon(connection)), tasks.Filter(back=True))
    return list(zip(("all", "urgent", "back"), tasks.count_todo(connection, seen(), *wanted), strict=True))


def counts(who: Seen) -> dict[str, int]:
    """The numbers beside the places of the menu; read once per request."""
    if "counts" not in g:
        g.counts = {}
        if who.does_business:
            with engine().database.reading() as connection:
                g.counts = {"nav.todo": tasks.count_todo(connection, who, tasks.Filter())[0]}
                if who.owns_processes:
                    news = definitions.count_decided_lately(connection, who.person, engine().clock.now())
                    g.counts["nav.drafts"] = news
                if who.may_approve:
                    g.counts["nav.approvals"] = definitions.waiting_for(connection, who.person)
    found: dict[str, int] = g.counts
    return found
