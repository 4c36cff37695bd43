"""One evaluation: its time, its budgets, and the chain of scopes in which names are looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from engine.feel.errors import FeelBudgetExceeded
from engine.values import Value

if TYPE_CHECKING:
    from engine.feel.types import Type

MAX_STEPS: Final = 100_000
MAX_SIZE: Final = 100_000
#: Depth of the trees of all functions that are being invoked; far below the recursion that Python allows.
MAX_CALL_DEPTH: Final = 200
MAX_VALUE_DEPTH: Final = 60


class Run:
    """What an evaluation may use and how much of it is left.

    A step is the evaluation of one node. It is not counted node by node: an expression has few nodes, so only what
    repeats (iterations, invocations, work on lists) spends, and it spends the size of what it repeats.
    """

    __slots__ = ("depth", "now", "steps", "strict", "types")

    def __init__(self, now: datetime | None, *, strict: bool = False, types: Mapping[str, Type] | None = None) -> None:
        self.now = now
        self.strict = strict
        #: The types that a decision model defines, by name.
        self.types = types or {}
        self.steps = MAX_STEPS
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Take *steps* from what is left, before the work is done."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelBudgetExceeded(what="steps", limit=MAX_STEPS)

    def allocate(self, size: int) -> None:
        """Ask for a text of this size, before it is made."""
        self.limit(size)
        self.spend(size // 16)

    def limit(self, size: int) -> None:
        """Refuse a text of this size, or one that has grown so far."""
        if size > MAX_SIZE:
            raise FeelBudgetExceeded(what="size", limit=MAX_SIZE)

    def enter(self, depth: int) -> None:
        """Go into a function whose tree is so deep."""
        self.depth += depth
        if self.depth > MAX_CALL_DEPTH:
            raise FeelBudgetExceeded(what="depth", limit=MAX_CALL_DEPTH)

    def leave(self, depth: int) -> None:
        self.depth -= depth

    def weigh(self, value: Value) -> None:
        """Refuse a result that is small in memory, because its parts are shared, and enormous when written out.

        One that is nested too deeply is refused as well: whoever stores or shows it may do so by recursion.
        """
        left, todo = MAX_SIZE, [(value, 1)]
        while todo:
            here, depth = todo.pop()
            left -= 1 + (len(here) // 16 if isinstance(here, str) else 0)
            if isinstance(here, (list, dict)):
                left -= len(here)
                if depth > MAX_VALUE_DEPTH:
                    raise FeelBudgetExceeded(what="depth", limit=MAX_VALUE_DEPTH)
                if left >= 0:
                    todo += [(item, depth + 1) for item in (here.values() if isinstance(here, dict) else here)]
            if left < 0:
                raise FeelBudgetExceeded(what="size", limit=MAX_SIZE)


class Scope:
    """Names of one level and the levels around it."""

    __slots__ = ("items", "names", "outer", "run")

    def __init__(
        self, names: Mapping[str, Value], outer: Scope | None, run: Run, items: list[Value] | None = None
    ) -> None:
        self.names = names
        self.outer = outer
        self.run = run
        #: Of a filter: all items of the list, to tell an entry that one item lacks from a misspelt name.
        self.items = items
