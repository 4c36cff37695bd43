"""Messages: receive tasks, catch events and boundary events, their keys, and where the values go."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn import facts
from tests.bpmn.case import Case
from tests.bpmn.models import (
    call,
    each,
    end,
    gives,
    message,
    message_end,
    on_message,
    on_timer,
    process,
    receive,
    send_task,
    start,
    sub,
    takes,
    throw,
    user,
)  # fmt: skip

RECEIVERS = {"a catch event": message, "a receive task": receive}


def receiving(kind: str, **more: Any) -> bytes:
    """A process that waits for a message at ``m``, then at the user task ``z``."""
    return process(start(), RECEIVERS[kind]("m", **more), user("z"), end(), flows="start > m; m > z; z > end")


@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_case_waits_for_a_message_by_name_and_goes_on_when_it_comes(kind: str) -> None:
    case = Case(receiving(kind))
    assert (case.waits, case.asked("m")) == ("m", ("paid", None))
    assert case.send("m").waits == "z"
    assert case.complete("z").ended
    assert case.flows == "start_m m_z z_end"


@pytest.mark.parametrize("kind", RECEIVERS)
@pytest.mark.parametrize(
    ("known", "key"),
    [("A-17", "A-17"), (" A-17 ", "A-17"), (17, "17"), (Decimal("1.50"), "1.50"), ("2026〔3〕号", "2026〔3〕号")],
)
def test_the_key_is_worked_out_when_the_wait_opens(kind: str, known: Any, key: str) -> None:
    assert Case(receiving(kind, by="=bill"), bill=known).asked("m") == ("paid", key)


@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_key_that_is_no_expression_is_the_text_itself(kind: str) -> None:
    assert Case(receiving(kind, by="all")).asked("m") == ("paid", "all")


@pytest.mark.parametrize("kind", RECEIVERS)
@pytest.mark.parametrize("wrong", [None, "", " ", True, ["A"], {"a": 1}, "x" * 201])
def test_a_key_that_is_none_is_an_incident_until_it_is_mended(kind: str, wrong: Any) -> None:
    case = Case(receiving(kind, by="=bill"), bill=wrong)
    assert (case.waits, case.incidents) == ("", "m")
    (raised,) = [fact for fact in case.facts if isinstance(fact, facts.IncidentRaised)]
    assert (raised.code, raised.values["element"]) == ("not-a-key", "m")
    assert case.give({"bill": "B"}).retry("m").asked("m") == ("paid", "B")
    assert case.send("m").waits == "z"


@pytest.mark.parametrize("kind", RECEIVERS)
def test_values_are_written_through_the_mapping_out_and_only_through_it(kind: str) -> None:
    mapped = Case(receiving(kind, extra=gives(sum="=result.amount * 2"))).send("m", amount=21, note="no")
    assert mapped.variables == {"sum": 42}
    assert len(mapped.state.scopes) == 1
    assert Case(receiving(kind), amount=1).send("m", amount=21).variables == {"amount": 1}


@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_mapping_that_fails_is_an_incident_and_the_message_is_not_lost(kind: str) -> None:
    case = Case(receiving(kind, extra=gives(sum="=result.amount * rate"))).send("m", amount=21)
    assert (case.waits, case.incidents, case.variables) == ("", "m", {})
    case.give({"rate": 2}).retry("m")
    assert (case.waits, case.variables["sum"]) == ("z", 42)


def test_the_key_of_a_receive_task_sees_its_mapping_in() -> None:
    source = receiving("a receive task", by="=own", extra=takes(own="=bill + 1"))
    assert Case(source, bill=1).asked("m") == ("paid", "2")


def test_each_instance_of_a_receive_task_waits_by_a_key_of_its_own() -> None:
    loop = each("=[5, 6]", output="out", gathers="=got")
    task = receive("m", loop, by="=item", extra=gives(got="=result.n"))
    case = Case(process(start(), task, user("z"), flows="start > m; m > z"))
    keys = [wait.details["key"] for wait in case.state.waits.values()]
    assert keys == ["5", "6"]
    assert case.send("m", n=50).send("m", n=60).variables["out"] == [50, 60]


HOSTS = {
    "a user task": user("a"),
    "a call activity": call("a"),
    "a receive task": receive("a", name="withdrawn"),
    "a sub-process": sub("a", start("s"), user("u"), user("v"), flows="s > u; s > v"),
    "instances": user("a", each("=[1, 2]")),
}


def listening(host: str, *, interrupting: bool = True, by: str = "") -> bytes:
    event = on_message("m", "a", by=by, interrupting=interrupting, extra=gives(why="=result.why"))
    return process(
        start(), HOSTS[host], event, user("late"), user("z"), flows="start > a; a > z; m > late"
    )  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_message_at_the_boundary_ends_what_runs_there(host: str) -> None:
    case = Case(listening(host, by="=k"), k="K")
    assert case.asked("m") == ("paid", "K")
    assert case.send("m", why="over").waits == "late"
    assert case.variables == {"k": "K", "why": "over"}
    assert list(case.state.scopes) == [1]
    assert "a_z" not in case.flows


@pytest.mark.parametrize("host", HOSTS)
def test_a_message_that_does_not_interrupt_comes_as_often_as_it_is_sent(host: str) -> None:
    case = Case(listening(host, interrupting=False))
    before = case.waits.split()
    wait = case.wait("m")
    case.send("m", why=1).send("m", why=2)
    assert case.waits.split() == sorted([*before, "late", "late"])
    assert (case.wait("m"), case.variables["why"]) == (wait, 2)
    assert "a" in {token.element for token in case.state.tokens.values()}


def test_what_waits_at_the_boundary_ends_with_the_activity() -> None:
    case = Case(listening("a user task", interrupting=False)).send("m", why=1).complete("a")
    assert case.waits == "late z"
    assert case.complete("late").complete("z").ended


def test_the_key_at_the_boundary_sees_what_the_activity_stands_in() -> None:
    inner = sub("s", each("=[7, 8]"), start("s0"), user("a"), on_message("m", "a", by="=item"), user("y"),
                flows="s0 > a; m > y")  # fmt: skip
    case = Case(process(start(), inner, flows="start > s"))
    assert sorted(wait.details["key"] for wait in case.state.waits.values() if wait.kind == "message") == ["7", "8"]


@pytest.mark.not_comparable("incident-between")
def test_a_key_at_the_boundary_that_is_none_stops_the_activity_whole() -> None:
    case = Case(listening("a user task", by="=missing.key"), missing=None)
    assert (case.waits, case.incidents) == ("", "a")


@pytest.mark.not_comparable("incident-between")
def test_a_boundary_event_whose_mapping_fails_stands_still_and_is_done_again() -> None:
    case = Case(
        process(start(), user("a"), on_message("m", "a", extra=gives(x="=result.n + k")), user("y"),
                flows="start > a; m > y")
    ).send("m", n=1)  # fmt: skip
    assert (case.waits, case.incidents) == ("", "m")
    assert case.give({"k": 1}).retry("m").variables["x"] == 2
    assert (case.waits, len(case.state.scopes)) == ("y", 1)


def test_messages_and_timers_listen_side_by_side() -> None:
    source = process(
        start(), receive("r"), on_timer("t", "r", duration="P1D"), on_message("m", "r", "withdrawn"), user("y"),
        user("z"), flows="start > r; r > z; t > y; m > y",
    )  # fmt: skip
    assert Case(source).waits == "m r t"
    assert Case(source).send("r").waits == "z"
    assert Case(source).fire("t").waits == "y"
    assert Case(source).send("m").waits == "y"


def test_a_payload_that_is_too_large_changes_nothing() -> None:
    from engine.bpmn import Limits
    from engine.bpmn.errors import BudgetSpent

    for kind in RECEIVERS:
        case = Case(receiving(kind, extra=gives(x="=result.a")), limits=Limits(data=100))
        before = case.state.save()
        with pytest.raises(BudgetSpent):
            case.send("m", a="x" * 200)
        assert case.state.save() == before


SENDERS = {"a send task": send_task, "a throw event": throw, "an end event": message_end}


@pytest.mark.parametrize("kind", SENDERS)
def test_what_is_sent_is_a_job_with_name_key_and_values_and_the_token_goes_on_when_it_is_done(kind: str) -> None:
    sender = SENDERS[kind]("m", by="=bill", extra=takes(amount="=sum * 2"))
    ways = "start > m" if kind == "an end event" else "start > m; m > end"
    case = Case(process(start(), sender, *([] if kind == "an end event" else [end()]), flows=ways), bill="A", sum=6)
    assert case.waits == "m"
    assert case.state.waits[case.wait("m")].details["service"] == "send-message"
    assert case.inputs("m") == {"name": "paid", "key": "A", "values": {"amount": 12}}
    assert case.deliver("m").ended
    assert case.flows == ways.replace(" > ", "_").replace(";", "")


@pytest.mark.parametrize("kind", SENDERS)
def test_a_key_that_is_none_keeps_a_message_from_being_sent_until_it_is_mended(kind: str) -> None:
    ways = "start > m" if kind == "an end event" else "start > m; m > end"
    sender = SENDERS[kind]("m", by="=bill", extra=takes(n="=1"))
    case = Case(process(start(), sender, *([] if kind == "an end event" else [end()]), flows=ways), bill=None)
    assert (case.waits, case.incidents) == ("", "m")
    assert case.give({"bill": "B"}).retry("m").inputs("m")["key"] == "B"
    assert case.deliver("m").ended


def test_a_message_end_in_a_subprocess_ends_only_its_own_way() -> None:
    inner = sub("s", start("s0"), user("a"), message_end("m"), flows="s0 > a; s0 > m")
    case = Case(process(start(), inner, user("z"), flows="start > s; s > z")).deliver("m")
    assert case.waits == "a"
    assert case.complete("a").waits == "z"
