"""Multi-instance activities: together or in turn, over a list or so many times."""

from __future__ import annotations

import pytest

from tests.bpmn.case import Case
from tests.bpmn.models import (
    call,
    each,
    error_end,
    exclusive,
    gives,
    process,
    rule,
    script,
    service,
    start,
    sub,
    takes,
    user,
)  # fmt: skip

WAITING = [
    (lambda loop: user("w", loop), False),
    (lambda loop: call("w", loop, extra=gives(x="=result.x")), True),
    (lambda loop: service("w", loop, extra=gives(x="=result.x")), True),
    (lambda loop: sub("w", loop, start("s"), user("u"), flows="s > u"), False),
]  # fmt: skip


def after(activity: str) -> bytes:
    return process(start(), activity, user("z"), flows="start > w; w > z")


@pytest.mark.parametrize(("make", "delivers"), WAITING)
def test_instances_together_gather_their_outputs_in_the_order_of_the_list(make: object, delivers: bool) -> None:
    case = Case(after(make(each('=["a", "b", "c"]', output="out", gathers="=item + string(x)"))))  # type: ignore[operator]
    name = "u" if "u" in case.waits else "w"
    assert case.waits == " ".join([name] * 3)
    order = sorted((key for key in case.state.waits), key=lambda key: key % 2)
    for number, wait in enumerate(order):
        act = "deliver_result" if delivers else "complete"
        case._run(act, wait, {"x": number})
    seen = {wait: number for number, wait in enumerate(order)}
    assert case.waits == "z"
    expected = [letter + str(seen[wait]) for letter, wait in zip("abc", sorted(order), strict=True)]
    assert case.variables["out"] == expected
    assert "item" not in case.variables
    assert "x" not in case.variables


@pytest.mark.parametrize(("make", "delivers"), WAITING)
def test_instances_in_turn_run_one_after_the_other(make: object, delivers: bool) -> None:
    case = Case(after(make(each("=[7, 8, 9]", output="out", gathers="=item * x", in_turn=True))))  # type: ignore[operator]
    name = "u" if "u" in case.waits else "w"
    for number in (1, 2, 3):
        assert case.waits == name
        assert case.sees(name, "loopCounter") == number
        assert case.sees(name, "nrOfInstances") == 3
        assert case.sees(name, "nrOfCompletedInstances") == number - 1
        assert case.sees(name, "nrOfActiveInstances") == 1
        (case.deliver if delivers else case.complete)(name, x=number)
    assert case.waits == "z"
    assert case.variables == {"out": [7, 16, 27]}


@pytest.mark.parametrize("in_turn", [False, True])
def test_scripts_and_decisions_run_for_each_element(in_turn: bool) -> None:
    counted = script("c", "item * 2", "twice", each("=points_of", output="doubled", gathers="=twice", in_turn=in_turn))
    graded = rule(
        "r", "grade", each("=points_of", item="points", output="grades", gathers="=grade", in_turn=in_turn)
    )  # fmt: skip
    case = Case(process(start(), counted, graded, user("z"), flows="start > c; c > r; r > z"), points_of=[9, 10, 11])
    assert case.waits == "z"
    assert case.variables["doubled"] == [18, 20, 22]
    assert case.variables["grades"] == ["low", "high", "high"]


@pytest.mark.parametrize("in_turn", [False, True])
def test_an_empty_list_passes_at_once_and_gathers_nothing(in_turn: bool) -> None:
    case = Case(after(user("w", each("=[]", output="out", gathers="=x", in_turn=in_turn))))
    assert (case.waits, case.variables) == ("z", {"out": []})


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_cardinality_runs_so_many_times(in_turn: bool) -> None:
    case = Case(after(user("w", each(times="n + 1", in_turn=in_turn))), n=1)
    assert case.waits == ("w" if in_turn else "w w")
    assert case.complete("w").waits == "w"
    assert case.complete("w").waits == "z"


