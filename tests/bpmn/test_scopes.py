"""Variables: where they are written, what is seen, and how activities map them in and out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.bpmn import facts
from tests.bpmn.case import Case
from tests.bpmn.models import (
    call,
    each,
    end,
    gives,
    process,
    rule,
    script,
    service,
    start,
    sub,
    takes,
    terminate,
    user,
)  # fmt: skip


def test_without_mapping_all_answers_are_written_under_their_names() -> None:
    case = Case(process(start(), user("a"), user("z"), flows="start > a; a > z"), k=1)
    assert case.complete("a", k=2, day=date(2026, 5, 1), sum=Decimal("1.50")).variables == {
        "k": 2, "day": date(2026, 5, 1), "sum": Decimal("1.5"),
    }  # fmt: skip


def test_a_mapping_out_writes_nothing_else() -> None:
    task = user("a", extra=takes(local="=k + 1") + gives(k="=local + answer", text="done"))
    case = Case(process(start(), task, user("z"), flows="start > a; a > z"), k=1)
    assert case.sees("a", "local") == 2
    assert case.complete("a", answer=40, other="x").variables == {"k": 42, "text": "done"}


def test_outputs_do_not_see_each_other() -> None:
    task = user("a", extra=gives(k="=m", m="=k"))
    assert Case(process(start(), task, user("z"), flows="start > a; a > z"), k=1, m=2).complete("a").variables == {
        "k": 2, "m": 1,
    }  # fmt: skip


def test_inputs_alone_stay_inside_and_the_answers_are_written_all_the_same() -> None:
    task = user("a", extra=takes(local="=1"))
    case = Case(process(start(), task, user("z"), flows="start > a; a > z"), local=0).complete("a", answer=40)
    assert case.variables == {"local": 0, "answer": 40}


def test_the_output_of_an_instance_sees_its_answers_beside_inputs() -> None:
    loop = each("=[1, 2]", output="out", gathers="=answer + item", in_turn=True)
    case = Case(process(start(), user("a", loop, extra=takes(local="=item")), user("z"), flows="start > a; a > z"))
    assert case.complete("a", answer=10).complete("a", answer=20).variables == {"out": [11, 22]}


def test_a_service_task_and_a_call_write_only_what_is_mapped() -> None:
    for task in (service("j", extra=takes(n="=k")), call("j", extra=takes(n="=k")), service("j"), call("j")):
        case = Case(process(start(), task, user("z"), flows="start > j; j > z"), k=1)
        assert case.inputs("j") == ({"n": 1} if "bihuan:input" in task else {})
        assert case.deliver("j", numbers=[4, 5]).variables == {"k": 1}
    mapped = service("j", extra=gives(first="=result.numbers[1]"))
    case = Case(process(start(), mapped, user("z"), flows="start > j; j > z"))
    assert case.deliver("j", numbers=[4, 5]).variables == {"first": 4}


def test_a_script_and_a_decision_write_their_result() -> None:
    source = process(
        start(), script("s", "{a: 1, b: [a]}", "made"), rule("r", "grade"), user("z"), flows="start > s; s > r; r > z"
    )  # fmt: skip
    case = Case(source, points=12)
    assert case.variables == {"points": 12, "made": {"a": 1, "b": [1]}, "grade": "high"}
    told = [fact for fact in case.facts if isinstance(fact, facts.Decided)]
    assert [(fact.ref, fact.rows, fact.value) for fact in told] == [("grade", ["r1"], "high")]


def test_a_decision_sees_its_inputs_and_its_result_can_be_mapped() -> None:
    source = process(
        start(), rule("r", "grade", extra=takes(points="=k * 2") + gives(mark='="it is " + grade')), user("z"),
        flows="start > r; r > z",
    )  # fmt: skip
    assert Case(source, k=5).variables == {"k": 5, "mark": "it is high"}


def test_a_new_variable_of_a_subprocess_belongs_to_the_process() -> None:
    inner = sub("s", start("s0"), user("a"), flows="s0 > a")
    case = Case(process(start(), inner, user("z"), flows="start > s; s > z"), k=1)
    assert case.complete("a", k=2, new=3).variables == {"k": 2, "new": 3}


def test_a_variable_that_a_subprocess_takes_in_stays_inside() -> None:
    inner = sub("s", start("s0"), user("a"), flows="s0 > a", extra=takes(k="=k + 1") + gives(seen="=k"))
    case = Case(process(start(), inner, user("z"), flows="start > s; s > z"), k=1)
    assert case.sees("a", "k") == 2
    assert case.complete("a", k=7).variables == {"k": 1, "seen": 7}


def test_an_instance_keeps_what_is_new_and_changes_what_is_known_outside() -> None:
    inner = sub("s", each("=[1, 2]"), start("s0"), user("a"), user("b"), flows="s0 > a; a > b")
    case = Case(process(start(), inner, user("z"), flows="start > s; s > z"), total=0)
    case.complete("a", total=5, own="x")
    assert (case.sees("b", "own"), case.sees("b", "total"), case.sees("a", "total")) == ("x", 5, 5)
    assert case.complete("b").complete("a", own="y").complete("b").variables == {"total": 5}


def test_the_result_of_a_process_is_worked_out_from_its_variables() -> None:
    source = process(
        start(), user("a"), flows="start > a", extra='<bihuan:result name="sum" value="=k + 1"/>'
    )  # fmt: skip
    assert Case(source).complete("a", k=41).result() == {"sum": 42}


@pytest.mark.parametrize("last", [end("e"), terminate("e")])
@pytest.mark.not_comparable("incident-between")
def test_a_result_that_cannot_be_worked_out_is_an_incident_at_the_end(last: str) -> None:
    source = process(
        start(), user("a"), last, flows="start > a; a > e", extra='<bihuan:result name="sum" value="=k + 1"/>'
    )  # fmt: skip
    case = Case(source).complete("a")
    assert (case.incidents, case.state.status) == ("e", "active")
    assert case.give({"k": 41}).retry("e").ended
    assert case.result() == {"sum": 42}


def test_a_variable_that_is_not_known_is_an_incident_and_not_nothing() -> None:
    case = Case(process(start(), script("s", "nowhere + 1", "k"), user("z"), flows="start > s; s > z"))
    assert case.incidents == "s"
    assert case.give({"nowhere": 1}).retry("s").variables == {"nowhere": 1, "k": 2}
