"""The API knows no rule of its own: who sees and who may do what is as on the pages, and bad input loses nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from engine.history import access
from tests.api.program import PROBLEM, Program, program
from tests.driver import City
from webui import create_app
from webui.api.lists import key_of
from webui.api.operations import OPERATIONS, Operation


@pytest.fixture
def clerk(city: City) -> Program:
    return program(city, "party-clerk")


def filled(path: str) -> str:
    return re.sub(r"<[^>]+>", "x", path)


def test_who_may_see_what_is_as_on_the_pages(city: City) -> None:
    """Role × operation × object: a county sees its own, party office and auditors all, administrators no case."""
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    own = {child.unit: child.id for child in city.children(case)}
    task = {unit: city.find(f"{unit}-clerk", "self_check", unit=unit) for unit in ("huimin", "yangxin")}
    wide = {"party-clerk", "party-head", "city-secretary", "auditor"}
    app = create_app(city.engine)
    for person in (*sorted(wide), "huimin-clerk", "huimin-secretary", "yangxin-clerk", "discipline-checker", "admin"):
        reads = program(city, person, app=app)
        for unit in ("huimin", "yangxin"):
            expected = 200 if person in wide or person.startswith(unit) else 404
            for path in (
                f"/instances/{own[unit]}", f"/instances/{own[unit]}/documents", f"/instances/{own[unit]}/history",
                f"/tasks/{task[unit]}",
            ):  # fmt: skip
                assert reads.ask("GET", path).status_code == expected, (person, path)
        listed = {one["id"] for one in reads.get("/instances", size=200)["items"]}
        sees = {unit for unit in ("huimin", "yangxin") if own[unit] in listed}
        assert sees == {unit for unit in ("huimin", "yangxin") if person in wide or person.startswith(unit)}, person
        mine = {one["id"] for one in reads.get("/tasks", size=200)["items"]}
        assert mine == {one.task for one in city.inbox(person)}, person


def test_what_one_cannot_see_is_not_there_and_what_one_may_not_do_is_recorded(city: City) -> None:
    app = create_app(city.engine)
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    clerk, stranger = program(city, "party-clerk", app=app), program(city, "yangxin-clerk", app=app)
    answer = {"values": {"text": "我来"}}
    refused = clerk.post(f"/tasks/{task}/complete", answer)
    assert clerk.problem(refused, 403)["code"] == "not-allowed"
    hidden, nowhere = (stranger.post(f"/tasks/{one}/complete", answer) for one in (task, "nowhere.1"))
    assert hidden.status_code == nowhere.status_code == 404
    case = task.rpartition(".")[0]
    last = clerk.get(f"/instances/{case}/history")["items"][-1]
    assert (last["kind"], last["actor"], last["outcome"]["refused"]) == ("refused", "party-clerk", "not-allowed")
    with city.engine.database.reading() as connection:
        assert access.actions(connection, "yangxin-clerk") == ["CompleteTask"]


#: What a body must have, so that what is missing is not the first thing to be said.
REQUIRED = {"cancel_instance": {"reason": "x"}, "send_message": {"name": "paid"}}


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_asks_for_a_token_and_for_its_scope(city: City, one: Operation) -> None:
    app, path = create_app(city.engine), filled(one.path)
    body: dict[str, Any] = {}
    if one.body is bytes:
        body = {"data": {"file": "x"} if "multipart" in one.body_type else b"x", "content_type": one.body_type}
    elif one.body is not None:
        body = {"json": REQUIRED.get(one.name, {})}
    without = app.test_client().open(f"/api{path}", method=one.method, **body)
    assert (without.status_code, without.content_type) == (401, PROBLEM)
    others = {"read": "work", "work": "read", "define": "read"}
    other = program(city, "owner", others[one.scope], app=app)
    assert other.problem(other.ask(one.method, path, **body), 403)["code"] == "scope-missing"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404), ("GET", "/tasks/x.1", 404), ("GET", "/instances/x", 404),
        ("GET", "/instances/%00", 404), ("GET", "/definitions/nothing", 404), ("DELETE", "/tasks", 405),
        ("PUT", "/instances/x", 405), ("GET", "/tasks/x/claim", 405), ("GET", "/tasks?size=0", 422),
        ("GET", "/tasks?size=many", 422), ("GET", "/tasks?page=!!", 422), ("GET", "/tasks?page=WzFd", 422),
        ("GET", "/tasks?colour=red", 422), ("GET", "/tasks?state=lost", 422), ("GET", "/instances?text=%00", 422),
        ("GET", "/instances/x/history?page=WyJ4Il0", 422), ("GET", "/tasks?page=WyJcdTAwMDAiLCJhIl0", 422),
        ("GET", f"/instances/x/history?page={key_of(2**70)}", 422), ("POST", "/tasks/x.1/claim", 404),
        ("POST", "/definitions/nothing/versions/1/approval", 404),
    ],
)  # fmt: skip
def test_what_does_not_exist_or_does_not_fit_is_a_problem(clerk: Program, method: str, path: str, status: int) -> None:
    found = clerk.problem(clerk.ask(method, path), status)
    if status == 422:
        assert found["code"] == "api-nul" or found["errors"]


BODIES: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 400),
    "broken": (b'{"values": {"subject": "x"', 400),
    "not unicode": (b'{"values": {"subject": "\xff"}}', 400),
    "half a character": (b'{"values": {"subject": "\\ud800"}}', 400),
    "no object": (b"[]", 422),
    "of another kind": (b'{"values": []}', 422),
    "unknown field": (b'{"values": {"subject": "x"}, "admin": true}', 422),
    "very deep": (b'{"values": {"subject": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", 400),
    "deep": (b'{"values": {"subject": ' + b"[" * 400 + b"]" * 400 + b"}}", 422),
    "a key of ours": (b'{"values": {"subject": {"@text": "x"}}}', 422),
    "a key of ours, deep": (b'{"values": {"subject": [{"a": {"@number": "1"}}]}}', 422),
    "a huge number": (b'{"values": {"subject": ' + b"9" * 5_000 + b"}}", 422),
    "a character that ends texts": (b'{"values": {"subject": "a\\u0000b"}}', 422),
    "no number": (b'{"values": {"subject": NaN}}', 400),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_used_is_a_problem_and_begins_nothing(clerk: Program, name: str) -> None:
    body, status = BODIES[name]
    answer = clerk.ask("POST", "/definitions/tiny/instances", data=body, content_type="application/json")
    clerk.problem(answer, status)
    assert clerk.get("/instances")["total"] == 0


def test_too_large_and_of_another_kind(clerk: Program) -> None:
    path = "/definitions/tiny/instances"
    large = json.dumps({"values": {"subject": "x" * 1_100_000}}).encode()
    clerk.problem(clerk.ask("POST", path, data=large, content_type="application/json"), 413)
    clerk.problem(clerk.ask("POST", path, data=b"{}", content_type="text/xml"), 415)
    clerk.problem(clerk.ask("POST", path, data={"values": "x"}), 415)


def test_a_number_arrives_digit_by_digit(city: City, clerk: Program) -> None:
    for sent, kept in (("12.50", "12.50"), ("98765432109876543210.125", "98765432109876543210.125"), ("7", "7")):
        body = f'{{"values": {{"subject": {sent}}}}}'.encode()
        answer = clerk.ask("POST", "/definitions/tiny/instances", data=body, content_type="application/json")
        assert city.variables(answer.get_json()["id"])["subject"] == kept


def test_the_document_and_its_page_are_open_and_need_no_script(city: City) -> None:
    browser = create_app(city.engine).test_client()
    told = browser.get("/api/openapi.json").get_json()
    assert told["openapi"].startswith("3.1")
    page = browser.get("/api/")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for one in OPERATIONS:
        assert f'id="{one.name}"' in page.text
    browser.set_cookie("bh_language", "en")
    assert "All operations" in browser.get("/api/").text


def test_a_failure_inside_tells_nothing_of_what_is_inside(city: City, clerk: Program) -> None:
    with city.engine.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE work_items RENAME TO elsewhere")
    answer = clerk.ask("GET", "/tasks")
    assert answer.status_code in (500, 503)
    assert "elsewhere" not in answer.text
    assert "work_items" not in answer.text
