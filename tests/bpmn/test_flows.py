"""Gateways and sequence flows: which are taken, what joins wait for, and when a process ends."""

from __future__ import annotations

from tests.bpmn.case import Case
from tests.bpmn.models import end, exclusive, inclusive, parallel, process, script, start, sub, timer, user


def test_a_sequence_of_every_plain_task_runs_to_the_end() -> None:
    tasks = ('<task id="t"/>', user("u"), '<manualTask id="m"/>', script("s", "1 + 1", "two"))
    case = Case(process(start(), *tasks, end(), flows="start > t; t > u; u > m; m > s; s > end"))
    assert case.waits == "u"
    assert case.complete("u", k=1).waits == "m"
    assert case.complete("m").ended
    assert case.flows == "start_t t_u u_m m_s s_end"
    assert case.variables == {"k": 1, "two": 2}


def test_a_process_ends_where_a_token_finds_no_flow() -> None:
    assert Case(process(start(), user("a"), flows="start > a")).complete("a").ended


def test_a_process_without_start_event_begins_at_each_element_without_incoming_flow() -> None:
    case = Case(process(user("a"), user("b"), user("c"), flows="a > c"))
    assert case.waits == "a b"
    assert case.complete("a").waits == "b c"
    assert case.complete("c").complete("b").ended


def test_a_subprocess_with_nothing_in_it_passes() -> None:
    assert Case(process(start(), sub("s", flows=""), user("z"), flows="start > s; s > z")).waits == "z"


def choice(default: str = "x_d") -> bytes:
    return process(
        start(), exclusive("x", default=default), user("b"), user("c"), user("d"),
        flows="start > x; x > b [k = 1]; x > c [k < 3]; x > d",
    )  # fmt: skip


def test_an_exclusive_gateway_takes_the_first_true_flow_in_the_order_of_the_file() -> None:
    assert Case(choice(), k=1).waits == "b"
    assert Case(choice(), k=2).flows == "start_x x_c"


def test_the_default_flow_is_taken_where_no_condition_is_true() -> None:
    assert Case(choice(), k=7).waits == "d"


def test_without_a_true_condition_and_a_default_the_token_stands_still_until_it_is_mended() -> None:
    source = process(start(), exclusive("x"), user("b"), flows="start > x; x > b [k = 1]")
    case = Case(source, k=7)
    assert (case.waits, case.incidents, case.flows) == ("", "x", "start_x")
    assert case.retry("x").incidents == "x"
    assert case.give({"k": 1}).retry("x").waits == "b"
    assert case.flows == "start_x x_b"


def test_a_condition_that_is_not_true_or_false_is_an_incident() -> None:
    source = process(start(), exclusive("x", default="x_b"), user("b"), user("c"), flows="start > x; x > c [k]; x > b")
    assert Case(source, k="yes").incidents == "x"


def test_flows_out_of_an_activity_split_by_their_conditions() -> None:
    source = process(
        start(), user("a", default="a_d"), user("b"), user("c"), user("d"),
        flows="start > a; a > b [k > 0]; a > c [k > 1]; a > d",
    )  # fmt: skip
    assert Case(source).complete("a", k=0).waits == "d"
    assert Case(source).complete("a", k=1).waits == "b"
    assert Case(source).complete("a", k=2).waits == "b c"


def test_all_flows_without_condition_out_of_an_activity_are_taken() -> None:
    source = process(start(), user("a"), user("b"), user("c"), user("d"), flows="start > a; a > b; a > c; b > d; c > d")
    case = Case(source).complete("a").complete("b")
    assert case.waits == "c d"
    assert case.complete("c").waits == "d d"
    assert case.complete("d").complete("d").ended


def both() -> bytes:
    return process(
        start(), parallel("f"), user("a"), user("b"), parallel("j"), user("z"),
        flows="start > f; f > a; f > b; a > j; b > j; j > z",
    )  # fmt: skip


def test_a_parallel_join_waits_for_a_token_on_each_flow() -> None:
    for first, second in ("ab", "ba"):
        case = Case(both())
        assert case.waits == "a b"
        assert case.complete(first).waits == second
        assert case.complete(second).waits == "z"
        assert case.complete("z").ended


