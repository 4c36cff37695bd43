"""Applies what happened to messages, and to waits for them, to their tables."""

from __future__ import annotations

from engine import values
from engine.correlation import events
from engine.correlation.tables import message_waits, messages
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def message_sent(event: events.MessageSent, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        messages, id=stamp.stream, stream=stamp.stream, name=event.name, key=event.key,
        values=values.canonical(event.values).decode(), state="waiting", sent_by=stamp.actor, sent_at=stamp.at,
        until=event.until, last_look=event.last_look,
    )  # fmt: skip


def message_offered(event: events.MessageOffered, rows: Rows, stamp: Stamp) -> None:
    rows.update(messages, stamp.stream, state="offered", instance=event.instance, wait=event.wait)


def message_returned(event: events.MessageReturned, rows: Rows, stamp: Stamp) -> None:
    rows.update(messages, stamp.stream, state="waiting", instance=None, wait=None)


def message_delivered(event: events.MessageDelivered, rows: Rows, stamp: Stamp) -> None:
    rows.update(messages, stamp.stream, state="delivered", settled_at=stamp.at)


def message_expired(event: events.MessageExpired, rows: Rows, stamp: Stamp) -> None:
    rows.update(messages, stamp.stream, state="expired", settled_at=stamp.at)


def message_kept(event: events.MessageKept, rows: Rows, stamp: Stamp) -> None:
    rows.update(
        messages, stamp.stream, state="waiting", until=event.until, last_look=event.last_look, settled_at=None
    )  # fmt: skip


def message_discarded(event: events.MessageDiscarded, rows: Rows, stamp: Stamp) -> None:
    rows.update(messages, stamp.stream, state="discarded", settled_at=stamp.at, reason=event.reason)


def message_awaited(event: events.MessageAwaited, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        message_waits, id=event.wait, stream=stamp.stream, wait=int(event.wait.rpartition(".")[2]),
        element=event.element, name=event.name, key=event.key, opened_at=stamp.at, opened_seq=stamp.seq,
    )  # fmt: skip


def message_wait_closed(event: events.MessageWaitClosed, rows: Rows, stamp: Stamp) -> None:
    rows.delete(message_waits, event.wait)


APPLIERS: Appliers = {
    (events.MessageSent, 1): message_sent,
    (events.MessageOffered, 1): message_offered,
    (events.MessageReturned, 1): message_returned,
    (events.MessageDelivered, 1): message_delivered,
    (events.MessageExpired, 1): message_expired,
    (events.MessageKept, 1): message_kept,
    (events.MessageDiscarded, 1): message_discarded,
    (events.MessageAwaited, 1): message_awaited,
    (events.MessageWaitClosed, 1): message_wait_closed,
}
