"""Called cases stand under their caller: in the lists of cases, and on its page with when their tasks are due."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.instances import commands as cases
from engine.instances import queries
from engine.tasks.commands import ClaimTask
from tests.driver import City
from tests.webui.test_routes import app, signed_in

__all__ = ["app"]

MONTHLY = "pb_monthly_reminder"


@pytest.fixture
def case(city: City) -> str:
    """A month that has called ten counties."""
    return city.start(MONTHLY, by="party-clerk", month="2026-11")


def rows(page: str) -> list[str]:
    """The titles of the lines of a list of cases, without what stands under them."""
    return re.findall(r'<td class="wide"><a class="t" href="[^"]*">([^<]+)</a>', page)


@pytest.mark.parametrize("path", ["/cases", "/inbox/started"])
def test_the_list_has_the_case_that_was_started_with_the_called_ones_under_it(
    app: Flask, case: str, path: str
) -> None:
    page = signed_in(app, "party-clerk").get(path).text
    assert rows(page) == ["每月提醒 2026-11"]
    under = page.partition("下级案件 10 个,10 个在办")[2].partition("</details>")[0]
    assert len(re.findall(r'<li><a href="/cases/[^"]+">[^<]*全面自查', under)) == 10


def test_a_switch_a_process_and_words_list_the_called_cases_by_themselves(app: Flask, case: str) -> None:
    clerk = signed_in(app, "party-clerk")
    for path, number in (
        ("/cases?called=1", 11), ("/cases?definition=pb_county_self_check", 10), ("/cases?q=全面自查", 10),
        ("/cases?state=open", 1),
    ):  # fmt: skip
        assert len(rows(clerk.get(path).text)) == number, path
    assert '<input class="form-check-input" type="checkbox" name="called" value="1" checked>' in clerk.get(
        "/cases?called=1"
    ).text


def test_whoever_does_not_see_the_caller_has_the_called_case_in_the_list(app: Flask, case: str, city: City) -> None:
    page = signed_in(app, "huimin-clerk").get("/cases").text
    assert rows(page) == [child.title for child in city.children(case) if child.unit == "huimin"]


def test_of_many_called_cases_the_first_are_listed_and_the_page_has_all(
    app: Flask, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.Called, "SHOWN", 3)
    page = signed_in(app, "party-clerk").get("/cases").text
    under = page.partition("下级案件 10 个,")[2].partition("</details>")[0]
    assert under.count("全面自查") == 3
    assert f'<a href="/cases/{case}#called">全部 10 个</a>' in under


def test_right_after_the_start_the_page_says_how_many_cases_are_about_to_begin(app: Flask, city: City) -> None:
    started = city.does("party-clerk", cases.StartCase(definition=MONTHLY, values={"month": "2026-11"})).stream
    clerk = signed_in(app, "party-clerk")
    page = clerk.get(f"/cases/{started}").text
    assert "还有 10 个下级案件正在建立" in page.partition('id="waiting"')[0]
    assert 'href="#called"' not in page
    city.work()
    page = clerk.get(f"/cases/{started}").text
    assert "正在建立" not in page
    assert '<a href="#called">下级案件<span class="n">10</span></a>' in page


def test_a_task_of_a_called_case_that_is_late_has_the_light_of_a_late_task(
    app: Flask, case: str, city: City
) -> None:
    def waiting() -> list[str]:
        """The lines of the called cases' tasks; whoever was away for so long signs in again."""
        page = signed_in(app, "party-clerk").get(f"/cases/{case}").text
        lines = page.partition('id="waiting"')[2].partition("</section>")[0].split("<tr>")
        return [line for line in lines if "全面自查" in line]

    assert [re.findall(r'bh-light (\w)"', line)[0] for line in waiting()] == ["g"] * 10
    city.wait(days=40)
    late = waiting()
    assert [re.findall(r'bh-light (\w)"', line)[0] for line in late] == ["r"] * 10
    assert all("超期" in line for line in late)


def test_who_has_taken_a_task_of_a_called_case_is_named(app: Flask, case: str, city: City) -> None:
    task = city.find("huimin-clerk", "self_check", unit="huimin")
    city.does("huimin-clerk", ClaimTask(task=task))
    waiting = signed_in(app, "party-clerk").get(f"/cases/{case}").text.partition('id="waiting"')[2]
    line = next(line for line in waiting.split("<tr>") if f"/tasks/{task}" in line)
    assert "<td>刘敏</td>" in line


def test_a_task_that_is_addressed_to_a_person_names_the_person(app: Flask, city: City) -> None:
    started = city.start("example", by="party-clerk", subject="试")
    waiting = signed_in(app, "party-clerk").get(f"/cases/{started}").text.partition('id="waiting"')[2]
    assert "<td>王岚</td>" in waiting.partition("</section>")[0]
