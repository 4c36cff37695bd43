"""What only auditors find: search over all cases by what happened in them, and the log of their own accesses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for

from engine.calendars.queries import ZONE
from engine.db import text
from engine.definitions import queries as definitions
from engine.definitions.compiled import Compiled, compiled
from engine.history import access, search
from engine.identity import queries as identity
from engine.identity.seen import AUDITOR
from engine.instances import queries as instances
from webui.actor import engine, seen
from webui.packages import translator
from webui.texts import t

bp = Blueprint("audit", __name__)

#: Lines on a page.
LINES = 25

#: Cases that a title in the log of accesses may mean.
MOST_CALLED = 500

#: Fields of the search, as the address holds them.
FIELDS = (
    "q", "definition", "version", "period", "state", "from", "to", "ended-from", "ended-to", "person", "refused",
    "element", "variable", "value",
)  # fmt: skip


@bp.get("/audit/cases")
def cases() -> str:
    """Cases by process, version, period, dates, person, refusals, element passed and value of a variable."""
    only_auditors()
    asked = {name: request.args.get(name, "")[:100].strip() for name in FIELDS}
    with engine().database.reading() as connection:
        published = search.published(connection)
        processes = [compiled(engine().store, one.package) for one in published if _concerns(one, asked["definition"])]
        people = search.people_called(connection, asked["person"]) if asked["person"] else None
        wanted = _wanted(asked, processes, people)
        found = search.search(connection, seen(), wanted, after=request.args.get("after", "")[:100], limit=LINES)
    return render_template(
        "audit/cases.html", asked=asked, found=found, given={name: value for name, value in asked.items() if value},
        definitions=[one for one in published if one.current], elements=_elements(processes), labels=_labels(processes),
        versions=[one for one in published if one.definition == asked["definition"]],
        titles={one.definition: _title(one) for one in published if one.current},
        reads_entries=wanted.reads_entries, nobody=people is not None and not people,
    )  # fmt: skip


@bp.get("/audit/access")
def accesses() -> str:
    """What the auditor looked at and exported, by the access log."""
    only_auditors()
    asked = {name: request.args.get(name, "")[:100].strip() for name in ("action", "target", "from", "to")}
    person = seen().person
    with engine().database.reading() as connection:
        called = _called(connection, asked["target"]) if asked["target"] else set()
        lines, more = access.lines(
            connection, person, action=asked["action"], target=asked["target"], named=called,
            since=day(asked["from"]), until=day(asked["to"], after=True),
            before=request.args.get("before", 0, type=int), limit=LINES,
        )  # fmt: skip
        actions = access.actions(connection, person)
        named = {target: _target(connection, target) for target in {line.target for line in lines}}
    return render_template(
        "audit/access.html", lines=lines, more=more, asked=asked, actions=actions, named=named,
        given={name: value for name, value in asked.items() if value},
    )  # fmt: skip


def _called(connection: sa.Connection, title: str) -> set[str]:
    """The cases with a title like this that the person may see."""
    found, _ = instances.cases(connection, seen(), text=title, limit=MOST_CALLED)
    return {one.id for one in found}


def _target(connection: sa.Connection, target: str) -> dict[str, str]:
    """What an access was about, by the name that the person may see, and where its page is; empty where it has none."""
    kind, _, about = target.rpartition(":")
    if kind in ("draft", "definition"):
        current = definitions.current(connection, about)
        name = _named(current.package) if current else about
        return {"name": t("access.draft", name=name) if kind == "draft" else name, "url": ""}
    if kind == "person":
        return {"name": t("access.person", name=identity.names(connection, {about}).get(about, about)), "url": ""}
    case = instances.case(connection, seen(), target)
    if case is None:
        return {"name": t("access.elsewhere", target=target or "—"), "url": ""}
    return {"name": case.title, "url": url_for("cases.show", instance=case.id)}


def only_auditors() -> None:
    """Stops everybody else with 403."""
    if AUDITOR not in seen().roles:
        abort(403)


def day(spelled: str, *, after: bool = False) -> str:
    """The moment at which a day of the offices begins (or ends), as it is stored; empty for what is no day."""
    try:
        found = datetime.strptime(spelled, "%Y-%m-%d").replace(tzinfo=ZONE)
    except ValueError:
        return ""
    return text(found + timedelta(days=1) if after else found)


def _concerns(one: search.Published, definition: str) -> bool:
    return one.definition == definition if definition else one.current


def _wanted(asked: dict[str, str], processes: list[Compiled], people: frozenset[str] | None) -> search.Wanted:
    return search.Wanted(
        text=asked["q"], definition=asked["definition"], period=asked["period"], state=asked["state"], persons=people,
        number=int(asked["version"]) if asked["version"].isdecimal() else 0, refused=asked["refused"] == "1",
        started_since=day(asked["from"]), started_until=day(asked["to"], after=True),
        ended_since=day(asked["ended-from"]), ended_until=day(asked["ended-to"], after=True),
        elements=_ids(asked["element"], _named_elements(processes)) if asked["element"] else None,
        variables=_ids(asked["variable"], _named_variables(processes)) if asked["variable"] else None,
        value=asked["value"],
    )  # fmt: skip


def _ids(words: str, named: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The ids under a name, in the package's language or the page's; *words* itself, which may be an id."""
    return frozenset({words} | {key for key, name in named if name == words})


def _named_elements(processes: list[Compiled]) -> Iterable[tuple[str, str]]:
    for process in processes:
        translate = translator(process.package)
        for node in process.graph.nodes.values():
            yield from ((node.id, node.name), (node.id, translate(node.name)))


def _named_variables(processes: list[Compiled]) -> Iterable[tuple[str, str]]:
    for process in processes:
        translate = translator(process.package)
        for key, label in process.labels().items():
            yield from ((key, label), (key, translate(label)))


def _title(one: search.Published) -> str:
    return _named(one.package)


def _named(digest: str) -> str:
    package = compiled(engine().store, digest).package
    return translator(package)(package.title)


def _elements(processes: list[Compiled]) -> list[str]:
    """Names of steps to choose from, in the order of the diagrams."""
    found: dict[str, Any] = {}
    for process in processes:
        translate = translator(process.package)
        found |= {translate(node.name): None for node in process.graph.in_reading_order() if node.name}
    return list(found)


def _labels(processes: list[Compiled]) -> list[str]:
    return list({name: None for key, name in _named_variables(processes) if name})
