"""Kinds of tasks, timers, several instances: defects of the library, and cases of ours that they touch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from tests.bpmn.case import Case
from tests.bpmn.models import (
    each,
    element,
    end,
    on_timer,
    process,
    start,
    timer,
    user,
)  # fmt: skip
from tests.second.shown.rows import ours, stock
from tests.second.stock import Stock

NONE = process(start(), element("task", "t"), end("e"), flows="start > t; t > e")


@stock("none-task")
def _() -> None:
    assert Stock(NONE).waits == "t"


@ours("none-task")
def _() -> Case:
    case = Case(NONE)
    assert case.ended
    return case


@stock("timers")
def _() -> None:
    month = TimerEventDefinition.parse_iso_duration("P1M")
    assert TimerEventDefinition.get_timedelta_from_start(month, datetime(2026, 1, 31, tzinfo=UTC)) == timedelta(days=31)


@ours("timers")
def _() -> Case:
    source = process(start(), user("a"), on_timer("b", "a", duration="P1M"), timer("t", duration="P1M"), end("e"),
                     flows="start > a; a > e; b > t; t > e")  # fmt: skip
    case = Case(source)
    assert case.due("b") == "2026-02-28T08:00:00+00:00"
    return case.fire("b").fire("t")


def python_loop(inner: str, **attributes: str) -> str:
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<multiInstanceLoopCharacteristics{told}>{inner}</multiInstanceLoopCharacteristics>"


def after(*loop: str) -> bytes:
    return process(start(), user("w", *loop), user("z"), end("e"), flows="start > w; w > z; z > e")


GATHERS = (
    '<loopDataInputRef>items</loopDataInputRef><loopDataOutputRef>out</loopDataOutputRef>'
    '<inputDataItem id="item"/><outputDataItem id="o"/>'
)  # fmt: skip


@stock("instances-order")
def _() -> None:
    case = Stock(after(python_loop(GATHERS)), items=[1, 2])
    assert case.complete("w", 1, o="second").complete("w", 0, o="first").data("z")["out"] == ["second", "first"]


@ours("instances-order")
def _() -> Case:
    case = Case(after(each("=[1, 2]", output="out", gathers="=o")))
    one, two = sorted(case.state.waits)
    case._run("complete", two, {"o": "second"})
    case._run("complete", one, {"o": "first"})
    assert case.variables["out"] == ["first", "second"]
    return case.complete("z")


@stock("instances-null")
def _() -> None:
    inner = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item"/>'
    case = Stock(after(python_loop(inner, isSequential="true")), items=[None, 2])
    assert (case.waits, case.ended) == ("", False)


@ours("instances-null")
def _() -> Case:
    return Case(after(each("=[null, 2]", in_turn=True))).complete("w").complete("w").complete("z")


@stock("instances-number")
def _() -> None:
    inner = '<loopCardinality>2</loopCardinality><loopDataOutputRef>out</loopDataOutputRef><outputDataItem id="o"/>'
    with pytest.raises(NameError):
        Stock(after(python_loop(inner)), out=[])


@ours("instances-number")
def _() -> Case:
    return Case(after(each(times="2")), out=[]).complete("w").complete("w").complete("z")


@stock("instances-silent")
def _() -> None:
    case = Stock(after(python_loop("<loopCardinality>2</loopCardinality>")))
    told: list[object] = []
    case.flow.spec.task_specs["w [child]"].cancelled_event.connect(lambda _flow, task: told.append(task))
    next(task for task in case.flow.tasks.values() if task.task_spec.name == "w").cancel()
    assert "w [child]" not in {task.task_spec.name for task in case.flow.tasks.values()}
    assert told == []


@ours("instances-silent")
def _() -> Case:
    source = process(
        start(), user("w", each("=[1, 2]")), on_timer("b", "w", duration="PT1H"), end("e"),
        flows="start > w; w > e; b > e",
    )  # fmt: skip
    return Case(source).complete("w").fire("b")
