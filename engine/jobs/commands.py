"""What one may ask about work that waits outside a case."""

from __future__ import annotations

from engine.messages import Command


class JobCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of the case that wants the work; only the system asks it."""

    kind = "instance"
    job: str

    def stream(self) -> str:
        return self.job.rpartition(".")[0]


class FinishJob(JobCommand, frozen=True, kw_only=True):
    """Note that another stream took what the job brought."""


class ReportJobFailure(JobCommand, frozen=True, kw_only=True):
    """Note that a job failed for the last time; it becomes an incident."""

    error: str
    attempts: int


class RetryJob(JobCommand, frozen=True, kw_only=True):
    """Try a failed job again, now."""
