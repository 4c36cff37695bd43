"""The auditor's places: search with an address, refusals with filters, the own accesses, where one left off."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import texts
from engine.errors import Refusal
from engine.history import access
from engine.identity.policy import PERMISSIONS
from engine.tasks import commands as tasks
from tests.driver import City
from tests.webui.test_routes import app, signed_in
from webui import texts as pages

__all__ = ["app"]


@pytest.fixture
def case(city: City) -> str:
    """A small case with one answer."""
    case = city.start("tiny", by="party-clerk", subject="甲")
    city.complete("party-clerk", "note", {"text": "谈心谈话记录不全"})
    return case


def table(browser: FlaskClient, path: str) -> str:
    """What stands in the list of the page, and behind it."""
    return browser.get(path).text.partition("<tbody>")[2]


def test_search_finds_by_the_words_that_people_read(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    for asked in (
        "person=王岚", "person=party-clerk", "element=写一句", "element=note", "variable=内容&value=不全", "q=甲",
    ):  # fmt: skip
        assert f"/cases/{case}/replay" in table(browser, f"/audit/cases?definition=tiny&{asked}"), asked
    for asked in (
        "person=陶敬之", "person=谁", "element=别处", "variable=内容&value=齐全", "q=乙", "state=open", "refused=1",
    ):  # fmt: skip
        assert f"/cases/{case}/replay" not in table(browser, f"/audit/cases?definition=tiny&{asked}"), asked
    assert "没有叫“谁”的人员" in browser.get("/audit/cases?person=谁").text


def test_a_hit_of_the_entries_links_to_the_entry(app: Flask, city: City, case: str) -> None:
    page = table(signed_in(app, "auditor"), "/audit/cases?variable=text&value=不全")
    assert f"/cases/{case}/replay?entry=2" in page


@pytest.mark.parametrize("asked", ["from=gestern", "version=x", "after=~", "after=x~y", "from=2026-13-45", "before=x"])
def test_a_strange_address_is_no_error(app: Flask, case: str, asked: str) -> None:
    browser = signed_in(app, "auditor")
    for path in ("/audit/cases", "/audit/access", "/refusals"):
        assert browser.get(f"{path}?{asked}").status_code == 200


def test_refusals_are_narrowed_and_lead_to_case_and_entry(app: Flask, city: City) -> None:
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    with pytest.raises(Refusal):
        city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "我来"}))
    browser = signed_in(app, "auditor")
    case = task.rpartition(".")[0]
    assert re.search(rf"/cases/{case}/replay\?entry=\d+", table(browser, "/refusals"))
    for asked, fits in (
        ("person=王岚", True), ("person=刘敏", False), ("command=CompleteTask", True), ("command=ClaimTask", False),
        ("from=2026-11-04&to=2026-11-04", True), ("to=2026-11-03", False),
    ):  # fmt: skip
        assert (case in table(browser, f"/refusals?{asked}")) is fits, asked


def test_opening_a_replay_is_noted_for_auditors_alone(app: Flask, city: City, case: str) -> None:
    auditor, clerk = signed_in(app, "auditor"), signed_in(app, "party-clerk")
    for browser in (auditor, clerk):
        assert browser.get(f"/cases/{case}/replay").status_code == 200
    page = table(auditor, "/audit/access")
    assert (page.count("打开回放"), case in page) == (1, True)
    assert case not in table(auditor, "/audit/access?to=2026-11-03")
    assert case in table(auditor, f"/audit/access?action=replay&target={case[:8]}")
    # What was looked at stands under its title, and is found by it.
    named = re.search(rf'href="/cases/{case}">([^<]+)</a>', page)
    assert named is not None
    assert case in table(auditor, f"/audit/access?target={quote(named[1])}")
    assert case not in table(auditor, f"/audit/access?target={quote(named[1])}x")
    assert "不在封印之内" in auditor.get("/audit/access").text
    assert "不在封印之内" in auditor.get("/proof").text
    with city.engine.database.reading() as connection:
        assert access.broken_line(connection) is None
        assert access.lines(connection, "party-clerk") == ([], False)


def test_where_one_left_off_stands_on_the_page(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    page = browser.get(f"/cases/{case}/replay").text
    assert 'data-part="visit"' not in page
    assert visit(browser, page, case, "1").status_code == 302
    again = browser.get(f"/cases/{case}/replay").text
    assert re.search(rf'上次看到第 1 条.*href="/cases/{case}/replay\?entry=2">后面还有 \d 条', again)
    visit(browser, page, case, "999")
    assert "全部看过了" in browser.get(f"/cases/{case}/replay").text
    assert visit(browser, page, case, "0").status_code == 400


def test_only_auditors_leave_a_bookmark(app: Flask, case: str) -> None:
    browser = signed_in(app, "party-clerk")
    page = browser.get(f"/cases/{case}/replay").text
    assert "data-visit-url" not in page
    assert visit(browser, page, case, "1").status_code == 403


def visit(browser: FlaskClient, page: str, case: str, entry: str) -> Any:
    csrf = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert csrf is not None
    return browser.post(f"/cases/{case}/replay/visit", data={"entry": entry, "_csrf": csrf[1]})


def spelled() -> set[str]:
    """Every kind of access that the code notes by a word of its own."""
    root = Path(__file__).parents[2]
    found = set()
    for path in [*(root / "engine").rglob("*.py"), *(root / "webui").glob("**/*.py")]:
        if "node_modules" not in path.parts:
            found |= set(re.findall(r'(?:access\.note|owners_only)\([^"\n]*"([\w-]+)"', path.read_text()))
    return found


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_kind_of_access_has_a_sentence(language: str) -> None:
    kinds = spelled()
    assert {"replay", "ExportCase", "SaveDraft", "create-token"} <= kinds
    known = texts.of_folder(pages.FOLDER, language)
    commands = {kind.__name__ for kind in PERMISSIONS}
    assert {kind for kind in kinds - commands if f"access.is.{kind}" not in known} == set()
    assert {kind for kind in commands if f"command.{kind}" not in known} == set()