def test_a_parallel_gateway_looks_at_no_condition() -> None:
    source = process(start(), parallel("f"), user("a"), user("b"), flows="start > f; f > a [false]; f > b [null]")
    assert Case(source).waits == "a b"


def test_an_excess_token_waits_at_a_parallel_join_for_the_next_round() -> None:
    source = process(
        start(), parallel("f"), user("a"), user("b"), exclusive("m"), parallel("j"), user("z"), user("c"),
        flows="start > f; f > a; f > b; f > c; a > m; b > m; m > j; c > j; j > z",
    )  # fmt: skip
    case = Case(source).complete("a").complete("b")
    assert case.waits == "c"
    assert case.complete("c").waits == "z"
    assert not case.complete("z").ended
    assert len(case.state.tokens) == 1


def test_a_parallel_split_and_join_in_a_loop_start_anew_each_round() -> None:
    source = process(
        start(), exclusive("m"), parallel("f"), user("a"), user("b"), parallel("j"), exclusive("x", default="x_end"),
        end(), flows="start > m; m > f; f > a; f > b; a > j; b > j; j > x; x > m [again]; x > end",
    )  # fmt: skip
    case = Case(source)
    for again in (True, True, False):
        assert case.waits == "a b"
        assert case.complete("b", again=again).waits == "a"
        case.complete("a")
    assert case.ended
    assert case.flows.count("j_x") == 3


def some(loop: str = "") -> bytes:
    return process(
        start(), exclusive("m"), inclusive("f", default="f_c"), user("a"), user("b"), user("c"), inclusive("j"),
        exclusive("x", default="x_z"), user("z"),
        flows="start > m; m > f; f > a [k > 0]; f > b [k > 1]; f > c; a > j; b > j; c > j; j > x; x > m [again]; x > z",
    )  # fmt: skip


def test_an_inclusive_join_waits_for_the_tokens_that_can_still_come() -> None:
    assert Case(some(), k=0, again=False).complete("c").waits == "z"
    assert Case(some(), k=1, again=False).complete("a").waits == "z"
    case = Case(some(), k=2, again=False)
    assert case.complete("b").waits == "a"
    assert case.complete("a").waits == "z"


def test_an_inclusive_join_in_a_loop_serves_every_round() -> None:
    case = Case(some(), k=2, again=True).complete("a").complete("b")
    assert case.waits == "a b"
    assert case.complete("b", k=1).complete("a").waits == "a"
    assert case.complete("a", again=False).waits == "z"
    assert case.complete("z").ended


def test_an_inclusive_join_goes_on_when_the_branch_for_which_it_waited_dies() -> None:
    source = process(
        start(), inclusive("f"), user("a"), user("b"), exclusive("x", default="x_dead"), end("dead"), inclusive("j"),
        user("z"), flows="start > f; f > a; f > b; a > j; b > x; x > j [k]; x > dead; j > z",
    )  # fmt: skip
    case = Case(source).complete("a")
    assert case.waits == "b"
    assert case.complete("b", k=False).waits == "z"


def test_an_inclusive_join_waits_for_a_token_that_stands_at_a_timer() -> None:
    source = process(
        start(), inclusive("f"), user("a"), timer("t", duration="PT1H"), inclusive("j"), user("z"),
        flows="start > f; f > a; f > t; a > j; t > j; j > z",
    )  # fmt: skip
    case = Case(source).complete("a")
    assert case.waits == "t"
    assert case.fire("t").waits == "z"


def test_an_inclusive_join_waits_for_a_subprocess_that_can_still_lead_to_it() -> None:
    source = process(
        start(), inclusive("f"), user("a"), sub("s", start("s0"), user("u"), flows="s0 > u"), inclusive("j"), user("z"),
        flows="start > f; f > a; f > s; a > j; s > j; j > z",
    )  # fmt: skip
    case = Case(source).complete("a")
    assert case.waits == "u"
    assert case.complete("u").waits == "z"
