"""What can have happened to jobs."""

from __future__ import annotations

from engine.messages import Event
from engine.values import Json


class JobScheduled(Event, frozen=True, kw_only=True):
    job: str
    #: ``start-child``, ``deliver-result``, ``cancel-child``, ``timer``, ``remind``, ``correlate-message``,
    #: ``deliver-message``, ``find-message``, ``send-message``, or the kind of a service task.
    job_kind: str
    due: str
    payload: dict[str, Json]


class JobFinished(Event, frozen=True, kw_only=True):
    job: str


class JobFailed(Event, frozen=True, kw_only=True):
    job: str
    error: str


class JobRetried(Event, frozen=True, kw_only=True):
    job: str
