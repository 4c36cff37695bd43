"""A program works on cases: it starts one, finds, claims, finishes tasks, and reads what became of it."""

from __future__ import annotations

import io

import pytest

from engine.tasks import queries as task_queries
from tests.api.program import Program, program
from tests.driver import City
from webui import create_app


@pytest.fixture
def clerk(city: City) -> Program:
    return program(city, "party-clerk")


def test_a_program_starts_a_case_claims_its_task_works_it_and_reads_the_record(city: City, clerk: Program) -> None:
    form = clerk.get("/definitions/tiny")["form"]
    assert form["required"] == ["subject"]
    begun = clerk.post("/definitions/tiny/instances", {"values": {"subject": "从程序来"}})
    assert begun.status_code == 201
    case = begun.get_json()["id"]
    assert begun.headers["Location"] == f"/api/instances/{case}"
    (task,) = clerk.get("/tasks", instance=case)["items"]
    whole = clerk.get(f"/tasks/{task['id']}")
    assert whole["form"]["properties"]["text"]["title"] == "内容"
    assert clerk.post(f"/tasks/{task['id']}/claim").status_code == 200
    assert clerk.get(f"/tasks/{task['id']}")["claimed_by"] == "party-clerk"
    assert clerk.post(f"/tasks/{task['id']}/release").status_code == 200
    done = clerk.post(f"/tasks/{task['id']}/complete", {"values": {"text": "好"}})
    assert done.get_json()["instance"] == case
    assert clerk.get(f"/instances/{case}")["state"] == "ended"
    assert [one["id"] for one in clerk.get("/tasks", state="done", instance=case)["items"]] == [task["id"]]
    record = clerk.get(f"/instances/{case}/history")
    assert [one["command"]["type"] for one in record["items"]] == [
        "StartCase", "ClaimTask", "ReleaseTask", "CompleteTask"
    ]  # fmt: skip
    assert record["total"] == len(record["items"])
    proof = clerk.get(f"/instances/{case}/verification")
    assert (proof["sound"], proof["answers"]["chain"], proof["answers"]["rules"]) == (True, "yes", "yes")


def test_the_same_key_again_has_one_effect_and_with_another_body_is_a_conflict(city: City, clerk: Program) -> None:
    path, body = "/definitions/tiny/instances", {"values": {"subject": "一次"}}
    first, again = (clerk.post(path, body, Idempotency_Key="k-1") for _ in range(2))
    assert first.get_json() == again.get_json()
    assert first.headers["Location"] == again.headers["Location"]
    other = clerk.post(path, {"values": {"subject": "两次"}}, Idempotency_Key="k-1")
    assert clerk.problem(other, 409)["code"] == "request-reused"
    assert len(clerk.get("/instances")["items"]) == 1
    # The key is the person's own: somebody else's request under it is another request.
    second = program(city, "party-clerk-2", app=clerk.client.application)
    assert second.post(path, body, Idempotency_Key="k-1").get_json()["id"] != first.get_json()["id"]
    assert clerk.problem(clerk.post(path, body, Idempotency_Key="k 1"), 400)["code"] == "api-idempotency-key"


def test_a_task_that_changed_since_it_was_read_is_not_touched(city: City) -> None:
    app = create_app(city.engine)
    first, second = (program(city, person, app=app) for person in ("huimin-clerk", "huimin-clerk-2"))
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    shown = first.ask("GET", f"/tasks/{task}")
    assert second.post(f"/tasks/{task}/claim").status_code == 200
    late = first.post(f"/tasks/{task}/claim", If_Match=shown.headers["ETag"])
    assert first.problem(late, 412)["code"] == "task-changed"
    assert first.problem(first.post(f"/tasks/{task}/claim", If_Match="W/" + shown.headers["ETag"]), 412)
    assert second.get(f"/tasks/{task}")["claimed_by"] == "huimin-clerk-2"
    now = second.ask("GET", f"/tasks/{task}").headers["ETag"]
    done = second.post(f"/tasks/{task}/complete", {"values": {"text": "好"}}, If_Match=f'"0", {now}')
    assert done.status_code == 200
    again = second.post(f"/tasks/{task}/complete", {"values": {"text": "好"}}, If_Match="*")
    assert second.problem(again, 409)["code"] == "task-not-open"


