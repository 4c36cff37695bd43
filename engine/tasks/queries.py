"""What pages and handlers read about tasks; every list takes what the reader may see."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine import sql
from engine.identity.seen import Seen
from engine.identity.visible import visible_tasks
from engine.tasks import lists
from engine.tasks.lists import COUNTED as COUNTED
from engine.tasks.lists import Filter as Filter
from engine.tasks.tables import NO_DUE, tasks, work_items


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an inbox."""

    id: str
    task: str
    stream: str
    definition: str
    title: str
    case_title: str
    name: str
    unit: str | None
    role: str | None
    office: str | None
    person: str | None
    claimed_by: str | None
    state: str
    #: None where there is no deadline.
    due: str | None
    provisional: bool
    reminded: bool
    back: bool
    done_by: str | None
    closed_at: str | None

    def is_addressed_to(self, seen: Seen) -> bool:
        """True where it is for the person or for a post that the person holds."""
        if self.person is not None:
            return self.person == seen.person
        return (self.role, self.office) in seen.posts

    def waits_for(self, seen: Seen) -> bool:
        """True where the person can do it now: it is open, addressed to the person, and taken by nobody else."""
        return self.state == "open" and self.claimed_by in (None, seen.person) and self.is_addressed_to(seen)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of work items; *more* says whether another follows."""

    items: list[WorkItem]
    more: bool


def todo(
    connection: sa.Connection, seen: Seen, wanted: Filter, *, offset: int = 0, limit: int,
    after: lists.Key | None = None,
) -> Page:  # fmt: skip
    """What waits for the person, most urgent first; *after* the item with this due moment and id."""
    asked = lists.todo(seen, wanted, offset=offset, limit=limit, after=after)
    return _page(sql.fetch(connection, [asked])[0], limit)


def done(
    connection: sa.Connection, seen: Seen, wanted: Filter, *, offset: int = 0, limit: int,
    before: lists.Key | None = None,
) -> Page:  # fmt: skip
    """What the person finished, the latest first; *before* the item closed at this moment, with this id."""
    asked = lists.done(seen, wanted, offset=offset, limit=limit, before=before)
    return _page(sql.fetch(connection, [asked])[0], limit)


def count_todo(connection: sa.Connection, seen: Seen, *wanted: Filter) -> list[int]:
    """How many items wait for the person, for each of the filters; counting stops at COUNTED + 1."""
    found = sql.fetch(connection, [lists.number_todo(seen, each) for each in wanted])
    return [int(rows[0]["number"]) for rows in found]


def todo_counted(
    connection: sa.Connection, seen: Seen, wanted: Filter, *, limit: int, after: lists.Key | None
) -> tuple[Page, int]:
    """A page of what waits for the person and how many there are."""
    return _counted(
        connection, lists.todo(seen, wanted, offset=0, limit=limit, after=after), lists.number_todo(seen, wanted),
        limit, first=after is None,
    )  # fmt: skip


def done_counted(
    connection: sa.Connection, seen: Seen, wanted: Filter, *, limit: int, before: lists.Key | None
) -> tuple[Page, int]:
    """A page of what the person finished and how many there are."""
    return _counted(
        connection, lists.done(seen, wanted, offset=0, limit=limit, before=before), lists.number_done(seen, wanted),
        limit, first=before is None,
    )  # fmt: skip


def _counted(connection: sa.Connection, page: sql.Ask, number: sql.Ask, limit: int, *, first: bool) -> tuple[Page, int]:
    """The page, and how many there are; where the first page holds all, nothing more is counted."""
    rows = sql.fetch(connection, [page])[0]
    if first and len(rows) <= limit:
        return _page(rows, limit), len(rows)
    return _page(rows, limit), int(sql.fetch(connection, [number])[0][0]["number"])


def _page(rows: list[sql.Row], limit: int) -> Page:
    return Page(items=[_item(row) for row in rows[:limit]], more=len(rows) > limit)


def _item(row: Any) -> WorkItem:
    plain = {name: row[name] for name in WorkItem.__struct_fields__}
    plain["due"] = None if row["due"] == NO_DUE else row["due"]
    return msgspec.convert(plain, WorkItem, strict=False)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task with its work item, as a page shows it."""

    id: str
    element: str
    form: str
    state: str
    #: Why it came back, or None.
    back: str | None
    #: Facts of the matter: label and encoded value.
    facts: list[tuple[str, Any]]
    outcome: str | None
    opinion: str | None
    opened_at: str
    closed_at: str | None
    item: WorkItem

    @property
    def wait(self) -> int:
        """The kernel's wait behind the task."""
        return int(self.id.rpartition(".")[2])


def task(connection: sa.Connection, seen: Seen, task_id: str) -> Task | None:
    """One task that the person may see, or None."""
    found = (
        sa.select(work_items)
        .add_columns(*(tasks.c[name].label(f"t_{name}") for name in _TASK))
        .join_from(work_items, tasks, tasks.c.id == work_items.c.task)
        .where(tasks.c.id == task_id, visible_tasks(seen))
    )
    row = connection.execute(found).mappings().first()
    return _task(row) if row is not None else None


def of_case(connection: sa.Connection, instance: str) -> list[Task]:
    """All tasks of a case in the order in which they opened; the caller has made sure that it may be seen."""
    found = (
        sa.select(work_items)
        .add_columns(*(tasks.c[name].label(f"t_{name}") for name in _TASK))
        .join_from(work_items, tasks, tasks.c.id == work_items.c.task)
        .where(tasks.c.stream == instance)
        .order_by(tasks.c.opened_at, tasks.c.id)
    )
    return [_task(row) for row in connection.execute(found).mappings()]


def as_finished(course: list[Task]) -> list[Task]:
    """Tasks that are closed in the order in which they were, then the open ones in the order in which they came."""
    return sorted(course, key=lambda one: (one.closed_at is None, one.closed_at or one.opened_at, one.wait))


_TASK = ("element", "form", "state", "back", "facts", "outcome", "opinion", "opened_at", "closed_at")


def _task(row: Any) -> Task:
    plain = {name: row[f"t_{name}"] for name in _TASK if name != "facts"}
    facts = [(label, value) for label, value in msgspec.json.decode(row["t_facts"])]
    return Task(id=row["task"], facts=facts, item=_item(row), **plain)


