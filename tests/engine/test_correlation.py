"""Messages from outside find the one case that waits, are kept while none does, and are never lost or taken twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from engine.correlation import commands, queries
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.jobs.worker import Worker
from tests import tampering
from tests.driver import City
from tests.engine.sending import HOUR, left, message, send, sound, state, waiting_for

CHANGED = "row-changed"


def test_a_message_reaches_the_case_that_waits_for_its_key_and_no_other(city: City) -> None:
    first, second = waiting_for(city, "A"), waiting_for(city, "B")
    sent = send(city, "paid", "B", amount=12)
    assert state(city, sent) == ("delivered", second)
    assert (city.open_elements(first), city.open_elements(second)) == ([], ["check"])
    assert city.variables(second)["amount"] == 12
    assert left(city) == []
    sound(city)


def test_a_message_that_comes_before_its_wait_is_kept_and_delivered_when_the_wait_opens(city: City) -> None:
    sent = send(city, "paid", "A", amount=3)
    assert state(city, sent) == ("waiting", None)
    case = waiting_for(city, "A")
    assert state(city, sent) == ("delivered", case)
    assert city.variables(case)["amount"] == 3
    assert left(city) == []
    sound(city)


def test_a_wait_without_a_key_takes_any_message_of_its_name_and_one_with_a_key_none_without(city: City) -> None:
    keyless, other = send(city, "paid", None), send(city, "sealed", "anything")
    case = waiting_for(city, "A")
    assert state(city, keyless) == ("waiting", None)
    send(city, "paid", "A")
    city.complete("party-clerk", "check", {"text": "好"})
    assert state(city, other) == ("delivered", case)
    assert city.state(case) == "ended"
    sound(city)


def test_of_two_waits_for_one_message_the_older_takes_it_and_the_other_waits_on(city: City) -> None:
    older = waiting_for(city, "A")
    city.wait(minutes=1)
    younger = waiting_for(city, "A")
    sent = send(city)
    assert state(city, sent) == ("delivered", older)
    assert (city.open_elements(older), city.open_elements(younger)) == (["check"], [])
    assert state(city, send(city)) == ("delivered", younger)
    sound(city)


def test_two_messages_for_one_wait_one_is_taken_and_the_other_kept(city: City) -> None:
    case = waiting_for(city, "A")
    sends = [
        city.does("owner", commands.SendMessage(name="paid", key="A", time_to_live=HOUR)).stream for _ in range(2)
    ]
    for key in sends:  # Both look before either is brought: both are offered to the same wait.
        city.does("system", commands.CorrelateMessage(message=key))
    assert [state(city, key) for key in sends] == [("offered", case), ("offered", case)]
    city.work()
    assert sorted(state(city, key)[0] for key in sends) == ["delivered", "waiting"]
    assert city.open_elements(case) == ["check"]
    late = [key for key in sends if state(city, key)[0] == "waiting"]
    assert state(city, late[0]) == ("waiting", None)
    again = waiting_for(city, "A")
    assert state(city, late[0]) == ("delivered", again)
    sound(city)


def test_many_messages_and_waits_of_one_key_are_paired_one_to_one(city: City) -> None:
    early = [send(city) for _ in range(3)]
    found = [waiting_for(city, "A") for _ in range(5)]
    late = [send(city) for _ in range(3)]
    taken = [message(city, key).instance for key in (*early, *late)]
    assert sorted(case for case in taken if case) == sorted(found)
    assert [key for key in (*early, *late) if state(city, key)[0] == "waiting"] == [late[-1]]
    sound(city)


def test_kept_messages_are_taken_in_the_order_in_which_they_were_sent(city: City) -> None:
    sends = []
    for number in range(3):
        sends.append(send(city, amount=number))
        city.wait(seconds=1)
    case = waiting_for(city, "A")
    assert [state(city, key)[0] for key in sends] == ["delivered", "waiting", "waiting"]
    assert city.variables(case)["amount"] == 0
    sound(city)


def test_a_boundary_event_that_does_not_interrupt_takes_every_kept_message(city: City) -> None:
    sends = [send(city, "urged") for _ in range(3)]
    case = waiting_for(city, "A")
    assert {state(city, key) for key in sends} == {("delivered", case)}
    assert [item.name for item in city.inbox("party-clerk")] == ["说明"] * 3
    sends.append(send(city, "urged"))
    assert state(city, sends[-1]) == ("delivered", case)
    assert len(city.inbox("party-clerk")) == 4
    sound(city)


def test_an_interrupting_message_ends_the_case_and_what_it_waited_for(city: City) -> None:
    case = waiting_for(city, "A")
    send(city, "withdrawn")
    assert city.state(case) == "ended"
    kept = send(city, "paid")
    assert state(city, kept) == ("waiting", None)
    sound(city)


def test_a_case_that_is_cancelled_waits_for_no_message(city: City) -> None:
    case = waiting_for(city, "A")
    city.does("party-clerk", cases.CancelCase(instance=case, reason="开错了"))
    assert state(city, send(city)) == ("waiting", None)
    sound(city)


def test_a_delivery_that_comes_too_late_is_a_recorded_no_op_and_the_message_looks_again(city: City) -> None:
    case = waiting_for(city, "A")
    sent = city.does("owner", commands.SendMessage(name="paid", key="A", time_to_live=HOUR)).stream
    city.does("system", commands.CorrelateMessage(message=sent))
    city.does("party-clerk", cases.CancelCase(instance=case, reason="开错了"))
    city.work()
    assert state(city, sent) == ("waiting", None)
    taker = waiting_for(city, "A")
    assert state(city, sent) == ("delivered", taker)
    late = cases.DeliverMessage(instance=case, wait=99, message=sent, name="paid")
    assert city.does("system", late).values == {"ignored": True}
    sound(city)


def test_a_doubled_delivery_changes_nothing(city: City) -> None:
    case = waiting_for(city, "A")
    sent = send(city, amount=1)
    before = city.variables(case)
    wait = int(message_wait(city, sent))
    again = cases.DeliverMessage(instance=case, wait=wait, message=sent, name="paid", key="A", values={"amount": 2})
    assert city.does("system", again).values == {"ignored": True}
    city.does("system", commands.NoteDelivery(message=sent, job=f"{sent}.9", delivered=False))
    city.does("system", commands.CorrelateMessage(message=sent))
    city.work()
    assert state(city, sent) == ("delivered", case)
    assert city.variables(case) == before
    sound(city)


def message_wait(city: City, key: str) -> Any:
    from engine.correlation.tables import messages

    with city.engine.database.reading() as connection:
        return connection.execute(sa.select(messages.c.wait).where(messages.c.id == key)).scalar_one()


def test_a_message_is_brought_only_to_a_wait_of_its_name(city: City) -> None:
    case = waiting_for(city, "A")
    with city.engine.database.reading() as connection:
        found = queries.observe_message_receiver(connection, "withdrawn", "A")
    wrong = cases.DeliverMessage(instance=case, wait=found["wait"], message="m", name="paid", key="A")
    assert city.does("system", wrong).values == {"ignored": True}
    assert city.state(case) == "open"


def test_the_same_request_sends_one_message(city: City) -> None:
    waiting_for(city, "A")
    command = commands.SendMessage(name="paid", key="A", time_to_live=HOUR)
    assert city.does("owner", command, "r1").stream == city.does("owner", command, "r1").stream
    with city.engine.database.reading() as connection:
        assert sum(queries.counts(connection, look(connection, "admin")).values()) == 1


@pytest.mark.parametrize(
    ("statement", "table", "found"),
    [
        ("UPDATE messages SET state = 'discarded' WHERE id = '{sent}'", "messages", "row-changed"),
        ("UPDATE messages SET \"values\" = '{{}}' WHERE id = '{sent}'", "messages", "row-changed"),
        ("DELETE FROM messages WHERE id = '{sent}'", "messages", "row-missing"),
        ("UPDATE message_waits SET key = 'B' WHERE stream = '{case}' AND name = 'paid'", "message_waits", CHANGED),
        ("DELETE FROM message_waits WHERE stream = '{case}' AND name = 'paid'", "message_waits", "row-missing"),
    ],
)
def test_a_change_of_a_message_or_of_a_wait_is_named(city: City, statement: str, table: str, found: str) -> None:
    case, sent = waiting_for(city, "A"), send(city, "paid", "Z", amount=1)
    tampering.by_hand(city.engine, statement.format(case=case, sent=sent))
    report = city.verify()
    assert report.chain
    assert [(failure.table, failure.found) for failure in report.failures] == [(table, found)]


def test_long_texts_and_typed_values_arrive_as_they_were_sent(city: City) -> None:
    from datetime import date
    from decimal import Decimal

    case = waiting_for(city, "A")
    send(city, amount={"sum": Decimal("12.50"), "on": date(2026, 11, 25), "note": "长" * 3000})
    got = city.variables(case)["amount"]
    assert (got["sum"], got["on"], str(got["note"])) == (Decimal("12.50"), date(2026, 11, 25), "长" * 3000)
    sound(city)


def test_a_case_sends_messages_to_another_case_and_ends(city: City) -> None:
    case = waiting_for(city, "A")
    sender = city.start("payer", by="party-head", bill="A")
    city.wait(minutes=1)  # Between two messages: which of them comes first, if both are under way, nobody promises.
    assert city.state(sender) == "ended"
    assert city.open_elements(case) == ["check", "urge"]
    assert city.variables(case)["amount"] == 12
    assert city.variables(case)["urgent"] == city.variables(sender)["starter"]["name"]
    for element in ("urge", "check"):
        city.complete("party-clerk", element, {"text": "好"})
    assert city.state(case) == "ended"
    with city.engine.database.reading() as connection:
        found, _ = queries.listing(connection, look(connection, "admin"))
    assert {(one.name, one.key, one.state, one.instance) for one in found} == {
        ("urged", "A", "delivered", case), ("paid", "A", "delivered", case), ("sealed", None, "delivered", case),
    }  # fmt: skip
    assert left(city) == []
    sound(city)


def test_workers_at_once_bring_each_message_to_one_case_and_each_case_one_message(city: City) -> None:
    found = [city.does("party-clerk", cases.StartCase(definition="payment", values={"bill": "A"})).stream
             for _ in range(4)]  # fmt: skip
    sends = [
        city.does("owner", commands.SendMessage(name="paid", key="A", time_to_live=HOUR)).stream for _ in range(4)
    ]
    together(city, workers=4)
    for _ in range(20):  # What failed because two met is tried again.
        city.wait(minutes=1)
    assert {state(city, key)[0] for key in sends} == {"delivered"}
    assert sorted(str(message(city, key).instance) for key in sends) == sorted(found)
    assert [city.open_elements(case) for case in found] == [["check"]] * 4
    sound(city)


def together(city: City, workers: int) -> None:
    threads = [threading.Thread(target=Worker(city.engine).work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
