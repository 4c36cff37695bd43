"""What one may ask about cases: instances of a process."""

from __future__ import annotations

from engine.messages import Command
from engine.values import Json


class StartCase(Command, frozen=True, kw_only=True):
    """Start a case: a person with the start form's answers, or the system for a calling case."""

    kind = "instance"
    definition: str
    values: dict[str, Json] = {}
    #: Set for a called process: its own id, derived from the parent's wait, and what called it.
    instance: str | None = None
    parent: str | None = None
    parent_wait: int | None = None

    def stream(self) -> str | None:
        return self.instance


class CaseCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of one case."""

    kind = "instance"
    instance: str

    def stream(self) -> str:
        return self.instance


class DeliverResult(CaseCommand, frozen=True, kw_only=True):
    """Bring the result of a job or of a called case to the wait that wants it."""

    wait: int
    result: dict[str, Json]


class DeliverError(CaseCommand, frozen=True, kw_only=True):
    """Bring a business error of a job or of a called case to the wait."""

    wait: int
    error: str


class FireTimer(CaseCommand, frozen=True, kw_only=True):
    """Let a timer that is due fire."""

    wait: int


class DeliverMessage(CaseCommand, frozen=True, kw_only=True):
    """Bring a message to the event or receive task that waits for it."""

    wait: int
    message: str
    name: str
    key: str | None = None
    values: dict[str, Json] = {}


class ReportCallFailure(CaseCommand, frozen=True, kw_only=True):
    """Note that a process could not be called and trying again is no use; it becomes an incident."""

    wait: int
    code: str
    values: dict[str, Json] = {}


class CancelCase(CaseCommand, frozen=True, kw_only=True):
    """End a case before its end; its called cases end with it."""

    reason: str


class RetryIncident(CaseCommand, frozen=True, kw_only=True):
    """Run an element again that had stopped with an incident."""

    incident: str
