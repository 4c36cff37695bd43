"""The state of a case: tokens, scopes and waits, with what is needed to find them; changed by applying facts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine.bpmn import errors, facts
from engine.bpmn.facts import Fact
from engine.values import Json

#: Format of a saved state.
FORMAT = 1


class Token(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the case stands: one element in one scope."""

    element: str
    scope: int
    #: Set while the token waits at a join: the flow over which it came.
    flow: str | None = None
    #: Scope of the activity that it runs: mapping, sub-process, or instances.
    own: int | None = None
    #: True for one instance of a multi-instance activity.
    instance: bool = False
    #: True where a boundary or catch event has happened and the token only has to move on.
    fired: bool = False
    #: Where its work goes on after an incident is mended; None while nothing is wrong.
    incident: str | None = None


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Variables, seen from everything inside."""

    kind: str
    element: str
    parent: int | None = None
    owner: int | None = None
    variables: dict[str, Json] = {}
    marks: dict[str, Json] = {}


class Wait(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something outside that has to happen."""

    kind: str
    element: str
    token: int
    details: dict[str, Json] = {}


class _Saved(msgspec.Struct):
    format: int
    n: int
    status: str
    tokens: dict[int, Token]
    scopes: dict[int, Scope]
    waits: dict[int, Wait]


_DECODER = msgspec.json.Decoder(_Saved)
_ENCODER = msgspec.json.Encoder(order="sorted")


class State:
    """Tokens, scopes and waits by their numbers, and how many facts have made them."""

    def __init__(self) -> None:
        #: Number of facts applied so far.
        self.n = 0
        #: ``new``, ``active``, ``ended`` or ``cancelled``.
        self.status = "new"
        self.tokens: dict[int, Token] = {}
        self.scopes: dict[int, Scope] = {}
        self.waits: dict[int, Wait] = {}
        #: What :meth:`go_back` undoes, from the last mark on: table, key, and the value before (None: there was none).
        #: Nothing is noted where nobody marks, as in a fold.
        self._before: list[tuple[dict[int, Any], int, Any]] | None = None
        self._index()

    @classmethod
    def load(cls, text: str) -> State:
        """The state that :meth:`save` wrote; the order of its keys does not matter. Raises FormatUnknown."""
        saved = _DECODER.decode(text)
        if saved.format != FORMAT:
            raise errors.FormatUnknown(known=FORMAT, found=saved.format)
        state = cls()
        state.n, state.status = saved.n, saved.status
        state.tokens = dict(sorted(saved.tokens.items()))
        state.scopes = dict(sorted(saved.scopes.items()))
        state.waits = dict(sorted(saved.waits.items()))
        state._index()
        return state

    def save(self) -> str:
        """Canonical JSON; equal states give equal text."""
        saved = {
            "format": FORMAT,
            "n": self.n,
            "status": self.status,
            "tokens": {str(key): token for key, token in self.tokens.items()},
            "scopes": {str(key): scope for key, scope in self.scopes.items()},
            "waits": {str(key): wait for key, wait in self.waits.items()},
        }
        return _ENCODER.encode(saved).decode()

    def apply(self, fact: Fact) -> None:
        """Changes the state as *fact* says."""
        self.n += 1
        APPLY[type(fact)](self, fact)

    def tokens_in(self, scope: int) -> list[int]:
        """Tokens directly in a scope, in the order in which they came."""
        return sorted(self._tokens_of.get(scope, ()))

    def scopes_in(self, scope: int) -> list[int]:
        """Scopes directly inside a scope."""
        return sorted(self._scopes_of.get(scope, ()))

    def waits_of(self, token: int) -> list[int]:
        """Waits of a token."""
        return sorted(self._waits_of.get(token, ()))

    def mark(self) -> tuple[int, str]:
        """What :meth:`go_back` needs; forgets the mark before."""
        self._before = []
        return self.n, self.status

    def go_back(self, mark: tuple[int, str]) -> None:
        """The state as it was at *mark*, which must be the last one."""
        self.n, self.status = mark
        for table, key, before in reversed(self._before or []):
            if before is None:
                del table[key]
            else:
                table[key] = before
        self._before = []
        self._index()

    def set(self, table: dict[int, Any], key: int, value: Any) -> None:
        """Sets or, with None, removes a row of ``tokens``, ``scopes`` or ``waits``; for the appliers below."""
        if self._before is not None:
            self._before.append((table, key, table.get(key)))
        if value is None:
            del table[key]
        else:
            table[key] = value

    def _index(self) -> None:
        self._tokens_of: dict[int, set[int]] = {}
        self._scopes_of: dict[int, set[int]] = {}
        self._waits_of: dict[int, set[int]] = {}
        for key, token in self.tokens.items():
            self._tokens_of.setdefault(token.scope, set()).add(key)
        for key, scope in self.scopes.items():
            if scope.parent is not None:
                self._scopes_of.setdefault(scope.parent, set()).add(key)
        for key, wait in self.waits.items():
            self._waits_of.setdefault(wait.token, set()).add(key)


