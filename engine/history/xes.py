"""Many cases as an event log for mining tools: XES (IEEE 1849-2016), written as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec
import sqlalchemy as sa

from engine import values
from engine.calendars.queries import ZONE
from engine.db import text
from engine.definitions.compiled import Compiled, compiled
from engine.documents.store import Store
from engine.history.journal import journal
from engine.instances.tables import instances

NAMESPACE = "http://www.xes-standard.org/"

#: Standard extensions (IEEE 1849-2016 §7): name, prefix.
EXTENSIONS = (("Concept", "concept"), ("Lifecycle", "lifecycle"), ("Organizational", "org"), ("Time", "time"))

#: What happened to a task → transition of the standard life cycle (§7.3); each ends or begins as the model says.
TRANSITIONS = {
    "TaskOpened": "schedule", "TaskClaimed": "assign", "TaskReleased": "reassign", "TaskReaddressed": "reassign",
    "TaskCompleted": "complete", "TaskCancelled": "withdraw",
}  # fmt: skip

#: Cases that are read at a time.
BATCH = 100

#: Characters that XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases: of a definition, begun from a day on, up to and including another; ValueError for what is no day."""

    definition: str = ""
    begin: str = ""
    end: str = ""

    def __post_init__(self) -> None:
        for day in (self.begin, self.end):
            if day:
                date.fromisoformat(day)

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """The condition on cases."""
        found: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.definition:
            found.append(instances.c.definition == self.definition)
        if self.begin:
            found.append(instances.c.started_at >= _midnight(self.begin, 0))
        if self.end:
            found.append(instances.c.started_at < _midnight(self.end, 1))
        return sa.and_(*found)


def log(connection: sa.Connection, store: Store, wanted: Wanted) -> Iterator[bytes]:
    """The log in pieces: one trace per case, one event per step of a task, call, job or decision."""
    yield _head(wanted).encode()
    columns = ("id", "definition", "number", "package", "title", "unit", "parent", "state", "starter")
    found = sa.select(*(instances.c[name] for name in columns)).where(wanted.condition)
    ordered = connection.execute(found.order_by(instances.c.started_at, instances.c.id)).mappings().all()
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        entries: dict[str, list[Any]] = {case["id"]: [] for case in some}
        read = sa.select(journal.c.stream, journal.c.at, journal.c.actor, journal.c.events)
        read = read.where(journal.c.stream.in_(list(entries))).order_by(journal.c.stream, journal.c.seq)
        for stream, at, actor, events in connection.execute(read):
            entries[stream].append((at, actor, values.load(events)))
        for case in some:
            yield _trace(case, entries[case["id"]], compiled(store, case["package"])).encode()
    yield b"</log>\n"


def _midnight(day: str, later: int) -> str:
    return text(datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), ZONE))


def _head(wanted: Wanted) -> str:
    extensions = "".join(
        f'<extension name="{name}" prefix="{prefix}" uri="{NAMESPACE}{prefix}.xesext"/>\n'
        for name, prefix in EXTENSIONS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<log xes.version="1849.2016" xes.features="" xmlns="{NAMESPACE}">\n{extensions}'
        f'<global scope="trace">{_string("concept:name", "UNKNOWN")}</global>\n'
        f'<global scope="event">{_string("concept:name", "UNKNOWN")}{_string("lifecycle:transition", "unknown")}'
        f'{_date("time:timestamp", "1970-01-01T00:00:00.000000Z")}</global>\n'
        '<classifier name="Activity" keys="concept:name"/>\n'
        '<classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>\n'
        f'{_string("concept:name", wanted.definition or "bihuan")}{_string("lifecycle:model", "standard")}\n'
    )


def _trace(case: Any, entries: list[Any], process: Compiled) -> str:
    about = {
        "concept:name": case["id"], "title": case["title"], "definition": case["definition"], "unit": case["unit"],
        "parent": case["parent"], "state": case["state"], "starter": case["starter"],
    }  # fmt: skip
    attributes = "".join(_string(key, value) for key, value in about.items() if value)
    steps = Steps(process)
    told = "".join(_event(step) for at, actor, events in entries for step in steps.of(at, actor, events))
    return f'<trace>{attributes}<int key="version" value="{case["number"]}"/>\n{told}</trace>\n'


class Steps:
    """The events of one trace, with the names of its elements."""

    def __init__(self, process: Compiled) -> None:
        self.process = process
        self._tasks: dict[str, str] = {}

    def of(self, at: str, actor: str, events: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
        """What one entry tells: steps of tasks, and those that the engine took by itself."""
        for event in events:
            if event["type"] == "InstanceAdvanced":
                yield from (
                    {"concept:name": name, "lifecycle:transition": transition, "time:timestamp": at}
                    for name, transition in self._automatic(event["facts"])
                )
            elif event["type"] in TRANSITIONS:
                yield self._task(at, actor, event)

    def _task(self, at: str, actor: str, event: dict[str, Any]) -> dict[str, str]:
        if event["type"] == "TaskOpened":
            self._tasks[event["task"]] = event["name"]
        by = event.get("person") or (actor if event["type"] in ("TaskReleased", "TaskReaddressed") else "")
        return {
            "concept:name": self._tasks.get(event["task"], event["task"]),
            "concept:instance": event["task"],
            "lifecycle:transition": TRANSITIONS[event["type"]],
            "time:timestamp": at,
            "org:resource": by,
            "org:role": event.get("role") or "",
            "org:group": event.get("office") or "",
            "outcome": event.get("outcome") or "",
        }

    def _automatic(self, facts: list[Any]) -> Iterator[tuple[str, str]]:
        for fact in facts:
            match fact:
                case ["open", _, "job" | "child", element, *_]:
                    yield self._name(element), "start"
                case ["close", _, "job" | "child", element]:
                    yield self._name(element), "complete"
                case ["decided", element, *_]:
                    yield self._name(element), "complete"

    def _name(self, element: str) -> str:
        node = self.process.graph.nodes.get(element)
        return (node.name if node is not None else "") or element


def _event(step: dict[str, str]) -> str:
    given = ((key, value) for key, value in step.items() if value)
    parts = [_date(key, value) if key == "time:timestamp" else _string(key, value) for key, value in given]
    return f"<event>{''.join(parts)}</event>\n"


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(_FORBIDDEN.sub("", str(value)))}/>'


def _date(key: str, value: str) -> str:
    return f'<date key="{key}" value="{value}"/>'
