"""What goes through the engine: commands, the events they cause, who asks, and the outcome."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Self

import msgspec

from engine.values import Json


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Base of commands and events: immutable, named by its class, with a version of its fields."""

    version: ClassVar[int] = 1

    def encoded(self) -> dict[str, Json]:
        """The message as the journal keeps it: ``type``, ``version`` beyond 1, and its fields, defaults left out."""
        found: dict[str, Json] = {"type": type(self).__name__}
        if self.version != 1:
            found["version"] = self.version
        for name, default in _defaults(type(self)):
            value = getattr(self, name)
            if value != default:
                found[name] = msgspec.to_builtins(value)
        return found

    @classmethod
    def decoded(cls, body: dict[str, Json]) -> Self:
        """The message that ``encoded`` gave *body* for."""
        return msgspec.convert({k: v for k, v in body.items() if k not in ("type", "version")}, cls)


@lru_cache(maxsize=256)
def _defaults(kind: type[Message]) -> tuple[tuple[str, Any], ...]:
    """Fields with their defaults; a field that must be given has one that nothing equals."""
    return tuple((field.name, _default(field)) for field in msgspec.structs.fields(kind))


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return _NOTHING


_NOTHING = object()


class Command(Message, frozen=True, kw_only=True):
    """What one may ask: an imperative, aimed at exactly one stream."""

    #: The kind of the stream that the command touches.
    kind: ClassVar[str]

    def stream(self) -> str | None:
        """The id of the stream it touches; None where dispatch makes a new one."""
        raise NotImplementedError


class Event(Message, frozen=True, kw_only=True):
    """What has happened: a past participle with all that its applier needs."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: a person, perhaps on behalf of another, or the system itself."""

    person: str
    on_behalf_of: str | None = None


#: The engine's own work: jobs, set-up on the command line.
SYSTEM = Actor(person="system")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a command came to: its entry in the record and what the caller wants to know."""

    stream: str
    seq: int
    values: dict[str, Any] = {}


class Stamp(msgspec.Struct, frozen=True):
    """The part of an entry that every applier may use beside the event."""

    stream: str
    seq: int
    at: str
    actor: str
