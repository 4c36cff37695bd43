"""What pages and handlers read about tasks; every list takes what the reader may see."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.identity.seen import Seen
from engine.identity.visible import visible_tasks
from engine.tasks.tables import NO_DUE, tasks, work_items

#: Counts beyond this are shown as "more than"; counting on would make a long list slow.
COUNTED = 999


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


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of work items; *more* says whether another follows."""

    items: list[WorkItem]
    more: bool


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of work items is narrowed to."""

    #: Part of the title, of the case's title or of the step's name.
    text: str = ""
    definition: str = ""
    #: Only items due by this moment.
    due_before: str = ""
    #: Only items that came back.
    back: bool = False


def todo(connection: sa.Connection, seen: Seen, wanted: Filter, *, offset: int, limit: int) -> Page:
    """What waits for the person, most urgent first.

    One bounded read per list that reaches the person, each along the index: the length of other lists, and what lies
    behind the page, cost nothing.
    """
    reads = [
        sa.select(work_items)
        .where(work_items.c.queue == queue, *_narrowed(wanted))
        .order_by(work_items.c.due, work_items.c.id)
        .limit(offset + limit + 1)
        .subquery(f"q{number}")
        for number, queue in enumerate(seen.queues)
    ]
    whole = sa.union_all(*(sa.select(read) for read in reads)).subquery()
    found = sa.select(whole).order_by(whole.c.due, whole.c.id).offset(offset).limit(limit + 1)
    return _page(connection, found, limit)


def done(connection: sa.Connection, seen: Seen, wanted: Filter, *, offset: int, limit: int) -> Page:
    """What the person finished, the latest first."""
    found = (
        sa.select(work_items)
        .where(work_items.c.done_by == seen.person, *_narrowed(wanted))
        .order_by(work_items.c.closed_at.desc(), work_items.c.id)
        .offset(offset)
        .limit(limit + 1)
    )
    return _page(connection, found, limit)


def count_todo(connection: sa.Connection, seen: Seen, wanted: Filter | None = None) -> int:
    """How many items wait for the person; counting stops at COUNTED + 1."""
    narrowed = _narrowed(wanted or Filter())
    found = sa.select(sa.literal(1)).where(work_items.c.queue.in_(seen.queues), *narrowed).limit(COUNTED + 1)
    return int(connection.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one())


def _narrowed(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.text:
        columns = (work_items.c.title, work_items.c.case_title, work_items.c.name)
        found.append(sa.or_(*(column.contains(wanted.text, autoescape=True) for column in columns)))
    if wanted.definition:
        found.append(work_items.c.definition == wanted.definition)
    if wanted.due_before:
        found.append(work_items.c.due <= wanted.due_before)
    if wanted.back:
        found.append(work_items.c.back.is_(True))
    return found


def _page(connection: sa.Connection, found: sa.Select[Any], limit: int) -> Page:
    rows = [_item(row) for row in connection.execute(found).mappings()]
    return Page(items=rows[:limit], more=len(rows) > limit)


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


