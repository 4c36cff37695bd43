"""What one may ask about messages from outside: to send one, and what is done with one that nobody waits for."""

from __future__ import annotations

from engine.messages import Command
from engine.values import Json


class SendMessage(Command, frozen=True, kw_only=True):
    """Send a message to the one case that waits for its name and key; kept for *time_to_live* seconds if none does."""

    kind = "message"
    name: str
    key: str | None = None
    values: dict[str, Json] = {}
    time_to_live: int

    def stream(self) -> None:
        return None


class MessageCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of one message."""

    kind = "message"
    message: str

    def stream(self) -> str:
        return self.message


class CorrelateMessage(MessageCommand, frozen=True, kw_only=True):
    """Look for the case that waits; offer the message to it, or give it up where its time is over."""

    #: The message's own job that asks; none where a case asks that has begun to wait.
    job: str | None = None


class NoteDelivery(MessageCommand, frozen=True, kw_only=True):
    """Note whether the case to which the message was offered took it."""

    job: str
    delivered: bool


class KeepMessage(MessageCommand, frozen=True, kw_only=True):
    """Keep a message that nobody waited for again, for *time_to_live* seconds."""

    time_to_live: int


class DiscardMessage(MessageCommand, frozen=True, kw_only=True):
    """Give up a message that nobody waits for, with a reason."""

    reason: str
