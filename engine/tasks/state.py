"""Applies what happened to tasks to their tables."""

from __future__ import annotations

from engine import values
from engine.messages import Stamp
from engine.rows import Appliers, Rows
from engine.tasks import events
from engine.tasks.tables import NO_DUE, tasks, work_items


def task_opened(event: events.TaskOpened, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        tasks, id=event.task, stream=stamp.stream, element=event.element, name=event.name, form=event.form,
        state="open", staffed=event.staffed, remind=event.remind, back=event.back,
        facts=values.canonical(event.facts).decode(), opened_at=stamp.at,
    )  # fmt: skip
    rows.insert(
        work_items, id=_item(event.task), stream=stamp.stream, task=event.task, definition=event.definition,
        title=event.title, case_title=event.case_title, name=event.name, unit=event.unit, role=event.role,
        office=event.office, person=event.person, queue=_queue(event.role, event.office, event.person), state="open",
        due=event.due or NO_DUE, provisional=event.provisional, reminded=False, back=event.back is not None,
    )  # fmt: skip


def task_claimed(event: events.TaskClaimed, rows: Rows, stamp: Stamp) -> None:
    rows.update(work_items, _item(event.task), claimed_by=event.person, queue=f"@{event.person}")


def task_released(event: events.TaskReleased, rows: Rows, stamp: Stamp) -> None:
    row = rows.get(work_items, _item(event.task))
    assert row is not None
    rows.update(work_items, row["id"], claimed_by=None, queue=_queue(row["role"], row["office"], row["person"]))


def task_completed(event: events.TaskCompleted, rows: Rows, stamp: Stamp) -> None:
    said = event.answers.get("opinion")
    opinion = said if isinstance(said, str) and said else None
    rows.update(tasks, event.task, state="done", outcome=event.outcome, opinion=opinion, closed_at=stamp.at)
    rows.update(
        work_items, _item(event.task), state="done", done_by=event.person, closed_at=stamp.at, queue="", claimed_by=None
    )


def task_cancelled(event: events.TaskCancelled, rows: Rows, stamp: Stamp) -> None:
    rows.update(tasks, event.task, state="cancelled", closed_at=stamp.at)
    rows.update(work_items, _item(event.task), state="cancelled", closed_at=stamp.at, queue="", claimed_by=None)


def task_reminded(event: events.TaskReminded, rows: Rows, stamp: Stamp) -> None:
    rows.update(work_items, _item(event.task), reminded=True)


def task_readdressed(event: events.TaskReaddressed, rows: Rows, stamp: Stamp) -> None:
    rows.update(
        work_items, _item(event.task), role=event.role, office=event.office, person=None, claimed_by=None,
        queue=_queue(event.role, event.office, None),
    )  # fmt: skip


def _item(task: str) -> str:
    # One work item per task until a slot can have several people.
    return f"{task}.1"


def _queue(role: str | None, office: str | None, person: str | None) -> str:
    return f"@{person}" if person else f"{role or ''}@{office or ''}"


APPLIERS: Appliers = {
    (events.TaskOpened, 1): task_opened,
    (events.TaskClaimed, 1): task_claimed,
    (events.TaskReleased, 1): task_released,
    (events.TaskCompleted, 1): task_completed,
    (events.TaskCancelled, 1): task_cancelled,
    (events.TaskReminded, 1): task_reminded,
    (events.TaskReaddressed, 1): task_readdressed,
}
