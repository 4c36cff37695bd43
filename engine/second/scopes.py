"""Variables of a case on the second engine: scopes that see outwards; SpiffWorkflow's own data stays empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import values
from engine.values import Json, Value


class Scope:
    """Variables, seen from everything inside; *label* says where it is, in the words of a path."""

    def __init__(self, label: str, kind: str, parent: Scope | None) -> None:
        self.label, self.kind, self.parent = label, kind, parent
        self.variables: dict[str, Json] = {}
        #: How many instances have begun in it.
        self.begun = 0

    @classmethod
    def process(cls) -> Scope:
        """The outermost one."""
        return cls("process", "process", None)

    def subprocess(self, element: str) -> Scope:
        """That of a sub-process."""
        return Scope(f"{self.label}/{element}", "subprocess", self)

    def activity(self, element: str) -> Scope:
        """That of an activity which maps variables."""
        return Scope(f"{self.label}/{element}()", "activity", self)

    def instances(self, element: str) -> Scope:
        """That of all instances of an activity."""
        return Scope(f"{self.label}/{element}[]", "instances", self)

    def instance(self) -> Scope:
        """That of the next instance."""
        self.begun += 1
        return Scope(f"{self.label}{self.begun}", "instance", self)

    def holder(self, name: str) -> Scope:
        """Where *name* is written: where it is defined, else in the nearest instance or process."""
        found = next((scope for scope in self.outwards() if name in scope.variables), None)
        return found or next(scope for scope in self.outwards() if scope.kind in ("instance", "process"))

    def outwards(self) -> Iterator[Scope]:
        """This one and those around it."""
        found: Scope | None = self
        while found is not None:
            yield found
            found = found.parent


class Seen(Mapping[str, Value]):
    """The variables that can be seen from a scope, decoded."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __getitem__(self, name: str) -> Value:
        for scope in self.scope.outwards():
            if name in scope.variables:
                return values.decode(scope.variables[name])
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for scope in self.scope.outwards() for name in scope.variables})

    def __len__(self) -> int:
        return sum(1 for _ in self)
