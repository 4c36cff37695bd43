"""The moves of the kernel: tokens, scopes, waits and variables, each through a fact; and what is still to be done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from engine import values
from engine.bpmn import errors, facts
from engine.bpmn.facts import Fact
from engine.bpmn.graph import Flow, Graph, Node
from engine.bpmn.scope import Decoded, View, keeper, seen_by
from engine.bpmn.state import State
from engine.values import Json, Value


class Expressions(Protocol):
    """The expression language of the diagram."""

    def evaluate(self, text: str, scope: Mapping[str, Value]) -> Value:
        """The value of an expression; raises a Mistake."""

    def condition(self, text: str, scope: Mapping[str, Value]) -> bool:
        """Whether a condition holds; raises a Mistake."""


class Decided(Protocol):
    """The result of a decision."""

    @property
    def value(self) -> Value:
        """What was decided."""

    @property
    def rows(self) -> Any:
        """The rows that matched."""


class Decisions(Protocol):
    """The decisions of a package."""

    def decide(self, ref: str, scope: Mapping[str, Value]) -> Decided:
        """Evaluates a decision; raises a Mistake."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one command may use: steps, tokens at a time, bytes of variables written."""

    steps: int = 2_000
    tokens: int = 1_000
    data: int = 1_000_000


class Machine:
    """The kernel at work in one command."""

    def __init__(
        self, graph: Graph, state: State, *, ids: Callable[[], int], now: datetime, expressions: Expressions,
        decisions: Decisions, limits: Limits,
    ) -> None:  # fmt: skip
        self.graph, self.state, self.ids, self.now = graph, state, ids, now
        self.expressions, self.decisions, self.limits = expressions, decisions, limits
        self.facts: list[Fact] = []
        #: Still to be done: (``enter``, ``again``, ``done``, ``leave`` or ``empty``; token, or scope for ``empty``).
        self.todo: deque[tuple[str, int]] = deque()
        self.written = 0
        self.decoded: Decoded = {}

    def begin(self) -> None:
        """A new command: no facts yet, nothing to do, and all of its budget."""
        self.facts, self.written = [], 0
        self.todo.clear()
        self.decoded.clear()

    def emit(self, fact: Fact) -> None:
        """Tells a fact and changes the state by it. There is no other way to change the state."""
        self.facts.append(fact)
        self.state.apply(fact)

    def node(self, token: int) -> Node:
        """The element at which a token stands."""
        return self.graph.nodes[self.state.tokens[token].element]

    # --- variables ---

    def view(self, scope: int) -> View:
        """The variables seen from a scope."""
        return View(self.state, scope, self.decoded)

    def seen_by(self, token: int) -> int:
        """The scope in which a token's expressions are evaluated: its activity's own, or the one it stands in."""
        return seen_by(self.state, token)

    def evaluate(self, text: str, scope: int) -> Value:
        """The value of an attribute: FEEL after an equals sign, else the text itself."""
        return self.expressions.evaluate(text[1:], self.view(scope)) if text.startswith("=") else text

    def result(self) -> dict[str, Value]:
        """What the process gives to its caller."""
        root = min(self.state.scopes)
        return {
            extension.attributes["name"]: self.evaluate(extension.attributes.get("value", ""), root)
            for extension in self.graph.extension_list("result")
        }

    def write(self, scope: int, name: str, value: Value, *, here: bool = False) -> None:
        """Writes a variable: into this very scope, or where the rule says; raises BudgetSpent."""
        encoded: Json = values.encode(value)
        self.written += len(values.canonical(encoded))
        if self.written > self.limits.data:
            raise errors.BudgetSpent(limit=self.limits.data, unit="bytes")
        self.emit(facts.VariableWritten(scope if here else keeper(self.state, scope, name), name, encoded))

    # --- scopes ---

    def open_scope(self, kind: str, element: str, parent: int | None, owner: int | None) -> int:
        """A new scope."""
        scope = self.ids()
        self.emit(facts.ScopeOpened(scope, kind, element, parent, owner))
        return scope

    def close_scope(self, scope: int) -> None:
        """Cancels whatever is still inside, then closes."""
        self.close_inside(scope)
        self.emit(facts.ScopeClosed(scope))

    def close_inside(self, scope: int) -> None:
        """Cancels whatever is inside."""
        for token in self.state.tokens_in(scope):
            if token in self.state.tokens:
                self.cancel(token)
        for inner in self.state.scopes_in(scope):
            if inner in self.state.scopes:
                self.close_scope(inner)

    # --- tokens ---

    def enter(self, element: str, scope: int, *, flow: str | None = None, fired: bool = False) -> int:
        """A new token at an element; what it does there is still to be done. Raises BudgetSpent."""
        if len(self.state.tokens) >= self.limits.tokens:
            raise errors.BudgetSpent(limit=self.limits.tokens, unit="tokens")
        token = self.ids()
        self.emit(facts.TokenEntered(token, element, scope, flow))
        if fired:
            self.mark(token, "fired", True)
        self.todo.append(("enter", token))
        return token

    def mark(self, token: int, key: str, value: Json) -> None:
        """Notes something about a token."""
        self.emit(facts.TokenMarked(token, key, value))

    def emit_mark(self, scope: int, key: str, value: Json) -> None:
        """Notes something about a scope."""
        self.emit(facts.ScopeMarked(scope, key, value))

    def drop(self, token: int) -> None:
        """The token leaves its element; what it waited for is closed."""
        self.close_waits(token)
        self._resolve(token)
        self.emit(facts.TokenLeft(token, self.state.tokens[token].element))

    def cancel(self, token: int) -> None:
        """The token is cancelled with all that runs inside of it."""
        own = self.state.tokens[token].own
        if own is not None and own in self.state.scopes:
            self.close_scope(own)
        self.close_waits(token)
        self._resolve(token)
        self.emit(facts.TokenCancelled(token, self.state.tokens[token].element))

    def _resolve(self, token: int) -> None:
        """Where the token goes, nothing stands still any more."""
        if self.state.tokens[token].incident is not None:
            self.emit(facts.IncidentResolved(token))

    def take(self, flow: Flow, scope: int) -> None:
        """Moves over a sequence flow."""
        self.emit(facts.FlowTaken(flow.id, scope))
        self.enter(flow.target, scope, flow=flow.id if self.graph.nodes[flow.target].is_join else None)

    # --- waits ---

    def wait(self, kind: str, element: str, token: int, **details: Json) -> int:
        """Waits for something outside."""
        wait = self.ids()
        self.emit(facts.WaitOpened(wait, kind, element, token, details))
        return wait

    def close_wait(self, wait: int) -> None:
        """Waits no longer."""
        found = self.state.waits[wait]
        self.emit(facts.WaitClosed(wait, found.kind, found.element))

    def close_waits(self, token: int) -> None:
        """Waits no longer for anything of a token."""
        for wait in self.state.waits_of(token):
            self.close_wait(wait)
