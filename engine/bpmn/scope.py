"""Variables as expressions see them: read along the chain of scopes, decoded, never changed in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import values
from engine.bpmn.state import State
from engine.values import Json, Value

#: Encoded values by their identity → themselves (so that the identity stays theirs) and their decoded form.
Decoded = dict[int, tuple[Json, Value]]

#: Scopes that take a variable which is not defined anywhere on the chain.
KEEPERS = frozenset({"instance", "process"})


class View(Mapping[str, Value]):
    """The variables that can be seen from one scope.

    *decoded* remembers lists and contexts, which take time to decode, for all views of a command. Expressions never
    change a value in place; for a reader who might, the view has a memory of its own.
    """

    def __init__(self, state: State, scope: int, decoded: Decoded | None = None) -> None:
        self._state, self._scope = state, scope
        self._decoded: Decoded = {} if decoded is None else decoded

    def __getitem__(self, name: str) -> Value:
        found: int | None = self._scope
        while found is not None:
            scope = self._state.scopes[found]
            if name in scope.variables:
                return self._decode(scope.variables[name])
            found = scope.parent
        raise KeyError(name)

    def _decode(self, json: Json) -> Value:
        if not isinstance(json, (list, dict)):
            return json
        if id(json) not in self._decoded:
            self._decoded[id(json)] = json, values.decode(json)
        return self._decoded[id(json)][1]

    def __iter__(self) -> Iterator[str]:
        names: dict[str, None] = {}
        found: int | None = self._scope
        while found is not None:
            names.update(dict.fromkeys(self._state.scopes[found].variables))
            found = self._state.scopes[found].parent
        return iter(names)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def seen_by(state: State, token: int) -> int:
    """The scope in which a token's expressions are evaluated: its activity's own, or the one it stands in."""
    found = state.tokens[token]
    if found.own is not None and state.scopes[found.own].kind == "activity":
        return found.own
    return found.scope


def keeper(state: State, scope: int, name: str) -> int:
    """The scope into which *name* is written: where it is defined, else the nearest instance or process."""
    found: int | None = scope
    while found is not None:
        if name in state.scopes[found].variables:
            return found
        found = state.scopes[found].parent
    found = scope
    while state.scopes[found].kind not in KEEPERS:
        parent = state.scopes[found].parent
        assert parent is not None
        found = parent
    return found
