"""Decides what commands about jobs lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.errors import Conflict
from engine.jobs import commands, events, tables
from engine.messages import Command
from engine.step import Step


class JobNotFailed(Conflict):
    """Expected a job that failed, but it is being worked on or done; nothing needs to be mended."""


def finish_job(command: commands.FinishJob, step: Step) -> None:
    """The end of a job; one that is finished already stays so."""
    if step.find(tables.jobs, command.job) is not None:
        step.record(events.JobFinished(job=command.job))


def report_job_failure(command: commands.ReportJobFailure, step: Step) -> None:
    """An incident from the last failure of a job that still waits."""
    row = step.find(tables.jobs, command.job)
    if row is not None and row["state"] == "waiting":
        step.record(events.JobFailed(job=command.job, error=command.error))


def retry_job(command: commands.RetryJob, step: Step) -> None:
    """A failed job, due again now; raises JobNotFailed."""
    row = step.find(tables.jobs, command.job)
    if row is None or row["state"] != "failed":
        raise JobNotFailed()
    step.record(events.JobRetried(job=command.job))


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.FinishJob: finish_job,
    commands.ReportJobFailure: report_job_failure,
    commands.RetryJob: retry_job,
}
