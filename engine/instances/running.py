"""Runs the kernel inside a step and turns the facts it reports into events of cases, tasks, messages and jobs."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import bpmn, db, values
from engine.bpmn import facts as reported
from engine.correlation import events as message_events
from engine.correlation import tables as message_tables
from engine.definitions.compiled import Compiled, Decisions, Expressions, compiled
from engine.instances import events, snapshot, tables
from engine.instances.errors import CaseNotOpen, CaseUnknown
from engine.instances.turns import Turn
from engine.jobs import events as job_events
from engine.jobs import tables as job_tables
from engine.rows import Row
from engine.step import Step
from engine.tasks import events as task_events
from engine.tasks import opening
from engine.tasks import tables as task_tables
from engine.values import Json, Value


class Running:
    """One case at work in a step."""

    def __init__(self, step: Step, row: Row) -> None:
        self.step, self.row = step, row
        #: The wait whose answer arrived, so that its closing is not taken for a cancellation.
        self._delivered: int | None = None
        self.process: Compiled = compiled(step.store, row["package"])
        self.workflow = bpmn.Workflow(
            self.process.graph,
            snapshot.live_state(step.rows, row["id"]),
            ids=step.next_number,
            now=step.now,
            expressions=Expressions(step.now),
            decisions=Decisions(self.process, step.now),
        )

    def is_open(self, wait: int) -> bool:
        """True where the case still waits for this."""
        return wait in self.workflow.state.waits

    def awaits_message(self, wait: int, name: str) -> bool:
        """True where the case still waits here for a message of this name."""
        found = self.workflow.state.waits.get(wait)
        return found is not None and found.kind == "message" and found.details["name"] == name

    def element(self, wait: int) -> str:
        """The id of the element that waits."""
        return self.workflow.state.waits[wait].element

    def service(self, wait: int) -> str | None:
        """The kind of the service task that waits, if one does."""
        found = self.workflow.state.waits[wait].details.get("service")
        return str(found) if found else None

    def look_again(self, incident: Row) -> None:
        """Resolves the incident of a task whose post is held meanwhile; raises PostStillVacant."""
        opening.look_again(self.step, incident["id"])
        self.step.record(events.IncidentResolved(incident=incident["id"]))

    def start(self, variables: Mapping[str, Value]) -> None:
        """Begins the process with its first variables."""
        self._advance("start", variables)

    def complete(self, wait: int, answers: Mapping[str, Value]) -> None:
        """Finishes a user task."""
        self._advance("complete", wait, answers)

    def deliver_result(self, wait: int, result: Mapping[str, Value]) -> None:
        """Finishes a service task or a call activity."""
        self._delivered = wait
        self._advance("deliver_result", wait, result)

    def deliver_error(self, wait: int, code: str) -> None:
        """Raises a business error at a service task or call activity."""
        self._delivered = wait
        self._advance("deliver_error", wait, code)

    def deliver_message(self, wait: int, payload: Mapping[str, Value]) -> None:
        """Brings a message; where the case goes on waiting for the next one, it looks for that."""
        self._advance("deliver_message", wait, payload)
        found = self.workflow.state.waits.get(wait)
        if found is not None:
            self._look_for_messages(self.step.next_number(), wait, found.details)

    def fire_timer(self, wait: int) -> None:
        """Lets a timer fire."""
        self._advance("fire_timer", wait)

    def cancel(self, reason: str) -> None:
        """Ends the case before its end."""
        self._advance("cancel", reason=reason)

    def retry(self, token: int) -> None:
        """Runs an element again that stopped with an incident."""
        self._advance("retry", token)

    def _advance(self, call: str, *arguments: Any, reason: str | None = None) -> None:
        first = self.workflow.state.n
        getattr(self.workflow, call)(*arguments)
        found = list(self.workflow.facts)
        self.step.turns.append(Turn(call=call, arguments=arguments, now=self.step.now, facts=found))
        self.step.record(events.InstanceAdvanced(first=first, facts=[bpmn.encode_fact(fact) for fact in found]))
        for fact in found:
            self._follow(fact, reason)

    def _follow(self, fact: Any, reason: str | None) -> None:
        match fact:
            case reported.WaitOpened():
                self._wait_opened(fact)
            case reported.WaitClosed():
                self._wait_closed(fact)
            case reported.IncidentRaised():
                self._incident(fact)
            case reported.IncidentResolved():
                self.step.record(events.IncidentResolved(incident=self._id(fact.token)))
            case reported.InstanceEnded():
                self._ended(fact, reason)

    def _id(self, number: int) -> str:
        return f"{self.row['id']}.{number}"

    def _wait_opened(self, fact: reported.WaitOpened) -> None:
        if fact.wait not in self.workflow.state.waits:
            return  # It closed again in the same run, so nobody needs to hear of it.
        match fact.kind:
            case "user":
                opening.open_task(self.step, self.workflow, self.process, self.row, fact)
            case "job":
                self._schedule(fact.wait, fact.details["service"], {"inputs": fact.details["inputs"]})
            case "child":
                called = {"process": fact.details["process"], "inputs": fact.details["inputs"]}
                self._schedule(fact.wait, "start-child", called)
            case "timer":
                self._schedule(fact.wait, "timer", {}, due=fact.details["due"])
            case "message":
                self._message_awaited(fact)

    def _message_awaited(self, fact: reported.WaitOpened) -> None:
        name, key = fact.details["name"], fact.details["key"]
        awaited = message_events.MessageAwaited(wait=self._id(fact.wait), element=fact.element, name=name, key=key)
        self.step.record(awaited)
        self._look_for_messages(fact.wait, fact.wait, fact.details)

    def _look_for_messages(self, job: int, wait: int, asked: Mapping[str, Json]) -> None:
        """Messages may be kept that came before the wait; one that comes after it finds it."""
        self._schedule(job, "find-message", {"wait": wait, "name": asked["name"], "key": asked["key"]})

    def _schedule(self, number: int, kind: str, payload: dict[str, Json], due: str | None = None) -> None:
        at = db.text(datetime.fromisoformat(due)) if due else self.step.at
        self.step.record(
            job_events.JobScheduled(job=self._id(number), job_kind=kind, due=at, payload={"wait": number, **payload})
        )

    def _wait_closed(self, fact: reported.WaitClosed) -> None:
        key = self._id(fact.wait)
        if fact.kind == "user":
            self._task_closed(key)
            return
        if fact.kind == "message" and self.step.find(message_tables.message_waits, key) is not None:
            self.step.record(message_events.MessageWaitClosed(wait=key))
        job = self.step.find(job_tables.jobs, key)
        if job is not None:
            if job["state"] == "failed":
                self._resolve(key)
            self.step.record(job_events.JobFinished(job=key))
        if fact.kind == "child" and fact.wait != self._delivered:
            child = child_id(self.row["id"], fact.wait)
            self._schedule(self.step.next_number(), "cancel-child", {"child": child})

    def _task_closed(self, key: str) -> None:
        task = self.step.find(task_tables.tasks, key)
        if task is None:
            return
        if task["state"] == "open":
            self.step.record(task_events.TaskCancelled(task=key))
        if task["remind"] and self.step.find(job_tables.jobs, f"{key}r") is not None:
            self.step.record(job_events.JobFinished(job=f"{key}r"))
        if not task["staffed"]:
            self._resolve(key)

    def _resolve(self, key: str) -> None:
        """What stood still at a wait that is closed needs no mending any more."""
        incident = self.step.find(tables.incidents, key)
        if incident is not None and incident["state"] == "open":
            self.step.record(events.IncidentResolved(incident=key))

    def _incident(self, fact: reported.IncidentRaised) -> None:
        self.step.record(
            events.IncidentRaised(
                incident=self._id(fact.token), incident_kind="element", element=fact.element, code=fact.code,
                values=fact.values,
            )
        )  # fmt: skip

    def _ended(self, fact: reported.InstanceEnded, reason: str | None) -> None:
        result = values.encode(self.workflow.result()) if fact.state == "ended" else {}
        self.step.record(events.CaseEnded(state=fact.state, result=result, reason=reason))
        if self.row["parent"] is not None and fact.state == "ended":
            answer = {"parent": self.row["parent"], "parent_wait": self.row["parent_wait"], "result": result}
            self._schedule(self.step.next_number(), "deliver-result", answer)


def open_case(step: Step, instance: str) -> Running:
    """The open case of this stream; raises CaseUnknown, CaseNotOpen."""
    row = step.find(tables.instances, instance)
    if row is None:
        raise CaseUnknown()
    if row["state"] != "open":
        raise CaseNotOpen(state=row["state"])
    return Running(step, row)


def child_id(parent: str, wait: int) -> str:
    """The id of the case that a call activity's wait starts: derived, so that a second try starts no second case."""
    body = bytearray(hashlib.sha256(f"{parent}.{wait}".encode()).digest()[:16])
    body[6] = body[6] & 0x0F | 0x80
    body[8] = body[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(body)))
