"""Steps are whole or not at all, and bounded."""

from __future__ import annotations

import time

import pytest

from engine import bpmn, errors
from engine.bpmn import facts
from engine.bpmn.errors import BudgetSpent
from tests.bpmn.case import NOW, Case, Feel, Grades
from tests.bpmn.models import (
    call,
    each,
    exclusive,
    gives,
    on_timer,
    parallel,
    process,
    rule,
    script,
    service,
    start,
    sub,
    takes,
    user,
)  # fmt: skip


def test_a_step_that_fails_half_way_leaves_nothing_but_the_incident() -> None:
    task = service("j", extra=gives(a="=k + 1", b="=nowhere"))
    case = Case(process(start(), task, user("z"), flows="start > j; j > z"), k=1)
    before = len(case.facts)
    case.deliver("j", x=1)
    assert (case.waits, case.incidents, case.variables) == ("", "j", {"k": 1})
    told = [type(fact).__name__ for fact in case.facts[before:]]
    assert told == ["VariableWritten", "WaitClosed", "IncidentRaised"]
    assert case.give({"nowhere": 5}).retry("j").waits == "z"
    assert case.variables == {"k": 1, "nowhere": 5, "a": 2, "b": 5}


@pytest.mark.not_comparable("incident-between")
def test_an_instance_that_failed_counts_once_after_it_is_done_again() -> None:
    loop = each("=[1, 2]", output="out", gathers="=item", until="nrOfCompletedInstances >= needed")
    case = Case(process(start(), user("w", loop), user("z"), flows="start > w; w > z"))
    case.complete("w")
    assert (case.waits, case.incidents) == ("w", "w")
    case.give({"needed": 2}).retry("w")
    assert case.waits == "w"
    assert case.sees("w", "nrOfCompletedInstances") == 1
    assert case.complete("w").variables["out"] == [1, 2]


def test_a_failed_input_mapping_opens_no_wait_and_no_scope() -> None:
    source = process(start(), call("c", extra=takes(a="=1", b="=nowhere")), user("z"), flows="start > c; c > z")
    case = Case(source)
    assert (case.waits, case.incidents, len(case.state.scopes)) == ("", "c", 1)
    assert case.give({"nowhere": 2}).retry("c").inputs("c") == {"a": 1, "b": 2}


def test_a_failed_decision_is_done_again_after_its_input_is_given() -> None:
    source = process(
        start(), rule("r", "grade", extra=takes(points="=p + 0")), user("z"), flows="start > r; r > z"
    )  # fmt: skip
    case = Case(source)
    assert case.incidents == "r"
    assert case.give({"p": 10}).retry("r").variables["grade"] == "high"


def test_the_other_branch_goes_on_beside_an_incident() -> None:
    source = process(
        start(), parallel("f"), script("s", "k + 1", "n"), user("a"), parallel("j"), user("z"),
        flows="start > f; f > s; f > a; s > j; a > j; j > z",
    )  # fmt: skip
    case = Case(source).complete("a")
    assert (case.waits, case.incidents) == ("", "s")
    assert case.give({"k": 1}).retry("s").waits == "z"


ENDLESS = process(
    start(), parallel("f"), user("a"), exclusive("m"), script("s", "n + 1", "n"), user("z"),
    flows="start > f; f > m; f > a; m > s; s > m; a > z",
)  # fmt: skip


@pytest.mark.not_comparable("budget")
def test_an_endless_loop_without_a_wait_is_an_incident_and_other_commands_go_on() -> None:
    begun = time.perf_counter()
    case = Case(ENDLESS, seed=None, n=0)
    assert time.perf_counter() - begun < 5
    assert len(case.incidents.split()) == 1
    assert case.waits == "a"
    assert case.complete("a").waits == "z"
    reached = case.variables["n"]
    assert case.retry(case.incidents).variables["n"] > reached


