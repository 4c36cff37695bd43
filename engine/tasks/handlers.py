"""Decides what commands about tasks lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from engine import forms, values
from engine.documents import filing
from engine.instances import events as case_events
from engine.instances import tables as case_tables
from engine.instances.running import Running, open_case
from engine.jobs import events as job_events
from engine.jobs import tables as job_tables
from engine.messages import Command
from engine.rows import Row
from engine.step import Step
from engine.tasks import commands, errors, events, tables
from engine.values import File, Value


def claim_task(command: commands.ClaimTask, step: Step) -> None:
    """A free task for the one who asks; raises TaskUnknown, TaskNotOpen, TaskTaken."""
    item = _open_item(command.task, step)
    if item["claimed_by"] == step.actor.person:
        return
    _not_taken(item, step)
    step.record(events.TaskClaimed(task=command.task, person=step.actor.person))


def release_task(command: commands.ReleaseTask, step: Step) -> None:
    """A claimed task back with the office; raises TaskUnknown, TaskNotOpen, TaskTaken, TaskNotClaimed."""
    item = _open_item(command.task, step)
    _not_taken(item, step)
    if item["claimed_by"] is None:
        raise errors.TaskNotClaimed()
    step.record(events.TaskReleased(task=command.task))


def complete_task(command: commands.CompleteTask, step: Step) -> None:
    """The case goes on with the answers; raises TaskUnknown, TaskNotOpen, TaskTaken, OutcomeUnknown, AnswersInvalid."""
    item = _open_item(command.task, step)
    _not_taken(item, step)
    running = open_case(step, step.stream)
    task = step.find(tables.tasks, command.task)
    assert task is not None
    wait = int(command.task.rpartition(".")[2])
    answers = _answers(command, task, running, wait, step)
    if item["claimed_by"] is None:
        # Whoever finishes a task of the office has taken it with the same click.
        step.record(events.TaskClaimed(task=command.task, person=step.actor.person))
    step.record(
        events.TaskCompleted(
            task=command.task, person=step.actor.person, answers=values.encode(answers), outcome=command.outcome
        )
    )
    asked = step.recorded if isinstance(step.recorded, commands.CompleteTask) else command
    filing.file_answers(step, _new_files(asked.values, step), command.task)
    outcome = {"outcome": command.outcome} if command.outcome is not None else {}
    running.complete(wait, {**answers, **outcome})


def _answers(
    command: commands.CompleteTask, task: Row, running: Running, wait: int, step: Step
) -> dict[str, Value]:  # fmt: skip
    node = running.process.graph.nodes[task["element"]]
    outcomes = {found.attributes["name"]: found.attributes for found in node.extension_list("outcome")}
    allowed: set[str | None] = {*outcomes} or {None}
    if command.outcome not in allowed:
        raise errors.OutcomeUnknown(known=", ".join(outcomes), outcome=str(command.outcome)[:40])
    form = running.process.form(task["form"])
    if form is None:
        return {}
    required = frozenset(outcomes[command.outcome].get("requires", "").split()) if command.outcome else frozenset()
    scope = running.workflow.variables(wait)
    kept = forms.prune(form, forms.Posted(command.values), scope, now=step.now).values
    step.recorded = msgspec.structs.replace(command, values=kept)
    return forms.validate_values(
        form, kept, scope, now=step.now, outcome=command.outcome, required=required, files=_known_files(kept, step)
    )


def _known_files(posted: Any, step: Step) -> dict[str, File]:
    return {file["digest"]: _file_of(file) for file in _seen_files(posted, step)}


def _new_files(posted: Any, step: Step) -> list[File]:
    """The posted files that the case does not hold yet."""
    return [_file_of(file) for file in _seen_files(posted, step) if not file["held"]]


def _seen_files(posted: Any, step: Step) -> list[dict[str, Any]]:
    digests = sorted(set(_digests(posted)))
    if not digests:
        return []
    found: list[dict[str, Any]] = step.observe(
        "files", digests=digests, person=step.actor.person, instance=step.stream
    )
    return found


def _file_of(seen: dict[str, Any]) -> File:
    return File(digest=seen["digest"], name=seen["name"], type=seen["type"], size=seen["size"])


def _digests(posted: Any) -> Iterator[str]:
    """Digests of all file references among posted answers."""
    if isinstance(posted, dict):
        if isinstance(posted.get("digest"), str):
            yield posted["digest"]
        for item in posted.values():
            yield from _digests(item)
    elif isinstance(posted, list):
        for item in posted:
            yield from _digests(item)


def remind_task(command: commands.RemindTask, step: Step) -> None:
    """A mark on a task that is still open; otherwise nothing."""
    item = step.find(tables.work_items, f"{command.task}.1")
    if item is not None and item["state"] == "open" and not item["reminded"]:
        step.record(events.TaskReminded(task=command.task))
    if step.find(job_tables.jobs, command.job) is not None:
        step.record(job_events.JobFinished(job=command.job))


def readdress_task(command: commands.ReaddressTask, step: Step) -> None:
    """A task that reaches nobody, sent to a post that is held; raises TaskNotOpen, TaskStaffed, NobodyThere."""
    _open_item(command.task, step)
    task = step.find(tables.tasks, command.task)
    assert task is not None
    incident = step.find(case_tables.incidents, command.task)
    if task["staffed"] or incident is None or incident["state"] != "open":
        raise errors.TaskStaffed()
    offices = {office: number for office, _name, number in step.observe("holders", role=command.role)}
    if not offices.get(command.office):
        raise errors.NobodyThere(role=command.role, office=command.office)
    step.record(events.TaskReaddressed(task=command.task, role=command.role, office=command.office))
    step.record(case_events.IncidentResolved(incident=command.task))


def _open_item(task: str, step: Step) -> Row:
    item = step.find(tables.work_items, f"{task}.1")
    if item is None:
        raise errors.TaskUnknown()
    if item["state"] == "cancelled":
        raise errors.TaskCancelledAlready(name=item["name"])
    if item["state"] != "open":
        done_by = step.observe("actor", person=item["done_by"])
        raise errors.TaskNotOpen(name=item["name"], person=done_by["name"] if done_by else "", at=item["closed_at"])
    return item


def _not_taken(item: Row, step: Step) -> None:
    if item["claimed_by"] not in (None, step.actor.person):
        holder = step.observe("actor", person=item["claimed_by"])
        raise errors.TaskTaken(person=holder["name"] if holder else item["claimed_by"])


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.ClaimTask: claim_task,
    commands.ReleaseTask: release_task,
    commands.CompleteTask: complete_task,
    commands.RemindTask: remind_task,
    commands.ReaddressTask: readdress_task,
}
