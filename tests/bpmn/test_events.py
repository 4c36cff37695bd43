"""Ends, errors and timers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import bpmn
from engine.bpmn import facts
from tests.bpmn.case import Case
from tests.bpmn.models import (
    call,
    each,
    end,
    error_end,
    exclusive,
    message,
    on_error,
    on_timer,
    parallel,
    process,
    receive,
    service,
    start,
    sub,
    terminate,
    timer,
    user,
)  # fmt: skip


def test_a_terminate_end_event_ends_everything_in_the_process() -> None:
    source = process(
        start(), user("a"), user("b"), sub("s", user("u"), flows=""), terminate("t"),
        flows="start > a; start > b; start > s; a > t",
    )  # fmt: skip
    case = Case(source)
    assert case.waits == "a b u"
    assert case.complete("a").ended


def test_a_terminate_end_event_in_a_subprocess_ends_that_subprocess_only() -> None:
    inner = sub("s", user("a"), user("b"), terminate("t"), flows="a > t")
    case = Case(process(start(), inner, user("c"), user("z"), flows="start > s; start > c; s > z"))
    assert case.waits == "a b c"
    assert case.complete("a").waits == "c z"


def nested(*catchers: str, code: str = "E1") -> bytes:
    """An error end two sub-processes deep; *catchers* are boundary events that lead to the user task ``caught``."""
    inner = sub("inner", start("i0"), user("a"), user("other"), error_end("e", code), flows="i0 > a; i0 > other; a > e")
    outer = sub("outer", start("o0"), inner, user("beside"), flows="o0 > inner; o0 > beside")
    names = [catcher.split('id="')[1].split('"')[0] for catcher in catchers]
    ways = "".join(f"; {name} > u_{name}" for name in names)
    return process(
        start(), outer, user("after"), *catchers, *(user(f"u_{name}") for name in names),
        flows=f"start > outer; outer > after{ways}",
    )  # fmt: skip


def test_an_error_ends_the_subprocess_at_whose_boundary_it_is_caught() -> None:
    case = Case(nested(on_error("b", "outer", "E1")))
    assert case.waits == "a beside other"
    assert case.complete("a").waits == "u_b"
    assert case.complete("u_b").ended
    assert "outer_after" not in case.flows


def test_a_boundary_event_for_the_code_goes_before_the_one_for_any_error() -> None:
    catchers = on_error("any", "outer"), on_error("own", "outer", "E1")
    assert Case(nested(*catchers)).complete("a").waits == "u_own"
    assert Case(nested(*catchers, code="E2")).complete("a").waits == "u_any"


def test_the_nearest_boundary_event_catches_even_if_a_farther_one_names_the_code() -> None:
    inner = sub("inner", start("i0"), user("a"), error_end("e"), flows="i0 > a; a > e")
    outer = sub(
        "outer", start("o0"), inner, on_error("near", "inner"), user("n"), flows="o0 > inner; near > n"
    )  # fmt: skip
    source = process(start(), outer, on_error("far", "outer", "E1"), user("f"), flows="start > outer; far > f")
    assert Case(source).complete("a").waits == "n"


def test_an_error_of_another_code_walks_past_to_the_one_that_fits() -> None:
    inner = sub("inner", start("i0"), user("a"), error_end("e"), flows="i0 > a; a > e")
    outer = sub("outer", start("o0"), inner, on_error("near", "inner", "E2"), user("n"), flows="o0 > inner; near > n")
    source = process(start(), outer, on_error("far", "outer", "E1"), user("f"), flows="start > outer; far > f")
    assert Case(source).complete("a").waits == "f"


def test_an_error_that_nobody_catches_is_an_incident_and_the_rest_goes_on() -> None:
    case = Case(nested()).complete("a")
    assert (case.waits, case.incidents) == ("beside other", "e")
    assert case.complete("beside").complete("other").status_line == "active with incident at e"


@pytest.mark.parametrize("task", [service("j"), call("j")])
def test_an_error_delivered_to_a_service_task_or_call_activity_reaches_its_boundary(task: str) -> None:
    source = process(start(), task, on_error("b", "j", "E1"), user("y"), user("z"), flows="start > j; j > z; b > y")
    case = Case(source).fail("j")
    assert case.waits == "y"
    assert [fact.error for fact in case.facts if isinstance(fact, facts.ErrorCaught)] == ["E1"]
    assert Case(source).deliver("j").waits == "z"


def test_a_delivered_error_walks_out_of_a_subprocess() -> None:
    inner = sub("s", start("s0"), service("j"), user("x"), flows="s0 > j; s0 > x")
    case = Case(process(start(), inner, on_error("b", "s"), user("y"), flows="start > s; b > y"))
    assert case.fail("j", "E2").waits == "y"


def test_an_error_in_one_instance_ends_all_instances() -> None:
    source = process(
        start(), call("j", each("=[1, 2, 3]")), on_error("b", "j", "E1"), user("y"), flows="start > j; b > y"
    )  # fmt: skip
    case = Case(source)
    assert case.waits == "j j j"
    assert case.fail("j").waits == "y"


def test_a_delivered_error_that_nobody_catches_stands_until_it_is_done_again() -> None:
    source = process(
        start(), service("j", extra='<bihuan:input name="n" value="=k"/>'),
        on_timer("t", "j", duration="PT1H", interrupting=False), user("z"), user("late"),
        flows="start > j; j > z; t > late",
    )  # fmt: skip
    case = Case(source, k=1).fail("j")
    assert (case.waits, case.incidents) == ("t", "j")
    case.give({"k": 2}).retry("j")
    assert case.waits == "j t"
    assert case.inputs("j") == {"n": 2}
    assert len(case.state.scopes) == 2
    assert case.deliver("j").waits == "z"


def test_a_job_that_failed_in_one_instance_is_done_again_in_that_instance() -> None:
    source = process(
        start(), service("j", each("=[1, 2]", output="out", gathers="=item")), user("z"), flows="start > j; j > z"
    )  # fmt: skip
    case = Case(source).fail("j")
    assert (case.waits, case.incidents) == ("j", "j")
    assert case.retry("j").waits == "j j"
    assert case.deliver("j").deliver("j").waits == "z"
    assert case.variables["out"] == [1, 2]


def test_a_timer_waits_for_a_duration_from_now() -> None:
    source = process(start(), timer("t", duration="PT36H"), user("z"), flows="start > t; t > z")
    case = Case(source)
    assert (case.waits, case.due("t")) == ("t", "2026-02-01T20:00:00+00:00")
    assert case.fire("t").waits == "z"


@pytest.mark.parametrize(
    ("how", "due"),
    [
        ({"duration": "P1M"}, "2026-02-28T08:00:00+00:00"),
        ({"duration": "P1Y1M"}, "2027-02-28T08:00:00+00:00"),
        ({"duration": "P2M"}, "2026-03-31T08:00:00+00:00"),
        ({"duration": '=duration("P1D")'}, "2026-02-01T08:00:00+00:00"),
        ({"duration": '=if late then "PT1H" else "PT2H"'}, "2026-01-31T10:00:00+00:00"),
        ({"date": "2026-03-01T09:00:00+08:00"}, "2026-03-01T01:00:00+00:00"),
        ({"date": '=date("2026-03-01")'}, "2026-03-01T00:00:00+00:00"),
        ({"date": "2025-01-01T00:00:00Z"}, "2025-01-01T00:00:00+00:00"),
    ],
)
def test_a_timer_is_due_at_a_date_or_after_days_or_calendar_months(how: dict[str, str], due: str) -> None:
    assert Case(process(start(), timer("t", **how), flows="start > t"), late=False).due("t") == due


@pytest.mark.parametrize("wrong", ["soon", "=1", "=null", "P1000Y", "P1M2D"])
def test_a_timer_whose_time_cannot_be_read_is_an_incident(wrong: str) -> None:
    case = Case(process(start(), timer("t", duration=wrong), flows="start > t"))
    assert (case.waits, case.incidents) == ("", "t")


def with_timer(interrupting: bool) -> bytes:
    return process(
        start(), user("a"), on_timer("t", "a", duration="P5D", interrupting=interrupting), user("late"), user("z"),
        flows="start > a; a > z; t > late",
    )  # fmt: skip


def test_an_interrupting_timer_ends_the_task() -> None:
    case = Case(with_timer(interrupting=True))
    assert case.waits == "a t"
    assert case.fire("t").waits == "late"
    assert case.complete("late").ended


def test_a_non_interrupting_timer_fires_once_beside_the_task() -> None:
    case = Case(with_timer(interrupting=False)).fire("t")
    assert case.waits == "a late"
    assert case.complete("a").complete("z").waits == "late"
    assert case.complete("late").ended


def test_a_timer_listens_no_longer_when_the_task_is_done() -> None:
    assert Case(with_timer(interrupting=True)).complete("a").waits == "z"


def test_an_interrupting_timer_ends_a_subprocess_with_all_that_runs_in_it() -> None:
    inner = sub("s", user("u"), service("j"), sub("deep", user("v"), flows=""), flows="")
    source = process(start(), inner, on_timer("t", "s", duration="PT1H"), user("y"), flows="start > s; t > y")
    case = Case(source)
    assert case.waits == "j t u v"
    assert case.fire("t", timedelta(hours=1)).waits == "y"
    assert list(case.state.scopes) == [1]


def test_a_timer_at_a_task_with_instances_listens_once_for_all_of_them() -> None:
    source = process(
        start(), user("a", each("=[1, 2]")), on_timer("t", "a", duration="PT1H"), user("y"), flows="start > a; t > y"
    )  # fmt: skip
    case = Case(source)
    assert case.waits == "a a t"
    assert case.complete("a").fire("t").waits == "y"


def test_a_command_for_a_wait_that_is_over_is_refused_and_changes_nothing() -> None:
    case = Case(process(start(), user("a"), user("b"), flows="start > a; a > b"))
    wait = case.wait("a")
    before = case.complete("a").state.save()
    workflow = case._workflow()
    for command in (
        lambda: workflow.complete(wait, {}), lambda: workflow.deliver_result(wait, {}),
        lambda: workflow.deliver_error(wait, "E1"), lambda: workflow.fire_timer(wait), lambda: workflow.retry(wait),
        lambda: workflow.deliver_message(wait, {}),
    ):  # fmt: skip
        with pytest.raises(bpmn.WaitNotOpen):
            command()
    assert case.state.save() == before


def test_a_command_finishes_only_what_it_is_meant_for() -> None:
    source = process(
        start(), user("u"), service("j"), call("c"), timer("t", duration="P1D"), message("m"), receive("r"),
        flows="start > u; start > j; start > c; start > t; start > m; start > r",
    )  # fmt: skip
    case = Case(source)
    before, workflow = case.state.save(), case._workflow()
    meant = {
        "complete": "u", "deliver_result": "j c", "deliver_error": "j c", "fire_timer": "t", "deliver_message": "m r"
    }  # fmt: skip
    arguments = {
        "complete": ({},), "deliver_result": ({},), "deliver_error": ("E1",), "fire_timer": (), "deliver_message": ({},)
    }  # fmt: skip
    for command, elements in meant.items():
        for element in {"u", "j", "c", "t", "m", "r"} - set(elements.split()):
            with pytest.raises(bpmn.WaitNotOpen):
                getattr(workflow, command)(case.wait(element), *arguments[command])
    assert case.state.save() == before


def test_a_case_begins_once_and_ends_once() -> None:
    case = Case(process(start(), user("a"), flows="start > a"))
    before = case.state.save()
    with pytest.raises(bpmn.errors.CaseNotActive):
        case._workflow().start({})
    assert case.state.save() == before
    for ended in (case.complete("a"), Case(process(start(), user("a"), flows="start > a")).cancel()):
        with pytest.raises(bpmn.errors.CaseNotActive):
            ended._workflow().cancel()


def test_a_cancelled_case_waits_for_nothing() -> None:
    inner = sub("s", user("u", each("=[1, 2]")), flows="")
    source = process(
        start(), parallel("f"), inner, timer("t", duration="P1D"), service("j"), on_timer("b", "j", duration="P1D"),
        exclusive("x"), user("never"), end(), flows="start > f; f > s; f > t; f > j; f > x; x > never [false]",
    )  # fmt: skip
    case = Case(source)
    assert (case.waits, case.incidents) == ("b j t u u", "x")
    case.cancel()
    assert (case.waits, case.incidents, case.state.status) == ("", "", "cancelled")
    closed = {fact.token for fact in case.facts if isinstance(fact, facts.IncidentResolved)}
    assert closed == {fact.token for fact in case.facts if isinstance(fact, facts.IncidentRaised)}