@pytest.mark.not_comparable("budget")
def test_where_the_steps_are_spent_every_token_that_had_something_to_do_can_be_sent_on() -> None:
    inner = sub("w", each("=[1, 2, 3, 4]"), start("s"), script("x", "1", "n"), flows="s > x")
    source = process(start(), inner, user("z"), flows="start > w; w > z")
    for steps in range(1, 40):
        case = Case(source, limits=bpmn.Limits(steps=steps))
        for _ in range(100):
            if not case.incidents:
                break
            case.retry(case.incidents.split()[0])
        assert case.waits == "z", steps
        assert case.complete("z").ended


@pytest.mark.not_comparable("budget")
def test_tokens_are_bounded() -> None:
    case = Case(process(start(), user("w", each(times="11")), flows="start > w"), limits=bpmn.Limits(tokens=10))
    assert (case.waits, case.incidents, len(case.state.tokens)) == ("", "w", 1)


@pytest.mark.not_comparable("budget")
def test_the_bytes_that_one_command_writes_are_bounded() -> None:
    source = process(start(), user("a"), script("s", "k + k", "k"), user("z"), flows="start > a; a > s; s > z")
    case = Case(source, limits=bpmn.Limits(data=1_000))
    before = case.state.save()
    with pytest.raises(BudgetSpent):
        case.complete("a", m=1, k="x" * 2_000)
    assert case.state.save() == before
    assert case.complete("a", k="x" * 600).incidents == "s"


def test_a_case_whose_first_variables_are_too_large_does_not_begin() -> None:
    flow = bpmn.Workflow(
        bpmn.read(process(start(), user("a"), flows="start > a")), bpmn.State(), ids=iter(range(1, 99)).__next__,
        now=NOW, expressions=Feel(NOW), decisions=Grades(), limits=bpmn.Limits(data=100),
    )  # fmt: skip
    with pytest.raises(BudgetSpent):
        flow.start({"k": "x" * 200})
    assert (flow.state.save(), flow.facts) == (bpmn.State().save(), [])


def test_a_stored_state_of_another_format_is_refused() -> None:
    saved = bpmn.State().save()
    with pytest.raises(errors.BihuanError, match="format-unknown"):
        bpmn.State.load(saved.replace('"format":1', '"format":2'))


@pytest.mark.not_comparable("budget")
def test_a_join_that_takes_a_token_that_stands_still_settles_it() -> None:
    source = process(
        start(), parallel("f"), user("a"), user("b"), parallel("j"), user("z"),
        flows="start > f; f > a; f > b; a > j; b > j; j > z",
    )  # fmt: skip
    case = Case(source).complete("a", k=1)
    case.limits = bpmn.Limits(steps=1)  # Leaves the second token before the join with nothing done.
    case.complete("b")
    assert case.incidents == "j"
    case.limits = None
    assert case.retry("j").waits == "z"
    raised = [fact.token for fact in case.facts if isinstance(fact, facts.IncidentRaised)]
    assert raised == [fact.token for fact in case.facts if isinstance(fact, facts.IncidentResolved)]


def test_a_timer_at_the_bound_of_tokens_is_refused_and_still_waits() -> None:
    source = process(
        start(), user("a"), on_timer("t", "a", duration="PT1H", interrupting=False), user("y"),
        flows="start > a; t > y",
    )  # fmt: skip
    case = Case(source, limits=bpmn.Limits(tokens=1))
    before = case.state.save()
    with pytest.raises(errors.BihuanError):
        case.fire("t")
    assert case.state.save() == before


def test_every_flow_that_is_taken_is_told_with_its_own_id() -> None:
    source = process(start(), user("a"), user("b"), flows="start > a; a > b [k]; a > b [not(k)]").replace(
        b'id="a_b"', b'id="other"', 1
    )
    case = Case(source).complete("a", k=False)
    assert [fact.flow for fact in case.facts if isinstance(fact, facts.FlowTaken)] == ["start_a", "a_b"]
