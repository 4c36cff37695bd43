"""Rounds, rows and depth: defects of the library, and cases of ours that they touch."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.util.task import TaskState

from tests.bpmn.case import Case
from tests.bpmn.models import (
    end,
    exclusive,
    on_error,
    process,
    start,
    user,
)  # fmt: skip
from tests.second.shown.rows import ours, stock
from tests.second.stock import Stock, workflow


def again(*more: str, flows: str = "") -> bytes:
    return process(
        start(), exclusive("m"), user("u"), *more, exclusive("x", default="x_e"), end("e"),
        flows=f"start > m; m > u; u > x; x > m [again]; x > e; {flows}",
    )  # fmt: skip


@stock("depth")
def _() -> None:
    flow = workflow(again())
    spec, task = flow.spec.task_specs["u"], flow.task_tree
    for _ in range(1_005):
        task = task._add_child(spec, TaskState.COMPLETED)
    deep = task._add_child(spec, TaskState.READY)
    assert deep in flow.tasks.values()
    assert deep not in flow.get_tasks(state=TaskState.READY)


@ours("depth")
def _() -> Case:
    case = Case(again(), seed=None)
    for _ in range(220):  # More than a thousand steps from the start.
        case.complete("u", again=True)
    return case.complete("u", again=False)


@stock("boundary-in-loop")
def _() -> None:
    late = again(on_error("b", "u", "E1"), user("late"), end("f"), flows="b > late; late > f")
    case = Stock(late, again=True)

    def rounds() -> None:
        for _ in range(250):
            case.complete("u")

    with pytest.raises(RecursionError):
        rounds()


@ours("boundary-in-loop")
def _() -> Case:
    case = Case(again(on_error("b", "u", "E1"), user("late"), end("f"), flows="b > late; late > f"), seed=None)
    for _ in range(200):
        case.complete("u", again=True)
    return case


def row_of(tasks: int) -> bytes:
    names = [f"u{number}" for number in range(tasks)]
    flows = "; ".join(f"{one} > {two}" for one, two in zip(["start", *names], [*names, "end"], strict=True))
    return process(start(), *map(user, names), end(), flows=flows)


@stock("long-row")
def _() -> None:
    with pytest.raises(ValidationException, match="RecursionError"):
        Stock(row_of(500))


@ours("long-row")
def _() -> Case:
    return Case(row_of(500))
