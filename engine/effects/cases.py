"""What cases want of each other, and of the clock."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from engine import values
from engine.definitions import commands as definitions
from engine.definitions.errors import DefinitionUnknown, ProcessRetired
from engine.instances import commands as cases
from engine.instances.errors import CallerGone, CaseNotOpen, CaseUnknown
from engine.instances.running import child_id
from engine.jobs import commands as jobs
from engine.messages import SYSTEM
from engine.tasks import commands as tasks


def start_child(engine: Any, job: Any) -> None:
    """Starts the called process as a case of its own, then tells the caller's stream."""
    wait = job.payload["wait"]
    command = cases.StartCase(
        definition=job.payload["process"], values=job.payload["inputs"], instance=child_id(job.stream, wait),
        parent=job.stream, parent_wait=wait,
    )  # fmt: skip
    try:
        engine.dispatch(command, SYSTEM, job.id)
    except CallerGone:
        pass
    except (DefinitionUnknown, ProcessRetired) as refused:
        # Trying again would not help: a person must see it, mend it and retry.
        failure = cases.ReportCallFailure(
            instance=job.stream, wait=wait, code=refused.code, values=values.encode(refused.values)
        )
        engine.dispatch(failure, SYSTEM)
        return
    _finish(engine, job)


def deliver_to_parent(engine: Any, job: Any) -> None:
    """Brings the result of a called case to the wait of its caller."""
    command = cases.DeliverResult(
        instance=job.payload["parent"], wait=job.payload["parent_wait"], result=job.payload["result"]
    )
    engine.dispatch(command, SYSTEM, job.id)
    _finish(engine, job)


def cancel_child(engine: Any, job: Any) -> None:
    """Ends a called case whose caller no longer waits; one that ended already, or never began, stays as it is."""
    with suppress(CaseNotOpen, CaseUnknown):
        engine.dispatch(cases.CancelCase(instance=job.payload["child"], reason="caller-ended"), SYSTEM, job.id)
    _finish(engine, job)


def fire_timer(engine: Any, job: Any) -> None:
    """Lets a timer of the diagram fire."""
    engine.dispatch(cases.FireTimer(instance=job.stream, wait=job.payload["wait"]), SYSTEM, job.id)


def put_in_force(engine: Any, job: Any) -> None:
    """Puts a dated version in force, its date being there."""
    version = definitions.PutInForce(definition=job.payload["definition"], version_id=job.payload["version"])
    engine.dispatch(version, SYSTEM, job.id)


def remind(engine: Any, job: Any) -> None:
    """Reminds of a task that will be due."""
    engine.dispatch(tasks.RemindTask(task=job.payload["task"], job=job.id), SYSTEM, job.id)


def _finish(engine: Any, job: Any) -> None:
    engine.dispatch(jobs.FinishJob(job=job.id), SYSTEM, f"{job.id}:finished")
