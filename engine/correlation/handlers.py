"""Decides what commands about messages lead to.

A message and the wait that it fits are written in two streams, by two transactions. Whichever of them is committed
second has a job that looks for the other one, after the commit: so no pair is missed, whatever the order.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from engine import db, values
from engine.correlation import commands, errors, events
from engine.correlation.tables import messages
from engine.instances.errors import ReasonMissing
from engine.jobs import events as job_events
from engine.jobs import tables as job_tables
from engine.messages import Command
from engine.rows import Row
from engine.step import Step

#: Seconds for which a message is kept at most.
LONGEST = 366 * 24 * 3600
#: Bytes of its values.
LARGEST = 64 * 1024


def send_message(command: commands.SendMessage, step: Step) -> dict[str, Any]:
    """A message that looks for its case; raises MessageNameWrong, MessageKeyWrong, MessageTooLarge, TimeToLiveWrong."""
    name, key = command.name.strip(), command.key
    if not 0 < len(name) <= 255:
        raise errors.MessageNameWrong()
    if key is not None and not 0 < len(key.strip()) <= 200:
        raise errors.MessageKeyWrong()
    size = len(values.canonical(command.values))
    if size > LARGEST:
        raise errors.MessageTooLarge(limit=LARGEST // 1024, found=size // 1024 + 1)
    values.decode(command.values)  # What cannot be read is not kept: nobody could take it.
    until = _until(step, command.time_to_live)
    look, last = step.new_id(), step.new_id()
    step.record(
        events.MessageSent(
            name=name, key=key.strip() if key is not None else None, values=command.values, until=until, last_look=last
        )
    )
    _schedule(step, look, "correlate-message", step.at)
    _schedule(step, last, "correlate-message", until)
    return {"message": step.stream}


def correlate_message(command: commands.CorrelateMessage, step: Step) -> dict[str, Any]:
    """An offer to the case that waits, an incident where the time is over, or nothing; raises MessageUnknown."""
    row = _message(step)
    if command.job is not None:
        _finish(step, command.job)
    if row["state"] != "waiting":
        return {}
    found = step.observe("message_receiver", name=row["name"], key=row["key"])
    if found is not None:
        step.record(events.MessageOffered(instance=found["instance"], wait=found["wait"]))
        _schedule(step, step.new_id(), "deliver-message", step.at, instance=found["instance"], wait=found["wait"])
        return dict(found)
    if step.at >= row["until"]:
        step.record(events.MessageExpired())
    return {}


def note_delivery(command: commands.NoteDelivery, step: Step) -> None:
    """The end of a message that was taken; one that came too late looks again. Raises MessageUnknown."""
    row = _message(step)
    _finish(step, command.job)
    if row["state"] != "offered":
        return
    if command.delivered:
        step.record(events.MessageDelivered())
        _finish(step, row["last_look"])
    else:
        step.record(events.MessageReturned())
        _schedule(step, step.new_id(), "correlate-message", step.at)


def keep_message(command: commands.KeepMessage, step: Step) -> None:
    """A further time in which a case may begin to wait; raises MessageUnknown, MessageNotExpired, TimeToLiveWrong."""
    row = _message(step)
    if row["state"] != "expired":
        raise errors.MessageNotExpired(state=row["state"])
    until = _until(step, command.time_to_live)
    look, last = step.new_id(), step.new_id()
    step.record(events.MessageKept(until=until, last_look=last))
    _schedule(step, look, "correlate-message", step.at)
    _schedule(step, last, "correlate-message", until)


def discard_message(command: commands.DiscardMessage, step: Step) -> None:
    """The end of a message that nobody wants; raises MessageUnknown, MessageSettled, ReasonMissing."""
    row = _message(step)
    if row["state"] not in ("waiting", "expired"):
        raise errors.MessageSettled(state=row["state"])
    if not 2 <= len(command.reason.strip()) <= 500:
        raise ReasonMissing()
    step.record(events.MessageDiscarded(reason=command.reason.strip()))
    _finish(step, row["last_look"])


def _message(step: Step) -> Row:
    row = step.find(messages, step.stream)
    if row is None:
        raise errors.MessageUnknown()
    return row


def _until(step: Step, seconds: int) -> str:
    if not 0 <= seconds <= LONGEST:
        raise errors.TimeToLiveWrong(limit=LONGEST, found=seconds)
    return db.text(step.now + timedelta(seconds=seconds))


def _schedule(step: Step, job: str, kind: str, due: str, **payload: Any) -> None:
    step.record(job_events.JobScheduled(job=job, job_kind=kind, due=due, payload=payload))


def _finish(step: Step, job: str) -> None:
    if step.find(job_tables.jobs, job) is not None:
        step.record(job_events.JobFinished(job=job))


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.SendMessage: send_message,
    commands.CorrelateMessage: correlate_message,
    commands.NoteDelivery: note_delivery,
    commands.KeepMessage: keep_message,
    commands.DiscardMessage: discard_message,
}