def _scope_opened(state: State, fact: facts.ScopeOpened) -> None:
    state.set(state.scopes, fact.scope, Scope(fact.kind, fact.element, fact.parent, fact.owner))
    if fact.parent is not None:
        state._scopes_of.setdefault(fact.parent, set()).add(fact.scope)
    else:
        state.status = "active"


def _scope_closed(state: State, fact: facts.ScopeClosed) -> None:
    scope = state.scopes[fact.scope]
    state.set(state.scopes, fact.scope, None)
    if scope.parent is not None:
        state._scopes_of[scope.parent].discard(fact.scope)


def _scope_marked(state: State, fact: facts.ScopeMarked) -> None:
    scope = state.scopes[fact.scope]
    marks = {**scope.marks, fact.key: fact.value}
    state.set(
        state.scopes, fact.scope, Scope(scope.kind, scope.element, scope.parent, scope.owner, scope.variables, marks)
    )


def _variable_written(state: State, fact: facts.VariableWritten) -> None:
    scope = state.scopes[fact.scope]
    variables = {**scope.variables, fact.name: fact.value}
    state.set(
        state.scopes, fact.scope, Scope(scope.kind, scope.element, scope.parent, scope.owner, variables, scope.marks)
    )


def _token_entered(state: State, fact: facts.TokenEntered) -> None:
    state.set(state.tokens, fact.token, Token(fact.element, fact.scope, fact.flow))
    state._tokens_of.setdefault(fact.scope, set()).add(fact.token)


def _token_gone(state: State, fact: facts.TokenLeft | facts.TokenCancelled) -> None:
    token = state.tokens[fact.token]
    state.set(state.tokens, fact.token, None)
    state._tokens_of[token.scope].discard(fact.token)


def _change(state: State, token: int, **changed: Any) -> None:
    state.set(state.tokens, token, msgspec.structs.replace(state.tokens[token], **changed))


def _token_marked(state: State, fact: facts.TokenMarked) -> None:
    _change(state, fact.token, **{fact.key: fact.value})


def _wait_opened(state: State, fact: facts.WaitOpened) -> None:
    state.set(state.waits, fact.wait, Wait(fact.kind, fact.element, fact.token, fact.details))
    state._waits_of.setdefault(fact.token, set()).add(fact.wait)


def _wait_closed(state: State, fact: facts.WaitClosed) -> None:
    wait = state.waits[fact.wait]
    state.set(state.waits, fact.wait, None)
    state._waits_of[wait.token].discard(fact.wait)


def _incident_raised(state: State, fact: facts.IncidentRaised) -> None:
    _change(state, fact.token, incident=fact.stage)


def _incident_resolved(state: State, fact: facts.IncidentResolved) -> None:
    _change(state, fact.token, incident=None)


def _instance_ended(state: State, fact: facts.InstanceEnded) -> None:
    state.status = fact.state


def _told(state: State, fact: Fact) -> None:
    """A fact that is told to the reader and changes nothing."""


APPLY: dict[type[Any], Callable[[State, Any], None]] = {
    facts.ScopeOpened: _scope_opened,
    facts.ScopeClosed: _scope_closed,
    facts.ScopeMarked: _scope_marked,
    facts.TokenEntered: _token_entered,
    facts.TokenLeft: _token_gone,
    facts.TokenCancelled: _token_gone,
    facts.TokenMarked: _token_marked,
    facts.FlowTaken: _told,
    facts.VariableWritten: _variable_written,
    facts.WaitOpened: _wait_opened,
    facts.WaitClosed: _wait_closed,
    facts.Decided: _told,
    facts.ErrorCaught: _told,
    facts.IncidentRaised: _incident_raised,
    facts.IncidentResolved: _incident_resolved,
    facts.InstanceEnded: _instance_ended,
}
