"""A program sends messages and reads what became of them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.identity import commands as identity
from tests.api.program import Program, program
from tests.driver import City


@pytest.fixture
def gateway(city: City) -> Program:
    """Another system's account with the post that sends messages."""
    city.does("admin", identity.AddPerson(person="gateway", name="交换平台"))
    post = identity.AssignPost(person="gateway", office="platform", role="messenger", title="接口程序")
    city.does("admin", post)
    return program(city, "gateway", "work", "read")


def sent(program: Program, **body: Any) -> str:
    answer = program.post("/messages", {"name": "paid", "key": "A", **body})
    assert answer.status_code == 201, answer.text
    found = str(answer.get_json()["id"])
    assert answer.headers["Location"] == f"/api/messages/{found}"
    return found


def test_a_message_reaches_the_case_that_waits_and_the_sender_reads_which(city: City, gateway: Program) -> None:
    case = city.start("payment", by="party-clerk", bill="A")
    message = sent(gateway, values={"amount": 12, "paid_on": "2026-11-04", "rows": [{"n": 1}]})
    assert gateway.get(f"/messages/{message}")["state"] == "waiting"
    city.work()
    told = gateway.get(f"/messages/{message}")
    assert (told["state"], told["instance"], told["key"]) == ("delivered", case, "A")
    assert city.variables(case)["amount"] == 12
    assert city.verify().sound


def test_one_that_nobody_waits_for_is_kept_for_its_time_and_then_expired(city: City, gateway: Program) -> None:
    message = sent(gateway, time_to_live=60)
    city.work()
    assert gateway.get(f"/messages/{message}")["state"] == "waiting"
    city.wait(minutes=2)
    told = gateway.get(f"/messages/{message}")
    assert (told["state"], told["instance"]) == ("expired", None)
    assert told["settled_at"] > told["until"] > told["sent_at"]


def test_the_same_key_again_sends_one_message(gateway: Program) -> None:
    body = {"name": "paid", "key": "A"}
    first, again = (gateway.post("/messages", body, Idempotency_Key="m-1") for _ in range(2))
    assert first.get_json() == again.get_json()
    other = gateway.post("/messages", {**body, "key": "B"}, Idempotency_Key="m-1")
    assert gateway.problem(other, 409)["code"] == "request-reused"


def test_who_may_send_and_who_sees_what_became_of_it(city: City, gateway: Program) -> None:
    app = gateway.client.application
    clerk, owner = program(city, "party-clerk", app=app), program(city, "owner", app=app)
    assert clerk.problem(clerk.post("/messages", {"name": "paid"}), 403)["code"] == "not-allowed"
    message = sent(gateway)
    assert clerk.problem(clerk.ask("GET", f"/messages/{message}"), 404)["code"] == "message-unknown"
    assert owner.get(f"/messages/{message}")["name"] == "paid"
    assert gateway.problem(gateway.ask("GET", f"/messages/{sent(owner)}"), 404)
    reader = program(city, "gateway", "read", app=app)
    assert reader.problem(reader.post("/messages", {"name": "paid"}), 403)["code"] == "scope-missing"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"name": ""}, {"name": "x" * 256}, {"name": "paid", "key": ""}, {"name": "paid", "key": "x" * 201},
        {"name": "paid", "key": 7}, {"name": "paid", "time_to_live": -1}, {"name": "paid", "time_to_live": 10**9},
        {"name": "paid", "values": {"@number": "x"}}, {"name": "paid", "values": []}, {"name": "paid", "more": 1},
        {"name": " "}, {"name": "paid", "key": " "}, {"name": "paid", "values": {"a": ["x" * 900] * 100}},
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_a_problem(city: City, gateway: Program, body: dict[str, Any]) -> None:
    gateway.problem(gateway.post("/messages", body), 422)
    assert city.work() == 0
