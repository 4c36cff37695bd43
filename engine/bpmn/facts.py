"""Facts: everything that can happen to the state of a case; the state changes by applying them and in no other way."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from engine.values import Json


class _Fact(msgspec.Struct, frozen=True, array_like=True):
    """Base of all facts; in the journal a fact is a list that begins with its tag."""


class ScopeOpened(_Fact, frozen=True, array_like=True, tag="scope"):
    """A scope for variables: ``process``, ``subprocess``, ``instances``, ``instance`` or ``activity``."""

    scope: int
    kind: str
    element: str
    parent: int | None = None
    #: The token whose activity the scope belongs to.
    owner: int | None = None


class ScopeClosed(_Fact, frozen=True, array_like=True, tag="unscope"):
    scope: int


class ScopeMarked(_Fact, frozen=True, array_like=True, tag="mark-scope"):
    """Bookkeeping of a scope: the outputs of its instances, the next instance."""

    scope: int
    key: str
    value: Json


class TokenEntered(_Fact, frozen=True, array_like=True, tag="enter"):
    token: int
    element: str
    scope: int
    #: The flow over which it arrived at a join.
    flow: str | None = None


class TokenLeft(_Fact, frozen=True, array_like=True, tag="leave"):
    token: int
    element: str


class TokenCancelled(_Fact, frozen=True, array_like=True, tag="cancel"):
    token: int
    element: str


class TokenMarked(_Fact, frozen=True, array_like=True, tag="mark"):
    """Bookkeeping of a token: the scope of its activity, that it is one instance of several, that it fires."""

    token: int
    key: str
    value: Json


class FlowTaken(_Fact, frozen=True, array_like=True, tag="flow"):
    flow: str
    scope: int


class VariableWritten(_Fact, frozen=True, array_like=True, tag="var"):
    scope: int
    name: str
    #: The encoded value.
    value: Json


class WaitOpened(_Fact, frozen=True, array_like=True, tag="open"):
    """The case waits: ``user``, ``job``, ``child``, ``timer`` or ``message``."""

    wait: int
    kind: str
    element: str
    token: int
    details: dict[str, Json] = {}


class WaitClosed(_Fact, frozen=True, array_like=True, tag="close"):
    wait: int
    kind: str
    element: str


class Decided(_Fact, frozen=True, array_like=True, tag="decided"):
    """A decision was evaluated: which rows matched."""

    element: str
    token: int
    ref: str
    rows: list[Json]
    value: Json


class ErrorCaught(_Fact, frozen=True, array_like=True, tag="caught"):
    error: str
    element: str


class IncidentRaised(_Fact, frozen=True, array_like=True, tag="incident"):
    token: int
    element: str
    #: What is to be done again once it is mended: ``enter``, ``again``, ``done`` or ``leave``.
    stage: str
    #: Code of the sentence that says why, and its values.
    code: str
    values: dict[str, Json] = {}


class IncidentResolved(_Fact, frozen=True, array_like=True, tag="resolved"):
    token: int


class InstanceEnded(_Fact, frozen=True, array_like=True, tag="ended"):
    """``ended`` or ``cancelled``."""

    state: str


Fact: TypeAlias = (
    ScopeOpened
    | ScopeClosed
    | ScopeMarked
    | TokenEntered
    | TokenLeft
    | TokenCancelled
    | TokenMarked
    | FlowTaken
    | VariableWritten
    | WaitOpened
    | WaitClosed
    | Decided
    | ErrorCaught
    | IncidentRaised
    | IncidentResolved
    | InstanceEnded
)


def encode(fact: Fact) -> Json:
    """The fact as the journal keeps it."""
    return msgspec.to_builtins(fact)


class _Held(msgspec.Struct):
    """A fact inside of a class: msgspec keeps what it knows of a class, of a union it finds it out each time anew."""

    fact: Fact


def decode(json: Json) -> Fact:
    """The fact that :func:`encode` gave."""
    return msgspec.convert({"fact": json}, _Held).fact


_LIST: Final = msgspec.json.Decoder(list[Fact])


def decode_list(text: bytes) -> list[Fact]:
    """The facts of a JSON list as the journal spells it."""
    return _LIST.decode(text)
