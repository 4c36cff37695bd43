"""Errors, and what a process leaves implicit: defects of the library, and cases of ours that they touch."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.util.task import TaskState

from tests.bpmn.case import Case
from tests.bpmn.models import (
    element,
    end,
    error_end,
    exclusive,
    on_error,
    parallel,
    process,
    start,
    sub,
    user,
)  # fmt: skip
from tests.second.shown.rows import ours, stock
from tests.second.stock import Stock

FAILS = sub("s", start("s0"), user("a"), error_end("x"), flows="s0 > a; a > x")


@stock("error-uncaught")
def _() -> None:
    source = process(start(), FAILS, user("after"), end("e"), flows="start > s; s > after; after > e")
    case = Stock(source).complete("a")
    assert (case.waits, case.flow.success) == ("after", True)


@ours("error-uncaught")
def _() -> Case:
    source = process(start(), FAILS, user("after"), end("e"), flows="start > s; s > after; after > e")
    case = Case(source).complete("a")
    assert case.incidents == "x"
    return case


BESIDE = process(
    start(), parallel("f"), FAILS, user("beside"), on_error("b", "beside", "E1"), user("caught"), parallel("j"),
    end("e"), end("g"),
    flows="start > f; f > s; f > beside; s > j; beside > j; j > e; b > caught; caught > g",
)  # fmt: skip


@stock("error-unrelated")
def _() -> None:
    assert Stock(BESIDE).complete("a").waits == "caught"


@ours("error-unrelated")
def _() -> Case:
    case = Case(BESIDE).complete("a")
    assert (case.waits, case.incidents) == ("beside", "x")
    return case


TWO_CATCH = process(
    start(), FAILS, on_error("any", "s"), on_error("own", "s", "E1"), user("for_any"), user("for_own"), end("e"),
    end("g"), end("h"), flows="start > s; s > e; any > for_any; for_any > g; own > for_own; for_own > h",
)  # fmt: skip


@stock("error-twice")
def _() -> None:
    assert Stock(TWO_CATCH).complete("a").waits == "for_any for_own"


@ours("error-twice")
def _() -> Case:
    case = Case(TWO_CATCH).complete("a")
    assert case.waits == "for_own"
    return case.complete("for_own")


def two_deep(after: str) -> bytes:
    flows = "o0 > s; s > charge; charge > w; w > oe"
    outer = sub("outer", start("o0"), FAILS, after, user("w"), end("oe"), flows=flows)
    return process(
        start(), outer, on_error("b", "outer", "E1"), user("caught"), end("e"), end("g"),
        flows="start > outer; outer > e; b > caught; caught > g",
    )  # fmt: skip


@stock("error-late")
def _() -> None:
    case = Stock(two_deep(element("scriptTask", "charge", "<script>charged = True</script>"))).complete("a")
    inside = [task for flow in case.flow.subprocesses.values() for task in flow.tasks.values()]
    assert [task.state for task in inside if task.task_spec.name == "charge"] == [TaskState.COMPLETED]
    assert case.waits == "caught"


@ours("error-late")
def _() -> Case:
    case = Case(two_deep(element("task", "charge"))).complete("a")
    assert "s_charge" not in case.flows
    return case.complete("caught")


@stock("single-condition")
def _() -> None:
    source = process(start(), user("a"), user("b"), end("e"), flows="start > a; a > b [False]; b > e")
    assert Stock(source).complete("a").waits == "b"


@ours("single-condition")
def _() -> Case:
    source = process(start(), user("a"), user("b"), end("e"), flows="start > a; a > b [k = 1]; b > e")
    return Case(source).complete("a", k=1).complete("b")


SPLIT = process(
    start(), user("a"), user("b"), user("c"), end("e"), flows="start > a; a > b; a > c; b > e; c > e"
)  # fmt: skip


@stock("implicit-split")
def _() -> None:
    with pytest.raises(ValidationException, match="Multiple outgoing flows"):
        Stock(SPLIT)


@ours("implicit-split")
def _() -> Case:
    case = Case(SPLIT).complete("a")
    assert case.waits == "b c"
    return case.complete("c").complete("b")


@stock("implicit-end")
def _() -> None:
    case = Stock(process(start(), user("a"), flows="start > a")).complete("a")
    assert (case.waits, case.ended) == ("", False)


@ours("implicit-end")
def _() -> Case:
    case = Case(process(start(), user("a"), flows="start > a")).complete("a")
    assert case.ended
    return case


@stock("implicit-start")
def _() -> None:
    with pytest.raises(ValidationException, match="No start event"):
        Stock(process(user("a"), end("e"), flows="a > e"))


@ours("implicit-start")
def _() -> Case:
    return Case(process(user("a"), user("b"), end("e"), flows="a > e; b > e")).complete("b").complete("a")


def ordered(true: str) -> bytes:
    """Two true conditions; the flow that stands first leads to the shape that stands lower."""
    source = process(
        start(), exclusive("x", default="x_e"), user("first"), user("second"), end("e"),
        flows=f"start > x; x > first [{true}]; x > second [{true}]; x > e; first > e; second > e",
    ).decode()  # fmt: skip
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{name}"><dc:Bounds x="1" y="{y}" width="1" height="1"/></di:BPMNShape>'
        for name, y in (("first", 200), ("second", 100))
    )
    names = 'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    plane = f'<di:BPMNDiagram {names}><di:BPMNPlane bpmnElement="p">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    return source.replace("</definitions>", f"{plane}</definitions>").encode()


@stock("flow-order")
def _() -> None:
    assert Stock(ordered("True")).waits == "second"


@ours("flow-order")
def _() -> Case:
    case = Case(ordered("true"))
    assert case.waits == "first"
    return case.complete("first")
