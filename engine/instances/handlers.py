"""Decides what commands about cases lead to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from engine import errors as reasons
from engine import forms, values
from engine.calendars.queries import local_day
from engine.definitions.compiled import Compiled, Expressions, compiled
from engine.definitions.errors import DefinitionUnknown, ProcessRetired, StartsAreStopped
from engine.documents import filing
from engine.instances import commands, errors, events, starting, tables
from engine.instances.running import Running, open_case
from engine.jobs import events as job_events
from engine.jobs import tables as job_tables
from engine.messages import Command
from engine.step import Step
from engine.values import Value


def start_case(command: commands.StartCase, step: Step) -> dict[str, Any]:
    """A new case on the version in force; raises CallerGone, DefinitionUnknown, and what says that it cannot begin.

    ProcessRetired, StartsAreStopped, AnswersInvalid, PeriodTaken, StartNotPossible.
    """
    if command.parent is not None and not step.observe(
        "caller_waits", parent=command.parent, wait=command.parent_wait
    ):
        raise errors.CallerGone()
    version = step.observe("current_version", definition=command.definition)
    if version is None:
        raise DefinitionUnknown(definition=command.definition)
    _in_use(version, called=command.parent is not None)
    process = compiled(step.store, version["package"])
    variables = _variables(command, step, process)
    about = _about(process, variables, step.now)
    if about["period"] is not None:
        _first_of_period(command.definition, about["period"], step)
    step.record(
        events.CaseStarted(
            definition=command.definition, definition_version=version["id"],
            number=version["number"], package=version["package"], behaviour=step.behaviour,
            starter=None if command.parent else step.actor.person, parent=command.parent,
            parent_wait=command.parent_wait, **about,
        )
    )  # fmt: skip
    row = step.find(tables.instances, step.stream)
    assert row is not None
    Running(step, row).start(variables)
    return {"title": about["title"]}


def _in_use(version: dict[str, Any], *, called: bool) -> None:
    """Raises ProcessRetired, and StartsAreStopped where a person starts it: what is stopped can still be called."""
    if version.get("state") == "retired":
        raise ProcessRetired(title=version["title"], reason=version["reason"])
    if version.get("state") == "stopped" and not called:
        raise StartsAreStopped(title=version["title"], reason=version["reason"])


def _variables(command: commands.StartCase, step: Step, process: Compiled) -> dict[str, Value]:
    given = values.decode(command.values)
    if command.parent is None:
        given = _answers(command, step, process)
    seen = step.observe("actor", person=step.actor.person)
    return {
        "settings": process.settings,
        "starter": {"id": step.actor.person, "name": seen["name"] if seen else step.actor.person},
        "started": local_day(step.now),
        **{name: step.observe("units", **asked) for name, asked in process.package.units.items()},
        **given,
    }


def _answers(command: commands.StartCase, step: Step, process: Compiled) -> dict[str, Value]:
    form = process.form(process.start_form)
    if form is None:
        return {}
    scope = starting.scope(process, step.now)
    kept = forms.prune(form, forms.Posted(command.values), scope, now=step.now).values
    step.recorded = msgspec.structs.replace(command, values=kept)
    return forms.validate_values(form, kept, scope, now=step.now)


def _about(process: Compiled, variables: dict[str, Value], now: datetime) -> dict[str, Any]:
    """Title, period and unit of a case that begins with these variables."""
    case = process.graph.extension("case")
    attributes = case.attributes if case else {}
    expressions = Expressions(now)
    found: dict[str, str | None] = {"title": process.package.title, "period": None, "unit": None}
    try:
        for name in found:
            text = attributes.get(name)
            if text:
                value = expressions.evaluate(text[1:], variables) if text.startswith("=") else text
                found[name] = str(value)[:200] if value is not None else None
    except reasons.BihuanError as failed:
        raise errors.StartNotPossible(reason=str(failed)) from failed
    return found


def _first_of_period(definition: str, period: str, step: Step) -> None:
    first = step.observe("case_of_period", definition=definition, period=period)
    if first is not None:
        raise errors.PeriodTaken(
            period=period, first=first["starter_name"], at=first["started_at"], instance=first["id"]
        )


def deliver_result(command: commands.DeliverResult, step: Step) -> dict[str, Any]:
    """The next step of a case that waited for a job or a called case; a late result is a recorded no-op."""
    row = step.find(tables.instances, command.instance)
    if row is None or row["state"] != "open":
        step.record(events.ResultIgnored(wait=command.wait))
        return {"ignored": True}
    running = Running(step, row)
    if not running.is_open(command.wait):
        step.record(events.ResultIgnored(wait=command.wait))
        return {"ignored": True}
    result = values.decode(command.result)
    if running.service(command.wait) == "letters":
        filing.file_letters(step, result)
    running.deliver_result(command.wait, result)
    return {}


def deliver_error(command: commands.DeliverError, step: Step) -> dict[str, Any]:
    """A business error at a wait; a late one is a recorded no-op."""
    row = step.find(tables.instances, command.instance)
    running = Running(step, row) if row is not None and row["state"] == "open" else None
    if running is None or not running.is_open(command.wait):
        step.record(events.ResultIgnored(wait=command.wait))
        return {"ignored": True}
    running.deliver_error(command.wait, command.error)
    return {}


def deliver_message(command: commands.DeliverMessage, step: Step) -> dict[str, Any]:
    """The next step of a case that waited for a message; one that comes late is a recorded no-op."""
    row = step.find(tables.instances, command.instance)
    running = Running(step, row) if row is not None and row["state"] == "open" else None
    if running is None or not running.awaits_message(command.wait, command.name):
        step.record(events.ResultIgnored(wait=command.wait))
        return {"ignored": True}
    running.deliver_message(command.wait, values.decode(command.values))
    return {}


def fire_timer(command: commands.FireTimer, step: Step) -> None:
    """What a timer leads to; one that is no longer wanted is a recorded no-op."""
    row = step.find(tables.instances, command.instance)
    running = Running(step, row) if row is not None and row["state"] == "open" else None
    if running is None or not running.is_open(command.wait):
        step.record(events.ResultIgnored(wait=command.wait))
        _finish_timer(f"{step.stream}.{command.wait}", step)
        return
    running.fire_timer(command.wait)


def _finish_timer(job: str, step: Step) -> None:
    if step.find(job_tables.jobs, job) is not None:
        step.record(job_events.JobFinished(job=job))


def report_call_failure(command: commands.ReportCallFailure, step: Step) -> None:
    """An incident at the call activity, its job at rest until somebody retries; none where nobody waits any more."""
    row, key = step.find(tables.instances, command.instance), f"{step.stream}.{command.wait}"
    job = step.find(job_tables.jobs, key)
    if row is None or row["state"] != "open" or job is None or job["state"] != "waiting":
        return
    element = Running(step, row).element(command.wait)
    step.record(job_events.JobFailed(job=key, error=command.code))
    step.record(
        events.IncidentRaised(
            incident=key, incident_kind="call", element=element, code=command.code, values=command.values
        )
    )


def cancel_case(command: commands.CancelCase, step: Step) -> None:
    """The end of a case before its end; raises CaseUnknown, CaseNotOpen, ReasonMissing."""
    running = open_case(step, command.instance)
    if not 2 <= len(command.reason.strip()) <= 500:
        raise errors.ReasonMissing()
    running.cancel(command.reason)


def retry_incident(command: commands.RetryIncident, step: Step) -> None:
    """A failed element run again, or a post looked at again; raises CaseUnknown, CaseNotOpen, IncidentNotOpen."""
    running = open_case(step, command.instance)
    incident = step.find(tables.incidents, command.incident)
    if incident is None or incident["state"] != "open":
        raise errors.IncidentNotOpen()
    if incident["kind"] == "element":
        running.retry(int(command.incident.rpartition(".")[2]))
    elif incident["kind"] == "call":
        step.record(job_events.JobRetried(job=command.incident))
        step.record(events.IncidentResolved(incident=command.incident))
    else:
        running.look_again(incident)


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.StartCase: start_case,
    commands.DeliverResult: deliver_result,
    commands.DeliverError: deliver_error,
    commands.DeliverMessage: deliver_message,
    commands.FireTimer: fire_timer,
    commands.ReportCallFailure: report_call_failure,
    commands.CancelCase: cancel_case,
    commands.RetryIncident: retry_incident,
}
