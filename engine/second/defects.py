"""What SpiffWorkflow 3.2 does wrong or otherwise, as far as it touches what our kernel runs: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from engine.bpmn.facts import Fact
from engine.bpmn.graph import Graph
from engine.second.path import Path


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what the library does, where, since when it is known, and what we make of it."""

    id: str
    does: str
    versions: str = "3.2.0"
    known: str = ""
    #: ``avoided`` by a class of ours; ``refused``: a case with it is not comparable.
    treated: Literal["avoided", "refused"]
    #: The first element of a process at which a case would not be comparable.
    where: Callable[[Graph], str | None] = lambda graph: None


TABLE: tuple[Defect, ...] = ()


def race(expected: Path, told: Iterable[Fact]) -> str | None:
    return None
