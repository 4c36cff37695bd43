"""Applies what happened to jobs to their table."""

from __future__ import annotations

from engine import values
from engine.jobs import events
from engine.jobs.tables import jobs
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def job_scheduled(event: events.JobScheduled, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        jobs, id=event.job, stream=stamp.stream, kind=event.job_kind, due=event.due, state="waiting",
        payload=values.canonical(event.payload).decode(), error=None,
    )  # fmt: skip


def job_finished(event: events.JobFinished, rows: Rows, stamp: Stamp) -> None:
    rows.delete(jobs, event.job)


def job_failed(event: events.JobFailed, rows: Rows, stamp: Stamp) -> None:
    rows.update(jobs, event.job, state="failed", error=event.error)


def job_retried(event: events.JobRetried, rows: Rows, stamp: Stamp) -> None:
    rows.update(jobs, event.job, state="waiting", error=None, due=stamp.at)


APPLIERS: Appliers = {
    (events.JobScheduled, 1): job_scheduled,
    (events.JobFinished, 1): job_finished,
    (events.JobFailed, 1): job_failed,
    (events.JobRetried, 1): job_retried,
}
