"""Messages over the API: sent to the one case that waits for them, and what became of one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from engine.correlation import commands, queries
from engine.correlation.errors import MessageUnknown
from webui.actor import engine
from webui.api.bearer import Bearer, seen
from webui.api.bodies import answers
from webui.api.operations import operation, request_id

#: Seconds of a day.
DAY = 24 * 3600


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message for the case that waits for its name and key."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    #: Without a key only a wait that names none fits.
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    values: dict[str, Any] = {}
    #: Seconds for which it is kept while nobody waits for it; then an administrator decides.
    time_to_live: Annotated[int, msgspec.Meta(ge=0, le=366 * DAY)] = DAY


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The message that was taken in."""

    id: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and what became of it."""

    id: str
    name: str
    key: str | None
    state: Literal["waiting", "delivered", "expired", "discarded"]
    sent_at: str
    #: Until when it is, or was, kept.
    until: str
    #: The case that took it.
    instance: str | None
    #: When it was delivered, expired or discarded, and why it was discarded.
    settled_at: str | None
    reason: str | None


@operation(
    "POST", "/messages", body=NewMessage, answer=Sent, status=201, location=True, tag="messages", scope="work",
    headers=("Idempotency-Key",), problems=(400, 403, 409, 413, 415, 422),
)  # fmt: skip
def send_message(body: NewMessage) -> Any:
    """Sends a message to the one case that waits for its name and key.

    Of several cases the one that has waited longest gets it. While none waits, the message is kept.
    """
    command = commands.SendMessage(
        name=body.name, key=body.key, values=answers(body.values), time_to_live=body.time_to_live
    )
    outcome = engine().dispatch(command, Bearer("work"), request_id())
    return Sent(id=outcome.stream), {"Location": f"/api/messages/{outcome.stream}"}


@operation("GET", "/messages/<message>", answer=Message, tag="messages", scope="read", problems=(404,))
def read_message(message: str) -> Message:
    """What became of a message that the bearer sent; owners, auditors and administrators see all."""
    with engine().database.reading() as connection:
        found = queries.message(connection, seen(connection), message)
    if found is None:
        raise MessageUnknown()
    offered = found.state == "offered"
    return Message(
        id=found.id, name=found.name, key=found.key, state="waiting" if offered else found.state,  # type: ignore[arg-type]
        sent_at=found.sent_at, until=found.until, instance=None if offered else found.instance,
        settled_at=found.settled_at, reason=found.reason,
    )  # fmt: skip
