"""Starting a case and the strip of its steps: what is taken is told, and what may come is not promised."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from engine.instances.commands import CancelCase
from tests.driver import City
from tests.webui.test_routes import app, signed_in

__all__ = ["app"]

MONTHLY = "pb_monthly_reminder"


def taken(browser: FlaskClient) -> list[tuple[str, str]]:
    """The months that the start form calls taken, each with where its link leads."""
    page = browser.get(f"/start/{MONTHLY}").text
    return re.findall(r'<a href="/cases/([^"]+)">([^<]+)</a>', page.partition('id="taken"')[2].partition("</div>")[0])


def test_the_start_form_names_the_months_that_are_taken_with_their_cases(app: Flask, city: City) -> None:
    clerk = signed_in(app, "party-clerk")
    assert 'id="taken"' not in clerk.get(f"/start/{MONTHLY}").text
    october = city.start(MONTHLY, by="party-clerk", month="2026-10")
    city.wait(minutes=1)
    november = city.start(MONTHLY, by="party-clerk", month="2026-11")
    assert taken(clerk) == [(november, "2026-11"), (october, "2026-10")]
    city.does("party-clerk", CancelCase(instance=november, reason="重复发起"))
    assert taken(clerk) == [(october, "2026-10")]


def month(browser: FlaskClient) -> str:
    """The month that stands in the start form before anything is typed."""
    found = re.search(r'<input[^>]*name="month"[^>]*>', browser.get(f"/start/{MONTHLY}").text)
    assert found is not None
    return re.findall(r' value="([^"]*)"', found[0])[0]


def test_the_start_form_begins_with_the_first_month_that_is_free(app: Flask, city: City) -> None:
    clerk = signed_in(app, "party-clerk")
    assert month(clerk) == "2026-11"
    city.start(MONTHLY, by="party-clerk", month="2026-11")
    city.start(MONTHLY, by="party-clerk", month="2026-12")
    assert month(clerk) == "2027-01"


def steps(page: str) -> list[tuple[str, str]]:
    """The state and the name of each step of the strip."""
    strip = page.partition('<ol class="bh-steps">')[2].partition("</ol>")[0]
    return [(state, name.strip()) for state, name in re.findall(r'<li(?: class="(\w+)")?[^>]*>([^<]+)', strip)]


def test_steps_behind_a_choice_are_shown_as_possible(app: Flask, city: City) -> None:
    case = city.start(MONTHLY, by="party-clerk", month="2026-11")
    page = signed_in(app, "party-clerk").get(f"/cases/{case}").text
    assert {state for state, _ in steps(page)[:3]} == {"now"}
    assert steps(page)[3:5] == [("", "汇总研判"), ("maybe", "起草提醒函")]
    assert page.count("视情况") == 5


def test_a_cancelled_case_promises_no_steps(app: Flask, city: City) -> None:
    case = city.start(MONTHLY, by="party-clerk", month="2026-11")
    city.does("party-clerk", CancelCase(instance=case, reason="重复发起"))
    page = signed_in(app, "party-clerk").get(f"/cases/{case}").text
    assert "视情况" not in page
    assert steps(page) == []