def test_lists_are_read_page_by_page_without_a_gap_or_a_double(clerk: Program) -> None:
    cases = [clerk.start("tiny", subject=f"第{number}件") for number in range(7)]
    for path, expected in (("/instances", set(cases)), ("/tasks", set(cases))):
        found, page = [], ""
        while True:
            answer = clerk.get(path, size=3, page=page)
            assert answer["total"] == 7
            found += [one.get("instance", one["id"]) for one in answer["items"]]
            page = answer["next"]
            if page is None:
                break
        assert len(found) == 7
        assert set(found) == expected
    entries = [clerk.get(f"/instances/{cases[0]}/history", size=1)]
    assert entries[0]["next"] is None
    assert len(clerk.get("/instances", definition="tiny", state="ended")["items"]) == 0
    assert len(clerk.get("/instances", text="第3件")["items"]) == 1


def test_a_total_that_would_take_long_is_capped_and_says_so(clerk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        clerk.start("tiny", subject=f"第{number}件")
    monkeypatch.setattr(task_queries, "COUNTED", 2)
    found = clerk.get("/tasks")
    assert (found["total"], found["total_is_capped"], len(found["items"])) == (2, True, 4)


def test_what_is_wrong_with_an_answer_is_named_by_its_field(clerk: Program) -> None:
    wrong = clerk.post("/definitions/tiny/instances", {"values": {"subject": "", "other": 1}})
    errors = {one["field"]: one["code"] for one in clerk.problem(wrong, 422)["errors"]}
    assert errors == {"/values/subject": "form-required", "/values/other": "form-unknown-field"}
    english = clerk.ask(
        "POST", "/definitions/tiny/instances", json={"values": {}}, headers={"Accept-Language": "en-GB,en;q=0.9"}
    )
    assert clerk.problem(english, 422)["errors"][0]["detail"] == "Fill in “主题”"
    assert clerk.get("/instances")["total"] == 0


def test_a_case_is_cancelled_with_a_reason_by_its_starter_alone(city: City, clerk: Program) -> None:
    case = clerk.start("tiny", subject="不办了")
    auditor, stranger = (program(city, person, app=clerk.client.application) for person in ("auditor", "huimin-clerk"))
    refused = auditor.post(f"/instances/{case}/cancel", {"reason": "别人的案件"})
    assert auditor.problem(refused, 403)["code"] == "not-allowed"
    hidden = stranger.post(f"/instances/{case}/cancel", {"reason": "看不见的案件"})
    assert stranger.problem(hidden, 404)["code"] == "nothing-here"
    assert clerk.post(f"/instances/{case}/cancel", {"reason": "重复登记"}).status_code == 200
    assert clerk.get(f"/instances/{case}")["state"] == "cancelled"
    assert clerk.problem(clerk.post(f"/instances/{case}/cancel", {"reason": "再来一次"}), 409)


def test_a_file_is_uploaded_and_is_what_its_content_says(city: City, clerk: Program) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
    answer = clerk.ask("POST", "/files", data={"file": (io.BytesIO(png), "图.png")})
    assert answer.status_code == 201
    assert {name: answer.get_json()[name] for name in ("name", "type", "size")} == {
        "name": "图.png", "type": "image/png", "size": 40
    }  # fmt: skip
    disguised = clerk.ask("POST", "/files", data={"file": (io.BytesIO(b"MZ" + b"\0" * 64), "报告.pdf")})
    clerk.problem(disguised, 422)
    clerk.problem(clerk.ask("POST", "/files", data={"other": (io.BytesIO(png), "图.png")}), 400)
    clerk.problem(clerk.ask("POST", "/files", json={}), 415)
