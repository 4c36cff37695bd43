"""A database that goes away in the middle of a click: a plain page, nothing half done, on again by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from msgspec import structs

from engine.dispatch import Engine
from engine.history.journal import journal
from tests.driver import City
from tests.proxy import Door, door
from webui import create_app

pytestmark = pytest.mark.postgresql


@pytest.fixture
def behind(city: City) -> Iterator[tuple[Door, FlaskClient]]:
    """A browser on a city that reaches its server through a door."""
    with door(city.engine.settings.url) as found:
        engine = Engine(structs.replace(city.engine.settings, database_url=found.url), clock=city.engine.clock)
        client = create_app(engine).test_client()
        client.post("/sign-in/party-clerk")
        yield found, client
        engine.database.close()


def begin(city: City) -> tuple[str, str]:
    case = city.start("tiny", by="party-clerk", subject="试")
    return case, next(item.task for item in city.inbox("party-clerk") if item.stream == case)


def form(client: FlaskClient, task: str) -> dict[str, str]:
    page = client.get(f"/tasks/{task}").get_data(as_text=True)
    names = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("_csrf", "_request")}
    return {**{name: found[1] for name, found in names.items() if found}, "text": "好"}


def entries(city: City, case: str) -> int:
    with city.engine.database.reading() as connection:
        counted = sa.select(sa.func.count()).where(journal.c.stream == case)
        return int(connection.execute(counted).scalar_one())


def test_a_page_says_that_the_database_is_away_and_asks_again_by_itself(
    city: City, behind: tuple[Door, FlaskClient]
) -> None:
    entrance, client = behind
    assert client.get("/inbox/todo").status_code == 200
    entrance.shut()
    for _ in range(3):
        away = client.get("/inbox/todo")
        assert away.status_code == 503
        assert away.headers["Refresh"] == "5"
        assert "数据库暂时联系不上" in away.get_data(as_text=True)
    entrance.open()
    assert client.get("/inbox/todo").status_code == 200


def test_a_click_on_a_database_that_is_away_does_nothing_and_works_when_it_is_sent_again(
    city: City, behind: tuple[Door, FlaskClient]
) -> None:
    entrance, client = behind
    case, task = begin(city)
    answers, before = form(client, task), entries(city, case)
    entrance.shut()
    away = client.post(f"/tasks/{task}", data=answers)
    assert away.status_code == 503
    assert "Refresh" not in away.headers
    assert entries(city, case) == before
    entrance.open()
    assert client.post(f"/tasks/{task}", data=answers).status_code in (302, 303)
    assert city.verify(case).sound


def test_a_click_that_is_cut_off_at_its_commit_is_done_once(city: City, behind: tuple[Door, FlaskClient]) -> None:
    entrance, client = behind
    case, task = begin(city)
    answers, before = form(client, task), entries(city, case)
    entrance.cut_after(b"COMMIT")
    assert client.post(f"/tasks/{task}", data=answers).status_code in (302, 303)
    assert entrance.cuts == 1
    assert entries(city, case) == before + 1
    assert city.verify(case).sound


def test_a_program_is_told_when_to_ask_again(behind: tuple[Door, FlaskClient]) -> None:
    entrance, client = behind
    entrance.shut()
    away = client.get("/api/tasks", headers={"Authorization": "Bearer bihuan_x"})
    assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
    assert away.content_type == "application/problem+json"
