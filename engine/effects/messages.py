"""Brings messages and the cases that wait for them together."""

from __future__ import annotations

from typing import Any

from engine.correlation import commands, queries
from engine.instances import commands as cases
from engine.jobs import commands as jobs
from engine.messages import SYSTEM

#: Seconds for which a message of a case is kept while nobody waits for it.
KEPT = 30 * 24 * 3600


def send(engine: Any, job: Any) -> None:
    """Sends a message of a case, then lets the case go on."""
    said = job.payload["inputs"]
    command = commands.SendMessage(
        name=said["name"], key=said["key"], values=said["values"], time_to_live=KEPT
    )  # fmt: skip
    engine.dispatch(command, SYSTEM, job.id)
    result = cases.DeliverResult(instance=job.stream, wait=job.payload["wait"], result={})
    engine.dispatch(result, SYSTEM, f"{job.id}:result")


def correlate(engine: Any, job: Any) -> None:
    """A message looks for the case that waits for it."""
    engine.dispatch(commands.CorrelateMessage(message=job.stream, job=job.id), SYSTEM, job.id)


def deliver(engine: Any, job: Any) -> None:
    """Brings a message to the wait that it was offered to, and tells the message whether the case took it."""
    with engine.database.reading() as connection:
        said = queries.content(connection, job.stream)
    command = cases.DeliverMessage(
        instance=job.payload["instance"], wait=job.payload["wait"], message=job.stream, name=said.name, key=said.key,
        values=said.values,
    )  # fmt: skip
    delivered = not engine.dispatch(command, SYSTEM, job.id).values.get("ignored")
    note = commands.NoteDelivery(message=job.stream, job=job.id, delivered=delivered)
    engine.dispatch(note, SYSTEM, f"{job.id}:noted")


def find(engine: Any, job: Any) -> None:
    """A case that began to wait looks at the messages that are kept, until one is on its way to it."""
    asked = job.payload
    with engine.database.reading() as connection:
        kept = queries.kept(connection, asked["name"], asked["key"])
    for message in kept:
        # The message itself decides: another case may have waited for it longer.
        looked = engine.dispatch(commands.CorrelateMessage(message=message), SYSTEM, f"{job.id}:{message}")
        if looked.values == {"instance": job.stream, "wait": asked["wait"]}:
            break
    engine.dispatch(jobs.FinishJob(job=job.id), SYSTEM, f"{job.id}:finished")
