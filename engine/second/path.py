"""The path of a case in a form in which the order of independent branches does not matter.

One command gives one path: the multiset of what happened in it, each with where it happened. Compared are elements
entered, left and cancelled, flows taken, waits opened (with what they ask or when they are due) and closed, variables
written, errors caught, incidents, and the end. Not compared is bookkeeping of one engine: numbers of tokens and scopes,
and tokens that wait at a join. A join is left once each time it goes on; what came to it is said by the flows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from engine import values
from engine.bpmn import facts
from engine.bpmn.facts import Fact
from engine.bpmn.graph import Graph
from engine.values import Json


class Happening(msgspec.Struct, frozen=True, order=True):
    """One thing that happened: what, at which element or flow (for a variable its name), in which scope, and how."""

    what: str
    element: str
    scope: str = ""
    details: str = ""

    def __str__(self) -> str:
        inside = "" if self.scope in ("", "process") else f" ({self.scope.removeprefix('process/')})"
        return f"{self.what} {self.element}{inside}" + (f" {self.details[:80]}" if self.details else "")


Path = Counter[Happening]


def written(name: str, scope: str, value: Json) -> Happening:
    """A variable was written."""
    return Happening("variable", name, scope, values.canonical(value).decode())


def opened(kind: str, element: str, scope: str, details: dict[str, Json]) -> Happening:
    """A wait was opened."""
    return Happening(f"waits-{kind}", element, scope, values.canonical(details).decode())


class KernelPath:
    """Reads the kernel's facts of one case, command by command."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._scopes: dict[int, str] = {}
        self._begun: Counter[int] = Counter()
        self._tokens: dict[int, tuple[str, str]] = {}
        #: Tokens that wait at a join.
        self._joining: set[int] = set()
        self._waits: dict[int, Happening] = {}
        #: Waits of the last command by number, in their order.
        self.opened: dict[int, Happening] = {}

    def at(self, token: int) -> tuple[str, str]:
        """Element and scope of a token."""
        return self._tokens[token]

    def read(self, found: Iterable[Fact]) -> Path:
        """The path of the next command."""
        self.opened = {}
        return Counter(happening for fact in found for happening in self._one(fact))

    def _one(self, fact: Fact) -> Iterable[Happening]:
        match fact:
            case facts.ScopeOpened():
                self._scope(fact)
            case facts.TokenEntered():
                return self._entered(fact)
            case facts.TokenMarked(token=token, key="flow"):
                self._joining.discard(token)
            case facts.TokenLeft():
                return self._gone("left", fact.token)
            case facts.TokenCancelled():
                return self._gone("cancelled", fact.token)
            case facts.FlowTaken():
                return [Happening("flow", fact.flow, self._scopes[fact.scope])]
            case facts.VariableWritten():
                return [written(fact.name, self._scopes[fact.scope], fact.value)]
            case facts.WaitOpened():
                _, scope = self._tokens[fact.token]
                happening = opened(fact.kind, fact.element, scope, fact.details)
                self.opened[fact.wait] = self._waits[fact.wait] = happening
                return [happening]
            case facts.WaitClosed():
                happening = self._waits[fact.wait]
                return [Happening(happening.what.replace("waits", "waits-no-longer"), fact.element, happening.scope)]
            case facts.ErrorCaught():
                return [Happening("caught", fact.element, "", fact.error)]
            case facts.IncidentRaised():
                return [Happening("incident", *self._tokens[fact.token])]
            case facts.InstanceEnded():
                return [Happening("ended", self.graph.id, "", fact.state)]
        return ()

    def _scope(self, fact: facts.ScopeOpened) -> None:
        outer = self._scopes[fact.parent] if fact.parent is not None else ""
        if fact.kind == "instance" and fact.parent is not None:
            self._begun[fact.parent] += 1
            self._scopes[fact.scope] = f"{outer}{self._begun[fact.parent]}"
            return
        ending = {"instances": "[]", "activity": "()"}.get(fact.kind, "")
        self._scopes[fact.scope] = f"{outer}/{fact.element}{ending}" if outer else "process"

    def _entered(self, fact: facts.TokenEntered) -> Iterable[Happening]:
        self._tokens[fact.token] = fact.element, self._scopes[fact.scope]
        if fact.flow is not None:
            self._joining.add(fact.token)
        return [] if self.graph.nodes[fact.element].is_join else [Happening("entered", *self._tokens[fact.token])]

    def _gone(self, what: str, token: int) -> Iterable[Happening]:
        if token in self._joining or (what == "cancelled" and self.graph.nodes[self._tokens[token][0]].is_join):
            self._joining.discard(token)
            return []
        return [Happening(what, *self._tokens[token])]


def difference(kernel: Path, second: Path) -> tuple[list[Happening], list[Happening]]:
    """What only the kernel saw, and what only the second engine saw; flows first, since the rest follows from them."""

    def order(one: Happening) -> tuple[bool, Happening]:
        return one.what != "flow", one

    return sorted((kernel - second).elements(), key=order), sorted((second - kernel).elements(), key=order)
