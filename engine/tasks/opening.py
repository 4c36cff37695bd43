"""Opens a task: whom it reaches, by when, under which title, and why it came back."""

from __future__ import annotations

from typing import Any

from engine import bpmn, db, values
from engine.bpmn import facts as reported
from engine.calendars.queries import moment_of
from engine.definitions.compiled import Compiled
from engine.errors import BihuanError, Conflict
from engine.instances import events as case_events
from engine.jobs import events as job_events
from engine.rows import Row
from engine.step import Step
from engine.tasks import events, tables
from engine.values import Json


class PostStillVacant(Conflict):
    """Expected somebody to hold the post {role} by now, but nobody does; assign it, or send the task elsewhere."""


class Address:
    """Whom a task reaches: a role in an office, or a person; and whether anybody is there."""

    def __init__(self) -> None:
        self.role: str | None = None
        self.office: str | None = None
        self.person: str | None = None
        self.trouble: BihuanError | None = None
        self.holders = 0


def open_task(
    step: Step, workflow: bpmn.Workflow, process: Compiled, case: Row, fact: reported.WaitOpened
) -> None:  # fmt: skip
    """Records the task of a user task's wait, its reminder, and an incident where it reaches nobody."""
    node = process.graph.nodes[fact.element]
    task = f"{case['id']}.{fact.wait}"
    reader = Reader(workflow, node, fact.wait)
    address = _address(step, reader)
    due = _due(step, reader)
    step.record(
        events.TaskOpened(
            task=task, element=node.id, name=node.name or node.id, title=_title(reader, node, case),
            form=_form(node), role=address.role, office=address.office, person=address.person, unit=case["unit"],
            due=due.get("due"), provisional=bool(due.get("provisional")), remind=due.get("remind"), back=_back(reader),
            facts=_facts(reader), staffed=address.holders > 0, definition=case["definition"], case_title=case["title"],
        )
    )  # fmt: skip
    if due.get("remind"):
        _schedule_reminder(step, task, due["remind"])
    if address.holders == 0:
        _raise_unstaffed(step, task, node.id, address)


class Reader:
    """Reads the attributes of a user task in the scope of its wait; what fails is remembered, not raised."""

    def __init__(self, workflow: bpmn.Workflow, node: Any, wait: int) -> None:
        self.workflow, self.node, self.wait = workflow, node, wait
        self.failed: BihuanError | None = None

    def attribute(self, extension: str, name: str) -> Any:
        """The value of an attribute of the first such extension; None where absent or failed."""
        found = self.node.extension(extension)
        return self.text(found.attributes.get(name)) if found else None

    def text(self, text: str | None) -> Any:
        """The value of a text or of a FEEL expression."""
        if not text:
            return None
        try:
            return self.workflow.evaluate(self.wait, text)
        except BihuanError as failed:
            self.failed = failed
            return None


def _address(step: Step, reader: Reader) -> Address:
    found = Address()
    found.person = _word(reader.attribute("assignment", "person"))
    if found.person:
        seen = step.observe("actor", person=found.person)
        found.holders = 1 if seen and seen["active"] else 0
        return found
    found.role = _word(reader.attribute("assignment", "role"))
    found.office = _word(reader.attribute("assignment", "office"))
    found.trouble = reader.failed
    offices = {office: number for office, _name, number in step.observe("holders", role=found.role or "")}
    if found.office is None and len(offices) == 1:
        found.office = next(iter(offices))
    found.holders = offices.get(found.office or "", 0)
    return found


def _word(value: Any) -> str | None:
    return str(value)[:40] if value else None


def _title(reader: Reader, node: Any, case: Row) -> str:
    title = reader.attribute("title", "value")
    return str(title)[:200] if title else f"{node.name or node.id} · {case['title']}"[:200]


def _form(node: Any) -> str:
    form = node.extension("form")
    return str(form.attributes["key"]) if form and form.attributes.get("key") else str(node.id)


def _due(step: Step, reader: Reader) -> dict[str, Any]:
    workdays = reader.attribute("deadline", "workdays")
    if workdays is None:
        return {}
    remind = reader.attribute("reminder", "workdays")
    found = step.observe("due", start=step.at, workdays=int(workdays), remind=int(remind or 0))
    due, early = moment_of(found["due"]), moment_of(found["remind"]) if found["remind"] else None
    return {
        "due": db.text(due),
        "remind": db.text(early) if early is not None and early > step.now else None,
        "provisional": found["provisional"],
    }


def _back(reader: Reader) -> str | None:
    if reader.attribute("back", "when") is not True:
        return None
    return str(reader.attribute("back", "reason") or "")[:2000]


def _facts(reader: Reader) -> list[list[Json]]:
    shown = []
    for fact in reader.node.extension_list("fact"):
        value = reader.text(fact.attributes.get("value"))
        if value is not None:
            shown.append([fact.attributes.get("name", ""), values.encode(value)])
    return shown


def _schedule_reminder(step: Step, task: str, at: str) -> None:
    step.record(job_events.JobScheduled(job=f"{task}r", job_kind="remind", due=at, payload={"task": task}))


def _raise_unstaffed(step: Step, task: str, element: str, address: Address) -> None:
    trouble = address.trouble
    step.record(
        case_events.IncidentRaised(
            incident=task, incident_kind="address" if trouble else "unstaffed", element=element,
            code=trouble.code if trouble else "unstaffed",
            values=values.encode({k: str(v) for k, v in trouble.values.items()}) if trouble
            else {"role": address.role or "", "office": address.office or "", "person": address.person or ""},
        )
    )  # fmt: skip


def look_again(step: Step, task: str) -> None:
    """Makes sure that somebody holds the post of *task* meanwhile; raises PostStillVacant."""
    item = step.find(tables.work_items, f"{task}.1")
    assert item is not None
    if item["person"]:
        seen = step.observe("actor", person=item["person"])
        holders = 1 if seen and seen["active"] else 0
    else:
        offices = {office: number for office, _name, number in step.observe("holders", role=item["role"] or "")}
        holders = offices.get(item["office"] or "", 0)
    if not holders:
        raise PostStillVacant(role=item["role"] or item["person"] or "")
