"""What can have happened to messages, and to the waits of cases for them."""

from __future__ import annotations

from engine.messages import Event
from engine.values import Json


class MessageSent(Event, frozen=True, kw_only=True):
    name: str
    key: str | None = None
    values: dict[str, Json] = {}
    until: str
    #: The job that looks for the last time.
    last_look: str


class MessageOffered(Event, frozen=True, kw_only=True):
    """A case waits for it: a job brings it there, and nobody else gets it meanwhile."""

    instance: str
    wait: int


class MessageReturned(Event, frozen=True, kw_only=True):
    """The case did not wait any more when the message came."""


class MessageDelivered(Event, frozen=True, kw_only=True):
    """The case to which it was offered took it."""


class MessageExpired(Event, frozen=True, kw_only=True):
    """Its time is over and nobody waits for it: a person must see it."""


class MessageKept(Event, frozen=True, kw_only=True):
    until: str
    last_look: str


class MessageDiscarded(Event, frozen=True, kw_only=True):
    reason: str


class MessageAwaited(Event, frozen=True, kw_only=True):
    """A case began to wait for a message, by name and key; without a key any of the name fits."""

    #: ``<case>.<number of the wait>``
    wait: str
    element: str
    name: str
    key: str | None = None


class MessageWaitClosed(Event, frozen=True, kw_only=True):
    """The case does not wait for it any more."""

    wait: str
