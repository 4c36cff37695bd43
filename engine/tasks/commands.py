"""What one may ask about tasks."""

from __future__ import annotations

from engine.messages import Command
from engine.values import Json


class TaskCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of the case to which the task belongs."""

    kind = "instance"
    task: str

    def stream(self) -> str:
        return self.task.rpartition(".")[0]


class ClaimTask(TaskCommand, frozen=True, kw_only=True):
    """Take a task that is addressed to one's office as one's own."""


class ReleaseTask(TaskCommand, frozen=True, kw_only=True):
    """Put a claimed task back to the office."""


class CompleteTask(TaskCommand, frozen=True, kw_only=True):
    """Finish a task with the form's answers and the outcome that was chosen."""

    values: dict[str, Json]
    outcome: str | None = None


class RemindTask(TaskCommand, frozen=True, kw_only=True):
    """Remind of a task that will be due; asked by the system when the time has come."""

    job: str


class ReaddressTask(TaskCommand, frozen=True, kw_only=True):
    """Send an open task that reaches nobody to an office's role; an administrator mends an incident so."""

    role: str
    office: str
