"""A message that nobody takes in time is an incident; who may send, keep and discard; what cannot be sent."""

from __future__ import annotations

from typing import Any

import pytest

from engine.correlation import commands, queries
from engine.correlation.errors import (
    MessageKeyWrong,
    MessageNameWrong,
    MessageNotExpired,
    MessageSettled,
    MessageTooLarge,
    MessageUnknown,
    TimeToLiveWrong,
)
from engine.identity import commands as identity
from engine.identity.policy import NotAllowed
from engine.identity.seen import look
from engine.instances.errors import ReasonMissing
from tests.driver import City
from tests.engine.sending import HOUR, left, message, send, sound, state, waiting_for


def test_a_message_that_nobody_waits_for_becomes_an_incident_when_its_time_is_over(city: City) -> None:
    sent = send(city, live=HOUR)
    city.wait(minutes=59)
    assert state(city, sent)[0] == "waiting"
    city.wait(minutes=2)
    assert state(city, sent)[0] == "expired"
    waiting_for(city, "A")
    assert state(city, sent)[0] == "expired"
    assert left(city) == []
    sound(city)


def test_a_message_without_time_reaches_a_wait_that_is_there_and_is_an_incident_otherwise(city: City) -> None:
    case = waiting_for(city, "A")
    assert state(city, send(city, live=0)) == ("delivered", case)
    assert state(city, send(city, live=0)) == ("expired", None)
    sound(city)


def test_an_administrator_keeps_it_again_and_a_case_that_waits_meanwhile_gets_it(city: City) -> None:
    sent = send(city, live=0, amount=8)
    case = waiting_for(city, "A")
    keep = commands.KeepMessage(message=sent, time_to_live=HOUR)
    city.does("admin", keep)
    city.work()
    assert state(city, sent) == ("delivered", case)
    assert city.variables(case)["amount"] == 8
    with pytest.raises(MessageNotExpired):
        city.does("admin", keep)
    assert left(city) == []
    sound(city)


def test_a_message_that_is_kept_again_expires_again(city: City) -> None:
    sent = send(city, live=0)
    city.does("admin", commands.KeepMessage(message=sent, time_to_live=HOUR))
    city.work()
    assert state(city, sent)[0] == "waiting"
    city.wait(hours=2)
    assert state(city, sent)[0] == "expired"
    sound(city)


def test_an_administrator_discards_it_with_a_reason(city: City) -> None:
    kept, expired = send(city, live=HOUR), send(city, live=0)
    for sent in (kept, expired):
        with pytest.raises(ReasonMissing):
            city.does("admin", commands.DiscardMessage(message=sent, reason=" "))
        city.does("admin", commands.DiscardMessage(message=sent, reason="重复发送"))
        assert (message(city, sent).state, message(city, sent).reason) == ("discarded", "重复发送")
        with pytest.raises(MessageSettled):
            city.does("admin", commands.DiscardMessage(message=sent, reason="重复发送"))
    city.wait(hours=2)
    waiting_for(city, "A")
    assert (state(city, kept)[0], state(city, expired)[0]) == ("discarded", "discarded")
    assert left(city) == []
    sound(city)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": " "}, MessageNameWrong),
        ({"name": "x" * 256}, MessageNameWrong),
        ({"key": ""}, MessageKeyWrong),
        ({"key": "x" * 201}, MessageKeyWrong),
        ({"values": {str(number): "x" * 600 for number in range(200)}}, MessageTooLarge),
        ({"time_to_live": -1}, TimeToLiveWrong),
        ({"time_to_live": 400 * 24 * HOUR}, TimeToLiveWrong),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is_written(
    city: City, changed: dict[str, Any], reason: type[Exception]
) -> None:
    given: dict[str, Any] = {"name": "paid", "key": "A", "time_to_live": HOUR, **changed}
    with pytest.raises(reason):
        city.does("owner", commands.SendMessage(**given))
    with city.engine.database.reading() as connection:
        assert queries.counts(connection, look(connection, "admin")) == {}


def test_a_program_with_the_post_may_send_and_sees_its_own_messages_only(city: City) -> None:
    city.does("admin", identity.AddPerson(person="gateway", name="交换平台"))
    post = identity.AssignPost(person="gateway", office="platform", role="messenger", title="接口程序")
    city.does("admin", post)
    mine, others = send(city, by="gateway"), send(city, by="owner")
    with city.engine.database.reading() as connection:
        seen = look(connection, "gateway")
        assert queries.message(connection, seen, mine) is not None
        assert queries.message(connection, seen, others) is None
        assert [found.id for found in queries.listing(connection, seen)[0]] == [mine]
    with pytest.raises(NotAllowed):
        city.start("payment", by="gateway", bill="A")
    sound(city)


@pytest.mark.parametrize("person", ["party-clerk", "party-head", "admin", "auditor", "approver"])
def test_others_may_not_send(city: City, person: str) -> None:
    with pytest.raises(NotAllowed):
        send(city, by=person)


@pytest.mark.parametrize("person", ["party-clerk", "owner", "auditor"])
def test_only_administrators_keep_and_discard(city: City, person: str) -> None:
    sent = send(city, live=0)
    for command in (
        commands.KeepMessage(message=sent, time_to_live=HOUR), commands.DiscardMessage(message=sent, reason="不要了"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            city.does(person, command)
    for command in (
        commands.CorrelateMessage(message=sent), commands.NoteDelivery(message=sent, job="x", delivered=True),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            city.does("admin", command)
    with pytest.raises(MessageUnknown):
        city.does("admin", commands.DiscardMessage(message="01890000-0000-7000-8000-000000000000", reason="不要了"))
    assert state(city, sent)[0] == "expired"
