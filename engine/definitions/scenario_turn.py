"""Plays a scenario with another answer at one task, or from where it no longer fits, and writes down what comes of it.

What the case asks for then is answered as the scenario tells: by its next step where that fits (after another answer
that is the old one, so that a loop goes: no, again, yes), else as the same task was answered before in this story, else
by a later step (the answer skips something), else as another scenario answers that task. Where nothing fits, the rest
stays as it is told, and playing the new scenario says where it stands still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from engine.bpmn.graph import Graph
from engine.definitions import scenario_text
from engine.definitions.check_scenarios import Expected, Rows, Scenario, Step
from engine.definitions.coverage import PEOPLE
from engine.definitions.scenario_player import Otherwise, Player
from engine.dispatch import Engine

#: How many times as many steps as the scenario has are played at most: a loop that never ends is left to a person.
ROUNDS = 3


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """Another answer, under the title of the scenario that gives it."""

    title: str
    outcome: str = ""
    values: dict[str, Any] = {}
    #: The answers in every row, where the step gives them row by row.
    each: dict[str, Any] = {}


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Where a scenario turns: at the step (from 1) that is answered otherwise, or after the last one that fits."""

    file: str
    step: int
    other: Other | None = None


class Turned(msgspec.Struct, frozen=True, kw_only=True):
    """The file of the new scenario, and whether it is told to its end; or why the story stopped before it turned."""

    body: bytes = b""
    finished: bool = False
    step: int = 0
    element: str = ""
    code: str = ""
    values: dict[str, str] = {}


def answered(told: Scenario, graph: Graph) -> dict[str, int]:
    """Task of *graph*, or its start, → the first step that answers it (from 1), in the order of the story."""
    found: dict[str, int] = {}
    for number, step in enumerate(told.steps, start=1):
        element = graph.start.id if step.do == "start" else step.element
        node = graph.nodes.get(element)
        if node is not None and node.type in (*PEOPLE, "startEvent"):
            found.setdefault(element, number)
    return found


def play(engine: Engine, definition: str, turn: Turn, told: Mapping[str, Scenario]) -> Turned:
    """The story of ``turn.file`` as it goes then; *told* are the scenarios of the package by their files."""
    others = [step for file, one in told.items() if file != turn.file for step in one.steps]
    try:
        return _Retelling(engine, definition, told[turn.file], others).retell(turn)
    except Otherwise as otherwise:
        return Turned(
            step=otherwise.step, element=otherwise.element, code=otherwise.code, values=otherwise.values
        )  # fmt: skip


class _Retelling(Player):
    """The persons of a story who find the case otherwise than it is told."""

    def __init__(self, engine: Engine, definition: str, told: Scenario, others: Sequence[Step]) -> None:
        super().__init__(engine, definition)
        self.told, self.others = told, others
        self.done: list[Step] = []

    def retell(self, turn: Turn) -> Turned:
        """What was done, and what of the story is still to be told; raises Otherwise up to the turn."""
        steps = [*self.told.steps[: turn.step]]
        if turn.other is not None:
            steps[-1] = _answered(steps[-1], turn.other)
        # Where it turns, the story says where that leads.
        steps[-1] = msgspec.structs.replace(steps[-1], expect_open=())
        for number, step in enumerate(steps, start=1):
            self.play_step(number, step)
        rest = self._carry_on(turn.step - 1 if turn.other is not None else turn.step)
        finished = not rest and self._ends()
        found = Scenario(
            title=turn.other.title if turn.other is not None else self.told.title,
            steps=tuple(self.done) if finished else tuple(self._unfinished(rest)),
            expect=self._found() if finished else self.told.expect,
        )
        return Turned(body=scenario_text.scenario(found), finished=finished)

    def play_step(self, number: int, step: Step) -> None:
        """As in a story; but what is open then is written down and not compared."""
        super().play_step(number, msgspec.structs.replace(step, expect_open=None))
        found = None if step.expect_open is None else tuple(self._open())
        self.done.append(msgspec.structs.replace(step, expect_open=found))

    def _carry_on(self, at: int) -> Sequence[Step]:
        """Plays what fits while the case goes on, *at* being the next step to tell; gives the steps left to tell."""
        for _ in range(ROUNDS * len(self.told.steps)):
            found = next(self._fitting(at), None)
            if found is None:
                break
            then, step = found
            try:
                self.play_step(then, step)
            except Otherwise:
                break
            at = then
        return () if self.state() != "open" else self.told.steps[at:]

    def _ends(self) -> bool:
        return self.state() != "open" or self.told.expect.state == "open"

    def _fitting(self, at: int) -> Iterator[tuple[int, Step]]:
        """The steps that can be told now, the best first, with the number of the step to tell after each."""
        if self.state() != "open":
            return
        rest = list(enumerate(self.told.steps[at:], start=at + 1))
        if not rest and self.told.expect.state == "open":
            return
        # What another system sends is sent when its turn has come, whether anybody waits for it or not.
        yield from ((number, step) for number, step in rest[:1] if step.do == "send" or self._fits(step))
        yield from ((at, step) for step in self._before() if self._fits(step))
        yield from ((number, step) for number, step in rest[1:] if self._fits(step))
        yield from ((at, step) for step in self.others if self._fits(step))

    def _before(self) -> list[Step]:
        """The steps of this story so far: those of the last round in their order, then the others from the last on."""
        seen = set[tuple[str, ...]]()
        begin = len(self.done)
        while begin and (asked := _asked(self.done[begin - 1])) not in seen:
            seen.add(asked)
            begin -= 1
        return [*self.done[begin:], *reversed(self.done[:begin])]

    def _fits(self, step: Step) -> bool:
        """True where the tasks wait that the step completes."""
        if step.do != "complete":
            return False
        try:
            return bool([self.waiting(step, office) for office in self._offices(step)])
        except Otherwise:
            return False

    def _unfinished(self, rest: Sequence[Step]) -> Sequence[Step]:
        if rest:
            return [*self.done, *rest]
        # Nothing that is told later would stop at the task that nobody answers.
        return [*self.done[:-1], msgspec.structs.replace(self.done[-1], expect_open=())]

    def _found(self) -> Expected:
        """What is expected of the end as it was: of the variables those that the story speaks of."""
        variables = self._variables()
        kept = {name: _alike(told, variables.get(name)) for name, told in self.told.expect.variables.items()}
        return msgspec.structs.replace(
            self.told.expect, state=self.state(),
            variables={name: value for name, value in kept.items() if value is not None},
        )  # fmt: skip


def _answered(step: Step, other: Other) -> Step:
    rows = step.rows and Rows(list=step.rows.list, each=other.each)
    return msgspec.structs.replace(step, outcome=other.outcome, values=other.values, rows=rows)


def _asked(step: Step) -> tuple[str, ...]:
    """What tells tasks apart: one after the other for the same offices is another round."""
    return (step.element, step.by, step.unit, *step.for_each, "", *step.but)


def _alike(told: Any, found: Any) -> Any:
    """*found*, with no more of it than *told* speaks of; None where a scenario cannot say it."""
    if isinstance(told, Mapping) and isinstance(found, Mapping):
        return {key: _alike(one, found.get(key)) for key, one in told.items()}
    if isinstance(told, (list, tuple)) and isinstance(found, (list, tuple)):
        shapes = [*told, *(told[-1:] * len(found))]
        return [_alike(shape, one) for shape, one in zip(shapes, found, strict=False)] if told else list(found)
    try:
        scenario_text.value(found)
    except ValueError:
        return None
    return found
