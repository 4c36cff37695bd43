"""Decides what commands on number series lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.errors import Mistake
from engine.ledgers import commands, events, tables
from engine.messages import Command
from engine.step import Step

#: More numbers at once are a mistake of the diagram.
MOST = 1_000


class CountNotUsable(Mistake):
    """Expected to take 1 to 1000 numbers, found {count}."""


def take_numbers(command: commands.TakeNumbers, step: Step) -> dict[str, Any]:
    """The next numbers, in order and without gaps; raises CountNotUsable."""
    if not 1 <= command.count <= MOST:
        raise CountNotUsable(count=command.count)
    row = step.find(tables.series, step.stream)
    first = (row["last"] if row else 0) + 1
    step.record(
        events.NumbersTaken(
            series=command.series, year=command.year, first=first, count=command.count, case=command.case
        )
    )
    return {"numbers": list(range(first, first + command.count))}


def void_numbers(command: commands.VoidNumbers, step: Step) -> None:
    """The numbers that were given and not used; what is void already stays so."""
    new = [n for n in command.numbers if step.find(tables.void_numbers, f"{step.stream}.{n}") is None]
    if new:
        step.record(
            events.NumbersVoided(series=command.series, year=command.year, numbers=new, case=command.case)
        )


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.TakeNumbers: take_numbers,
    commands.VoidNumbers: void_numbers,
}
