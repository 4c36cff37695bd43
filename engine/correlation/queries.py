"""What pages, workers and handlers read about messages and who waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import values
from engine.correlation.tables import message_waits, messages
from engine.identity.seen import Seen
from engine.identity.tables import persons
from engine.identity.visible import visible_messages
from engine.instances.tables import instances
from engine.values import Json

#: In the order in which a message can pass through them.
STATES = ("waiting", "offered", "delivered", "expired", "discarded")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as pages and programs see it."""

    id: str
    name: str
    key: str | None
    #: waiting, offered, delivered, expired or discarded.
    state: str
    sent_by: str
    sender_name: str | None
    sent_at: str
    until: str
    instance: str | None
    case_title: str | None
    settled_at: str | None
    reason: str | None
    values: dict[str, Json]


_COLUMNS = [
    messages.c[name] for name in Message.__struct_fields__ if name not in ("sender_name", "case_title")
]  # fmt: skip
_MESSAGE = sa.select(
    *_COLUMNS, persons.c.name.label("sender_name"), instances.c.title.label("case_title")
).select_from(
    messages.outerjoin(persons, persons.c.id == messages.c.sent_by).outerjoin(
        instances, instances.c.id == messages.c.instance
    )
)


def message(connection: sa.Connection, seen: Seen, key: str) -> Message | None:
    """One message that the person may see, or None."""
    row = connection.execute(_MESSAGE.where(messages.c.id == key, visible_messages(seen))).mappings().first()
    return _shown(row) if row is not None else None


def listing(
    connection: sa.Connection, seen: Seen, *, state: str = "", name: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[Message], bool]:  # fmt: skip
    """Messages that the person may see, the latest first, and whether there are more."""
    found = _MESSAGE.where(visible_messages(seen)).order_by(messages.c.sent_at.desc(), messages.c.id.desc())
    if state:
        found = found.where(messages.c.state == state)
    if name:
        found = found.where(sa.or_(messages.c.name.contains(name, autoescape=True), messages.c.key == name))
    rows = [_shown(row) for row in connection.execute(found.offset(offset).limit(limit + 1)).mappings()]
    return rows[:limit], len(rows) > limit


def counts(connection: sa.Connection, seen: Seen) -> dict[str, int]:
    """How many messages there are, by state."""
    counted = sa.select(messages.c.state, sa.func.count()).where(visible_messages(seen)).group_by(messages.c.state)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _shown(row: Any) -> Message:
    plain = {name: row[name] for name in Message.__struct_fields__ if name != "values"}
    return Message(**plain, values=values.load(row["values"]))


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """What a case waits for."""

    element: str
    name: str
    key: str | None
    opened_at: str


def awaited(connection: sa.Connection, instance: str) -> list[Awaited]:
    """The messages that a case waits for; the caller has made sure that it may be seen."""
    columns = [message_waits.c[name] for name in Awaited.__struct_fields__]
    found = sa.select(*columns).where(message_waits.c.stream == instance).order_by(message_waits.c.wait)
    return [Awaited(**row) for row in connection.execute(found).mappings()]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says."""

    name: str
    key: str | None
    values: dict[str, Json]


def content(connection: sa.Connection, key: str) -> Content:
    """What is brought to the case; raises LookupError where there is no such message."""
    row = connection.execute(sa.select(messages).where(messages.c.id == key)).mappings().first()
    if row is None:
        raise LookupError(key)
    return Content(name=row["name"], key=row["key"], values=values.load(row["values"]))


#: Messages that a case looks at when it begins to wait.
MOST = 100


def kept(connection: sa.Connection, name: str, key: str | None) -> list[str]:
    """The messages that are kept and would fit such a wait, the oldest first."""
    found = sa.select(messages.c.id).where(messages.c.state == "waiting", messages.c.name == name)
    if key is not None:
        found = found.where(messages.c.key == key)
    return list(connection.execute(found.order_by(messages.c.sent_at, messages.c.id).limit(MOST)).scalars())


def observe_message_receiver(connection: sa.Connection, name: str, key: str | None) -> Json:
    """The wait that a message reaches, or null: one for its very key before one for any, of these the oldest."""
    fits = sa.or_(message_waits.c.key.is_(None), message_waits.c.key == key)
    found = (
        sa.select(message_waits.c.stream, message_waits.c.wait)
        .where(message_waits.c.name == name, fits)
        .order_by(
            sa.case((message_waits.c.key.is_(None), 1), else_=0), message_waits.c.opened_at, message_waits.c.stream,
            message_waits.c.opened_seq, message_waits.c.wait,
        )
        .limit(1)
    )  # fmt: skip
    row = connection.execute(found).first()
    return {"instance": row[0], "wait": row[1]} if row is not None else None


OBSERVATIONS: dict[str, Callable[..., Json]] = {"message_receiver": observe_message_receiver}
