"""What a diagram paints of a case: the way taken, from its facts, and where it stands, from its state."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn import facts
from engine.bpmn.facts import Fact
from engine.bpmn.state import State
from engine.values import Json


class Trail:
    """The sequence flows that were taken and the elements that were left."""

    def __init__(self) -> None:
        self.flows: set[str] = set()
        self.completed: set[str] = set()

    def add(self, found: Iterable[Fact]) -> None:
        """Follows some more facts."""
        for fact in found:
            if isinstance(fact, facts.FlowTaken):
                self.flows.add(fact.flow)
            elif isinstance(fact, facts.TokenLeft):
                self.completed.add(fact.element)


def positions(state: State) -> set[str]:
    """The elements at which tokens stand."""
    return {token.element for token in state.tokens.values()}


def standing(state: State) -> set[str]:
    """The elements at which an incident stands."""
    return {token.element for token in state.tokens.values() if token.incident is not None}


def process_variables(state: State) -> dict[str, Json]:
    """The variables of the process scope, encoded."""
    root = min(state.scopes, default=None)
    return dict(state.scopes[root].variables) if root is not None else {}
