"""Each row of the table of defects: the installed library still has it, and our adapter avoids or refuses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import read
from engine.second.defects import TABLE, outside, race
from engine.second.library import VERSION
from engine.second.path import Happening
from tests.bpmn.case import Case
from tests.bpmn.models import (
    each,
    element,
    end,
    error_end,
    exclusive,
    inclusive,
    on_error,
    on_timer,
    parallel,
    process,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.second.stock import Stock, workflow

ROWS = {row.id: row for row in TABLE}

#: Row → what shows the defect in the library.
STOCK: dict[str, Callable[[], None]] = {}
#: Row → a case of ours that it touches; its verdict is ``same``, or not comparable by this row.
OURS: dict[str, Callable[[], Case]] = {}


def stock(row: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def kept(shows: Callable[[], None]) -> Callable[[], None]:
        STOCK[row] = shows
        return shows

    return kept


def ours(row: str) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    def kept(makes: Callable[[], Case]) -> Callable[[], Case]:
        OURS[row] = makes
        return makes

    return kept


def test_the_table_is_about_the_version_that_is_installed() -> None:
    assert {VERSION} == {version for row in TABLE for version in row.versions}


def test_every_row_is_shown_on_both_sides() -> None:
    assert set(STOCK) == set(OURS) == set(ROWS)
    assert len(ROWS) == len(TABLE)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_the_library_as_it_is_installed_still_has_it(row: str) -> None:
    STOCK[row]()


@pytest.mark.parametrize("row", sorted(ROWS))
def test_our_adapter_avoids_it_or_calls_the_case_not_comparable(row: str) -> None:
    case = OURS[row]()
    assert ROWS[row].touches(case.graph)
    expected = ("same", "") if ROWS[row].treated == "avoided" else ("not-comparable", row)
    assert (case.verdict.word, case.verdict.defect) == expected


def test_a_row_does_not_touch_what_has_nothing_of_it() -> None:
    plain = read(process(start(), user("a"), end(), flows="start > a; a > end"))
    assert [row.id for row in TABLE if row.touches(plain)] == []


def test_what_the_kernel_learns_first_is_outside_of_the_second_engine() -> None:
    graph = read(process(start(), user("a"), end(), flows="start > a; a > end"))
    assert outside(graph) is None
    graph.nodes["a"].type = "eventBasedGateway"
    assert outside(graph) == "a"


def test_a_command_that_the_second_engine_does_not_know_ends_the_comparison_and_no_more() -> None:
    case = Case(process(start(), user("a"), user("z"), flows="start > a; a > z"))
    wait = case.wait("a")
    case._run(lambda flow: flow.complete(wait, {}))
    assert (case.verdict.word, case.verdict.defect) == ("not-comparable", "not-in-subset")
    assert case.complete("z").ended


def test_what_is_entered_and_ended_in_one_command_is_a_race_and_no_difference() -> None:
    both = Counter([Happening("entered", "a", "process"), Happening("cancelled", "a", "process")])
    assert race(both) == "a"
    assert race(Counter([Happening("entered", "a", "process"), Happening("cancelled", "a", "process/s")])) is None
    assert race(Counter([Happening("entered", "a", "process"), Happening("left", "a", "process")])) is None


# --- ids ---

RESERVED = process(start(), user("End"), user("z"), end("e"), flows="start > End; End > z; z > e")


@stock("reserved-ids")
def _() -> None:
    with pytest.raises(IndexError):
        Stock(RESERVED).complete("End")


@ours("reserved-ids")
def _() -> Case:
    return Case(RESERVED).complete("End").complete("z")


# --- joins ---


def rounds_of_three() -> bytes:
    """Three branches together, then again."""
    return process(
        start(), exclusive("m"), parallel("f"), user("a"), user("b"), user("c"), parallel("j"), user("r"),
        exclusive("x", default="x_e"), end("e"),
        flows="start > m; m > f; f > a; f > b; f > c; a > j; b > j; c > j; j > r; r > x; x > m [again]; x > e",
    )  # fmt: skip


@stock("parallel-in-loop")
def _() -> None:
    case = Stock(rounds_of_three(), again=True)
    case.complete("a").complete("b").complete("c").complete("r").complete("c")
    assert case.waits == "a b r"


@ours("parallel-in-loop")
def _() -> Case:
    case = Case(rounds_of_three())
    case.complete("a").complete("b").complete("c").complete("r", again=True).complete("c")
    assert case.waits == "a b"
    return case.complete("b").complete("a").complete("r", again=False)


def some_rounds(true: str) -> bytes:
    return process(
        start(), exclusive("m"), inclusive("f"), user("a"), user("b"), inclusive("j", default="j_r"), user("r"),
        exclusive("x", default="x_e"), end("e"),
        flows=f"start > m; m > f; f > a [{true}]; f > b [{true}]; a > j; b > j; j > r; r > x; x > m [again]; x > e",
    )  # fmt: skip


@stock("inclusive-in-loop")
def _() -> None:
    case = Stock(some_rounds("True"), again=True).complete("a").complete("b").complete("r").complete("b")
    assert case.waits == "a r"


@ours("inclusive-in-loop")
def _() -> Case:
    case = Case(some_rounds("true")).complete("a").complete("b").complete("r", again=True).complete("b")
    assert case.waits == "a"
    return case.complete("a").complete("r", again=False)


def before_a_choice(true: str, false: str, *loop: str) -> bytes:
    return process(
        start(), inclusive("i"), user("w", *loop), exclusive("x", default="x_t"), user("t"), user("y"), user("a"),
        inclusive("o", default="o_z"), user("z"), end("e"),
        flows=f"start > i; i > w [{true}]; i > a [{true}]; w > x; x > t; x > y [{false}];"
        "t > o; y > o; a > o; o > z; z > e",
    )  # fmt: skip


TWICE = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"


@stock("inclusive-started")
def _() -> None:
    assert Stock(before_a_choice("True", "False", TWICE)).complete("a").waits == "w w z"


@ours("inclusive-started")
def _() -> Case:
    case = Case(before_a_choice("true", "false", TWICE)).complete("a")
    assert case.waits == "w w"
    return case.complete("w").complete("w").complete("t").complete("z")


EXCESS = process(
    start(), parallel("f"), user("a"), user("b"), exclusive("m"), parallel("j"), user("z"), user("c"), end("e"),
    flows="start > f; f > a; f > b; f > c; a > m; b > m; m > j; c > j; j > z; z > e",
)  # fmt: skip


@stock("excess-tokens")
def _() -> None:
    assert Stock(EXCESS).complete("a").complete("b").complete("c").complete("z").ended


@ours("excess-tokens")
def _() -> Case:
    case = Case(EXCESS).complete("a").complete("b").complete("c").complete("z")
    assert not case.ended
    return case


MERGED = process(
    start(), parallel("f"), user("a"), user("b"), parallel("j"), user("z"), end("e"),
    flows="start > f; f > a; f > b; a > j; b > j; j > z; z > e",
)  # fmt: skip


@stock("join-merge")
def _() -> None:
    assert Stock(MERGED, v=0).complete("b").complete("a", v=1).data("z")["v"] == 1
    assert Stock(MERGED, v=0).complete("a", v=1).complete("b").data("z")["v"] == 0


@ours("join-merge")
def _() -> Case:
    case = Case(MERGED, v=0).complete("a", v=1).complete("b")
    assert case.variables["v"] == 1
    return case.complete("z")


# --- depth ---


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


# --- errors ---

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


# --- what is left implicit ---


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


# --- tasks and timers ---

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


# --- several instances ---


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
