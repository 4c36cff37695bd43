"""Applies what happened to cases to their tables."""

from __future__ import annotations

from engine import bpmn, values
from engine.instances import events
from engine.instances.snapshot import live_state
from engine.instances.tables import incidents, instances
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def case_started(event: events.CaseStarted, rows: Rows, stamp: Stamp) -> None:
    period = f"{event.definition}/{event.period}" if event.period is not None else None
    rows.insert(
        instances, id=stamp.stream, stream=stamp.stream, definition=event.definition,
        version=event.definition_version, number=event.number, package=event.package, title=event.title, period=period,
        unit=event.unit, starter=event.starter, parent=event.parent, parent_wait=event.parent_wait, state="open",
        started_at=stamp.at, ended_at=None, behaviour=event.behaviour, snapshot="",
    )  # fmt: skip


def instance_advanced(event: events.InstanceAdvanced, rows: Rows, stamp: Stamp) -> None:
    state = live_state(rows, stamp.stream)
    # While the step runs, the kernel has applied its facts to this very object; a fold applies them here.
    for fact in event.facts[state.n - event.first :]:
        state.apply(bpmn.decode_fact(fact))
    rows.update(instances, stamp.stream, snapshot=state.save())


def case_ended(event: events.CaseEnded, rows: Rows, stamp: Stamp) -> None:
    row = rows.get(instances, stamp.stream)
    period = row["period"] if row and event.state == "ended" else None
    rows.update(instances, stamp.stream, state=event.state, ended_at=stamp.at, period=period)


def incident_raised(event: events.IncidentRaised, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        incidents, id=event.incident, stream=stamp.stream, kind=event.incident_kind, element=event.element,
        code=event.code, values=values.canonical(event.values).decode(), raised_at=stamp.at, state="open",
    )  # fmt: skip


def incident_resolved(event: events.IncidentResolved, rows: Rows, stamp: Stamp) -> None:
    rows.update(incidents, event.incident, state="resolved")


def result_ignored(event: events.ResultIgnored, rows: Rows, stamp: Stamp) -> None:
    """A late result changes nothing."""


APPLIERS: Appliers = {
    (events.CaseStarted, 1): case_started,
    (events.InstanceAdvanced, 1): instance_advanced,
    (events.CaseEnded, 1): case_ended,
    (events.IncidentRaised, 1): incident_raised,
    (events.IncidentResolved, 1): incident_resolved,
    (events.ResultIgnored, 1): result_ignored,
}
