"""Whoever started a case or worked on it reads who has it now, by name, and what is next."""

from __future__ import annotations

import re
from urllib.parse import urlparse

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.definitions import proposing
from engine.identity import queries as identity
from engine.messages import Actor
from engine.tasks.commands import ClaimTask
from tests.driver import City
from tests.processes import changed
from tests.webui.test_publishing import send
from tests.webui.test_routes import app, signed_in

__all__ = ["app"]

MONTHLY = "pb_monthly_reminder"


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    """Who starts the month, and has no task of it before all have reported."""
    return signed_in(app, "party-clerk")


def notice(page: str) -> str:
    """What the page says first, without its tags."""
    return re.sub(r"<[^>]+>", "", page.partition('role="status">')[2].partition("</div>")[0])


def name(city: City, person: str) -> str:
    with city.engine.database.reading() as connection:
        return identity.names(connection, {person})[person]


def test_whoever_starts_a_case_reads_which_persons_have_it_now(clerk: FlaskClient, city: City) -> None:
    begun = send(clerk, f"/start/{MONTHLY}", month="2026-11")
    said = notice(clerk.get(begun.location).text)
    first = [name(city, f"{office}-checker") for office in ("discipline", "organisation", "propaganda")]
    assert said == f"已发起:每月提醒 2026-11。 现在由 {'、'.join(first)} 等 6 人 办理「部门联查、督导检查」。"
    # Whoever comes to the case later is told nothing of its beginning.
    assert "已发起:" not in clerk.get(urlparse(begun.location).path).text


def test_the_page_of_a_case_names_who_can_do_each_task_under_their_post(
    app: Flask, clerk: FlaskClient, city: City
) -> None:
    case = city.start(MONTHLY, by="party-clerk", month="2026-11")
    where = clerk.get(f"/cases/{case}").text.partition('id="waiting"')[2].partition("</section>")[0]
    for person in ("discipline-checker", "team-1-leader", "huimin-clerk"):
        assert re.search(rf"<td>[^<]*{name(city, person)}[^<]*<span class=\"s\">[^<]+</span></td>", where), person


def test_a_task_that_somebody_took_is_only_with_that_person(clerk: FlaskClient, city: City) -> None:
    case = city.start(MONTHLY, by="party-clerk", month="2026-11")
    task = city.find("discipline-checker", "joint_check")
    city.does("discipline-checker", ClaimTask(task=task))
    row = clerk.get(f"/cases/{case}").text.partition(f'href="/tasks/{task}"')[2].partition("</tr>")[0]
    assert f"<td>{name(city, 'discipline-checker')}</td>" in row


def test_who_has_the_next_task_is_led_to_it_and_told_when_the_case_has_ended(clerk: FlaskClient, city: City) -> None:
    begun = clerk.get(send(clerk, "/start/example", subject="值班").location).text
    (task,) = re.findall(r'接着由您办理: <a class="btn[^"]*" href="(/tasks/[^"]+)">', begun)
    sent = send(clerk, task, sentence="一切正常。", _outcome="done")
    said = notice(clerk.get(sent.location).text)
    assert "案件已办结。" in said
    assert "办理:" not in said


def test_after_a_task_the_list_says_who_has_the_case_now(app: Flask, city: City) -> None:
    city.start(MONTHLY, by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "self_check")
    city.complete("huimin-clerk", "self_check", {"nil_report": True, "note": "已组织自查。"}, outcome="report")
    said = notice(signed_in(app, "huimin-clerk").get(f"/inbox/todo?sent={task}").text)
    assert f"现在由 {name(city, 'huimin-secretary')} 办理「" in said


def test_two_cases_of_a_process_are_told_apart_in_the_list_by_their_versions(clerk: FlaskClient, city: City) -> None:
    city.start("example", by="party-clerk", subject="旧")
    changed.examined(city, changed.draft(city, "example").digest)
    made = proposing.propose(city.engine, "example", Actor(person="owner"), note="长句要复核")
    proposing.approve(city.engine, "example", str(made.values["proposal"]), Actor(person="approver"))
    city.start("example", by="party-clerk", subject="新")
    lines = re.findall(r'<td class="wide">(.*?)</td>', clerk.get("/inbox/todo?definition=example").text)
    assert sorted(re.findall(r"第 (\d) 版", " ".join(lines))) == ["1", "2"]