@pytest.mark.parametrize("loop", [each("=k"), each(times='"two"'), each(times="-1"), each(times="1.5")])
def test_a_loop_over_no_list_and_no_number_is_an_incident(loop: str) -> None:
    case = Case(after(user("w", loop)), k="text")
    assert (case.waits, case.incidents) == ("", "w")


def test_the_completion_condition_ends_the_instances_that_still_run() -> None:
    loop = each("=[1, 2, 3]", output="out", gathers="=vote", until="nrOfCompletedInstances >= 2")
    case = Case(after(user("w", loop))).complete("w", vote="a")
    assert case.waits == "w w"
    assert case.complete("w", vote="b").waits == "z"
    assert case.variables == {"out": ["a", "b"]}


def test_the_completion_condition_sees_the_answer_of_the_instance() -> None:
    loop = each("=[1, 2, 3]", until="vote = false", in_turn=True)
    assert Case(after(user("w", loop))).complete("w", vote=True).waits == "w"
    assert Case(after(user("w", loop))).complete("w", vote=False).waits == "z"


def test_automatic_instances_do_not_run_past_the_completion_condition() -> None:
    loop = each("=[1, 2, 3, 4]", output="out", gathers="=twice", until="nrOfCompletedInstances = 2")
    case = Case(after(script("w", "item * 2", "twice", loop)))
    assert (case.waits, case.variables) == ("z", {"out": [2, 4]})


def test_instances_inside_instances_keep_their_own_elements() -> None:
    inner = user("u", each("=item.of", item="one", output="ones", gathers="=one + add"))
    source = after(
        sub("w", each("=lists", output="all", gathers="=ones"), start("s"), inner, flows="s > u")
    )  # fmt: skip
    case = Case(source, lists=[{"of": [1, 2]}, {"of": []}, {"of": [5]}])
    assert case.waits == "u u u"
    for _ in range(3):
        case.complete("u", add=10)
    assert case.variables["all"] == [[11, 12], [], [15]]


def test_a_subprocess_in_each_instance_ends_when_its_last_token_does() -> None:
    inner = sub("w", each("=[1, 2]"), start("s"), user("a"), user("b"), flows="s > a; s > b")
    case = Case(after(inner))
    assert case.waits == "a a b b"
    assert case.complete("a").complete("b").waits == "a b"
    assert case.complete("b").complete("a").waits == "z"


def test_instances_in_a_loop_of_the_process_begin_anew() -> None:
    source = process(
        start(), exclusive("m"), user("w", each("=todo", output="out", gathers="=ok")), exclusive("x", default="x_z"),
        user("z"), flows="start > m; m > w; w > x; x > m [count(out[item = false]) > 0]; x > z",
    )  # fmt: skip
    case = Case(source, todo=[1, 2])
    assert case.complete("w", ok=False).complete("w", ok=True).waits == "w w"
    assert case.complete("w", ok=True).complete("w", ok=True).waits == "z"
    assert case.variables["out"] == [True, True]


def test_an_error_that_nobody_catches_in_one_instance_leaves_the_others_working() -> None:
    inner = sub("w", each("=[1, 2]"), start("s"), user("a"), exclusive("x", default="x_e"), error_end("e"),
                user("b"), flows="s > a; a > x; x > b [ok]; x > e")  # fmt: skip
    case = Case(after(inner)).complete("a", ok=False)
    assert (case.waits, case.incidents) == ("a", "e")
    assert case.complete("a", ok=True).waits == "b"


def test_each_instance_maps_its_own_input_and_output() -> None:
    loop = each("=[1, 2]", output="out", gathers="=got")
    task = call("w", loop, extra=takes(n="=item * 10") + gives(got="=result.x"))
    case = Case(after(task))
    assert case.inputs("w") == {"n": 10}
    assert case.deliver("w", x="first").inputs("w") == {"n": 20}
    assert case.deliver("w", x="second").variables == {"out": ["first", "second"]}
