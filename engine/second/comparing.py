"""Takes a case again on the second engine, command by command, and says where it goes another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from engine.bpmn import Decisions, Expressions, WaitNotOpen
from engine.bpmn.errors import BudgetSpent
from engine.bpmn.facts import IncidentRaised
from engine.instances.turns import Turn
from engine.second import defects, parser
from engine.second.path import Happening, KernelPath, Path, difference
from engine.second.workflow import MOST_STEPS, NotComparable, Workflow
from engine.values import Value

#: How many differences a verdict names.
NAMED = 2


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """``same``, ``differs`` (at which turn, from 0, at which element, how), or ``not-comparable`` (by which defect)."""

    word: Literal["same", "differs", "not-comparable"]
    turn: int = 0
    element: str = ""
    #: Id of a row of the table of defects.
    defect: str = ""
    detail: str = ""


SAME = Verdict(word="same")


class Comparison:
    """One case on both engines."""

    def __init__(
        self, source: bytes, expressions: Callable[[datetime], Expressions], decisions: Callable[[datetime], Decisions],
        *, most_steps: int = MOST_STEPS,
    ) -> None:  # fmt: skip
        self.expressions, self.decisions, self.most_steps = expressions, decisions, most_steps
        self.source, self.turns = source, 0
        self._workflow: Workflow | None = None
        self._kernel: KernelPath | None = None
        #: The kernel's number of an open wait → ours.
        self._numbers: dict[int, int] = {}
        self._verdict: Verdict | None = None

    def take(self, turns: Iterable[Turn]) -> Verdict:
        """Takes some more turns; the first one that is not the same is the last."""
        for turn in turns:
            if self._verdict is None:
                self._verdict = self._one(turn)
                self.turns += 1
        return self._verdict or SAME

    def give(self, known: Mapping[str, Value]) -> None:
        """Somebody mends variables of the process beside the commands."""
        if self._workflow is not None:
            for name, value in known.items():
                self._workflow.write(self._workflow.root, name, value, here=True)

    def _one(self, turn: Turn) -> Verdict | None:
        try:
            if self._workflow is None or self._kernel is None:
                self._open(turn)
            assert self._workflow is not None
            assert self._kernel is not None
            return self._compared(self._workflow, self._kernel, turn)
        except NotComparable as cannot:
            return self._cannot(cannot.defect, cannot.element)
        except parser.Unreadable as unreadable:
            return self._cannot("long-row" if "recursion" in str(unreadable) else "unreadable", detail=str(unreadable))
        except RecursionError:
            return self._cannot("boundary-in-loop")
        except Exception as failed:  # Whatever it is, it is no finding against the case.
            return self._cannot("library-failed", detail=repr(failed)[:200])

    def _open(self, turn: Turn) -> None:
        """Reads the diagram; raises NotComparable where there is something in it that is not taken."""
        element = defects.outside(parser.attributes(self.source))
        if element is not None:
            raise NotComparable("not-in-subset", element)
        process = parser.read(self.source)
        self._kernel = KernelPath(process.graph)
        self._workflow = Workflow(
            process, now=turn.now, expressions=self.expressions(turn.now), decisions=self.decisions(turn.now),
            most_steps=self.most_steps,
        )  # fmt: skip

    def _compared(self, workflow: Workflow, kernel: KernelPath, turn: Turn) -> Verdict | None:
        spent = [fact for fact in turn.facts if isinstance(fact, IncidentRaised) and fact.code == BudgetSpent.code]
        if spent:
            raise NotComparable("budget", spent[0].element)
        workflow.at(turn.now, self.expressions(turn.now), self.decisions(turn.now))
        expected = kernel.read(turn.facts)
        before = set(workflow.waits())
        try:
            found = _performed(workflow, kernel, turn, self._numbers)
        except WaitNotOpen:
            return Verdict(word="differs", turn=self.turns, detail=turn.call)
        only_kernel, only_second = difference(expected, found)
        if only_kernel or only_second:
            return self._differs(defects.race(expected) or defects.race(found), only_kernel, only_second)
        self._match(workflow, kernel, before)
        return None

    def _differs(
        self, raced: str | None, only_kernel: list[Happening], only_second: list[Happening]
    ) -> Verdict:  # fmt: skip
        if raced is not None:
            return self._cannot("race", raced)
        first = (only_kernel or only_second)[0]
        flow = parser.attributes(self.source).flows.get(first.element) if first.what == "flow" else None
        shown = [f"- {one}" for one in only_kernel[:NAMED]] + [f"+ {one}" for one in only_second[:NAMED]]
        return Verdict(
            word="differs", turn=self.turns, element=flow.source if flow is not None else first.element,
            detail="; ".join(shown),
        )  # fmt: skip

    def _match(self, workflow: Workflow, kernel: KernelPath, before: set[int]) -> None:
        """Finds for each wait that the kernel has opened the one that says the same here."""
        free = {key: wait.happening for key, wait in workflow.waits().items() if key not in before}
        for number, happening in kernel.opened.items():
            same = next((key for key, other in free.items() if other == happening), None)
            if same is not None:
                self._numbers[number] = same
                del free[same]

    def _cannot(self, defect: str, element: str = "", detail: str = "") -> Verdict:
        return Verdict(word="not-comparable", turn=self.turns, element=element, defect=defect, detail=detail)


def _performed(workflow: Workflow, kernel: KernelPath, turn: Turn, numbers: dict[int, int]) -> Path:
    """The turn on the second engine; raises WaitNotOpen where it does not wait for this."""
    if turn.call == "start":
        return workflow.start(*turn.arguments)
    if turn.call == "cancel":
        return workflow.cancel()
    if turn.call == "retry":
        return workflow.retry(*kernel.at(turn.arguments[0]))
    if turn.call not in ("complete", "deliver_result", "deliver_error", "deliver_message", "fire_timer"):
        raise NotComparable("not-in-subset", turn.call)
    wait, *given = turn.arguments
    if wait not in numbers:
        raise WaitNotOpen()
    call: Any = getattr(workflow, turn.call)
    path: Path = call(numbers[wait], *given)
    return path
