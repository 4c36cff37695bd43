"""Every address asks who you are, has a page, belongs to the list, and shows nothing that may not be seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.driver import City
from tests.processes import monthly as people
from tests.statements import statements
from webui import actor, create_app

HERE = Path(__file__).parent
TEMPLATES = Path(__file__).parents[2] / "webui" / "templates"


@pytest.fixture
def app(city: City) -> Flask:
    return create_app(city.engine)


def signed_in(app: Flask, person: str) -> FlaskClient:
    browser = app.test_client()
    assert browser.post(f"/sign-in/{person}").status_code == 302
    return browser


def rules(app: Flask) -> list[Any]:
    return sorted((rule for rule in app.url_map.iter_rules()), key=lambda rule: rule.rule)


def filled(rule: Any) -> str:
    """The rule's address with something in each gap."""
    address = re.sub(r"<int:[^>]+>", "1", re.sub(r"<any\([^)]*\):\w+>", "todo", rule.rule))
    return re.sub(r"<[^>]+>", "x", address)


def test_no_address_vanishes_and_none_appears_unnoticed(app: Flask) -> None:
    found = "\n".join(f"{','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))} {rule.rule}" for rule in rules(app))
    assert found == (HERE / "addresses.txt").read_text().strip()


def test_every_address_but_the_open_ones_asks_for_a_session(app: Flask) -> None:
    browser = app.test_client()
    for rule in rules(app):
        if rule.endpoint in actor.OPEN or rule.endpoint.startswith("api."):
            continue
        method = "GET" if "GET" in rule.methods else "POST"
        answer = browser.open(filled(rule), method=method)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in"), rule.rule


def test_every_form_needs_its_token(app: Flask) -> None:
    browser = signed_in(app, "admin")
    for rule in rules(app):
        if "POST" in rule.methods and rule.endpoint not in actor.OPEN and not rule.endpoint.startswith("api."):
            assert browser.post(filled(rule)).status_code == 400, rule.rule


def test_every_template_is_used(app: Flask) -> None:
    texts = "".join(path.read_text() for path in (Path(__file__).parents[2] / "webui").rglob("*.py"))
    texts += "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    assert [name for name in names if name not in texts and not name.startswith("fields/")] == []


@pytest.mark.parametrize("path", ["/nowhere", "/tasks/x.1", "/cases/x", "/start/nothing", "/cases/x/documents/y"])
def test_what_does_not_exist_is_a_plain_page(app: Flask, path: str) -> None:
    answer = signed_in(app, "party-clerk").get(path)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text


def test_who_may_see_what(app: Flask, city: City) -> None:
    """Role × address × object: a county sees its own, party office and auditors all, administrators no case."""
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    own = {child.unit: child.id for child in city.children(case)}
    task = {unit: city.find(f"{unit}-clerk", "self_check", unit=unit) for unit in ("huimin", "yangxin")}
    wide = {"party-clerk", "party-head", "city-secretary", "auditor"}
    for person in (*sorted(wide), "huimin-clerk", "huimin-secretary", "yangxin-clerk", "discipline-checker", "admin"):
        browser = signed_in(app, person)
        for unit in ("huimin", "yangxin"):
            sees = person in wide or person.startswith(unit)
            for path in (
                f"/cases/{own[unit]}", f"/cases/{own[unit]}/history", f"/cases/{own[unit]}/diagram.bpmn",
                f"/cases/{own[unit]}/marks.json", f"/tasks/{task[unit]}",
            ):  # fmt: skip
                assert browser.get(path).status_code == (200 if sees else 404), (person, path)
        main = person in wide or person == "discipline-checker"
        assert browser.get(f"/cases/{case}").status_code == (200 if main else 404), person
        listed = browser.get("/cases?q=全面自查").text
        assert ("惠民县" in listed, "阳信县" in listed) == (
            person in wide or person.startswith("huimin"),
            person in wide or person.startswith("yangxin"),
        ), person


@pytest.mark.parametrize(
    ("path", "role"),
    [("/people", "admin"), ("/people/huimin-clerk", "admin"), ("/incidents", "admin"), ("/refusals", "auditor"),
     ("/audit/cases", "auditor"), ("/audit/access", "auditor")],
)
def test_a_place_of_one_role_is_closed_to_the_others(app: Flask, path: str, role: str) -> None:
    for person in ("party-clerk", "huimin-secretary", "admin", "auditor", "owner"):
        expected = 200 if person == role else 403
        assert signed_in(app, person).get(path).status_code == expected, person


def test_a_task_that_another_holds_answers_403_or_409_in_plain_words(app: Flask, city: City) -> None:
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    not_mine = click(signed_in(app, "party-clerk"), task, text="我来")
    assert not_mine.status_code == 403
    assert click(signed_in(app, "huimin-clerk"), task, text="好").status_code == 302
    again = click(signed_in(app, "huimin-clerk-2"), task, text="好")
    assert again.status_code == 409
    assert "刘敏" in again.text


def click(browser: FlaskClient, task: str, **form: str) -> Any:
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get("/start/tiny").text)
    assert csrf is not None
    return browser.post(f"/tasks/{task}", data={**form, "_csrf": csrf[1]})


def test_bad_answers_come_back_with_what_was_typed(app: Flask, city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    browser = signed_in(app, "party-clerk")
    for form in ({"text": ""}, {"text": "好", "approved": "true"}, {"text": "好" * 20_000}):
        answer = click(browser, task, **form)
        assert answer.status_code == 422
        assert form["text"][:100] in answer.text
    assert city.inbox("party-clerk")


def test_health_says_what_it_is(app: Flask) -> None:
    answer = app.test_client().get("/api/health")
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"status", "version", "database"}


def test_a_completion_over_http_is_one_transaction_of_at_most_15_statements(app: Flask, city: City) -> None:
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 2})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    people.decide(city, "city-secretary", "secretary_sign")
    people.receive(city, "huimin")
    counted = {
        "rectify": counted_click(app, city, "huimin-clerk", "rectify", people.rectified(city, "huimin")),
        "county_sign": counted_click(app, city, "huimin-secretary", "county_sign", {"_outcome": "agree"}),
    }
    assert city.state(case) == "open"
    assert max(counted.values()) <= 15, counted


def counted_click(app: Flask, city: City, person: str, element: str, form: dict[str, str]) -> int:
    """The SQL statements of one POST, which must be one transaction; the page before it and the redirect apart."""
    browser, task = signed_in(app, person), city.find(person, element)
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get(f"/tasks/{task}").text)
    assert csrf is not None

    def click() -> None:
        answer = browser.post(f"/tasks/{task}", data={**form, "_csrf": csrf[1]})
        assert answer.status_code == 302, answer.text

    return statements(city, click)
