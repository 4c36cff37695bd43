"""Tasks over the API: what waits, one task with its form's schema, claim, release, complete."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from flask import request

from engine import forms
from engine.forms.schema import schema
from engine.messages import Outcome
from engine.tasks import commands, queries, tags, work
from engine.tasks.errors import TaskUnknown
from engine.tasks.tables import NO_DUE
from webui.actor import engine
from webui.api.bearer import Bearer, seen
from webui.api.bodies import answers
from webui.api.lists import Key, PageKey, Size, key_of, parts_of
from webui.api.operations import operation, request_id


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task as lists show it."""

    id: str
    instance: str
    definition: str
    name: str
    title: str
    case_title: str
    #: open, done or cancelled.
    state: str
    unit: str | None
    role: str | None
    office: str | None
    person: str | None
    claimed_by: str | None
    done_by: str | None
    due: str | None
    closed_at: str | None


class TaskOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """One way to finish a task."""

    name: str
    label: str
    requires: list[str]


class TaskWithForm(Task, frozen=True, kw_only=True):
    """A task with what it asks for."""

    element: str
    opened_at: str
    #: JSON Schema (draft 2020-12) of the values.
    form: dict[str, Any]
    #: The values that the form begins with.
    values: dict[str, Any]
    #: Outcomes to choose from; empty where there is but one way.
    outcomes: list[TaskOutcome]


class Tasks(msgspec.Struct, frozen=True, kw_only=True):
    """A page of tasks."""

    items: list[Task]
    total: int
    #: True where counting stopped and there are at least so many.
    total_is_capped: bool
    next: str | None


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tasks."""

    page: PageKey = ""
    size: Size = 50
    instance: Key = ""
    state: Literal["open", "done"] = "open"


class Completion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of a task."""

    values: dict[str, Any] = {}
    #: The name of one of the task's outcomes, where it has any.
    outcome: str | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a command came to: its entry in the record of the case."""

    instance: str
    entry: int


_SEEN: dict[str, Any] = {"tag": "tasks", "scope": "read"}
_WORK: dict[str, Any] = {
    "tag": "tasks", "scope": "work", "answer": Done, "problems": (400, 404, 409, 412, 415, 422),
    "headers": ("Idempotency-Key", "If-Match"),
}  # fmt: skip


@operation("GET", "/tasks", answer=Tasks, query=Query, problems=(422,), **_SEEN)
def list_tasks(query: Query) -> Tasks:
    """The tasks that wait for the bearer, the most urgent first; or those that the bearer finished.

    With `instance`, those of one case.
    """
    wanted = queries.Filter(instance=query.instance)
    key = parts_of(query.page, str, str)
    with engine().database.reading() as connection:
        who = seen(connection)
        if query.state == "open":
            found, total = queries.todo_counted(connection, who, wanted, limit=query.size, after=key)
        else:
            found, total = queries.done_counted(connection, who, wanted, limit=query.size, before=key)
    return Tasks(
        items=[Task(**_plain(item)) for item in found.items],
        total=min(total, queries.COUNTED),
        total_is_capped=total > queries.COUNTED,
        next=_next(found, query.state),
    )


@operation("GET", "/tasks/<task>", answer=TaskWithForm, problems=(404,), etag=True, **_SEEN)
def read_task(task: str) -> Any:
    """One task with the schema of its form; the `ETag` can be sent back as `If-Match`."""
    with engine().database.reading() as connection:
        found = work.find(connection, engine().store, seen(connection), task, engine().clock.now())
    if found is None:
        raise TaskUnknown()
    now = engine().clock.now()
    prefilled = forms.prefill(found.form, found.scope, now).values if found.form is not None else {}
    shown = TaskWithForm(
        **_plain(found.task.item),
        element=found.task.element,
        opened_at=found.task.opened_at,
        form=schema(found.form),
        values=prefilled,
        outcomes=[
            TaskOutcome(name=one.name, label=one.label, requires=sorted(one.requires))
            for one in found.outcomes
            if one.name
        ],
    )
    return shown, {"ETag": f'"{tags.tag(found.task.item)}"'}


@operation("POST", "/tasks/<task>/claim", **_WORK)
def claim_task(task: str) -> Done:
    """Takes a task of the office as the bearer's own."""
    return _done(_dispatch(commands.ClaimTask(task=task)))


@operation("POST", "/tasks/<task>/release", **_WORK)
def release_task(task: str) -> Done:
    """Puts a claimed task back to the office."""
    return _done(_dispatch(commands.ReleaseTask(task=task)))


@operation("POST", "/tasks/<task>/complete", body=Completion, **_WORK)
def complete_task(task: str, body: Completion) -> Done:
    """Finishes a task with the answers to its form; the case goes on."""
    command = commands.CompleteTask(task=task, values=answers(body.values), outcome=body.outcome)
    return _done(_dispatch(command))


def _dispatch(command: commands.TaskCommand) -> Outcome:
    wanted = request.if_match
    # A weak tag never matches (RFC 9110 §13.1.1), and ``*`` asks for no more than that there is such a task.
    unconditional = "If-Match" not in request.headers or wanted.star_tag
    condition = None if unconditional else tags.unchanged(command.task, wanted.as_set(include_weak=False))
    return engine().dispatch(command, Bearer("work"), request_id(), condition=condition)


def _done(outcome: Outcome) -> Done:
    return Done(instance=outcome.stream, entry=outcome.seq)


def _plain(item: queries.WorkItem) -> dict[str, Any]:
    told = {name: getattr(item, name) for name in Task.__struct_fields__ if name not in ("id", "instance")}
    return {"id": item.task, "instance": item.stream, **told}


def _next(found: queries.Page, state: str) -> str | None:
    if not found.more:
        return None
    last = found.items[-1]
    return key_of((last.due or NO_DUE) if state == "open" else (last.closed_at or ""), last.id)
