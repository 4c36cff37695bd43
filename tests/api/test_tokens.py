"""Tokens: printed once, narrowed by scopes, ended by time, revocation and departure; and how often one may ask."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine.cli import main
from engine.identity import commands, tokens
from tests.api.program import Program, program, token
from tests.driver import City
from webui import create_app
from webui.api import limits


@pytest.fixture
def line(city: City, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The environment of the command line on the city."""
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    return ["token"]


def said(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def test_a_token_is_printed_once_listed_and_revoked_on_the_command_line(city: City, line: list[str]) -> None:
    made = said(*line, "create", "party-clerk", "--scope", "read", "--days", "30", "--label", "台账同步")
    assert made.exit_code == 0, made.output
    printed = made.output.strip()
    assert re.fullmatch(r"bihuan_[\w-]{43}", printed)
    listed = said(*line, "list").output
    assert printed not in listed
    assert "party-clerk" in listed
    assert "台账同步" in listed
    with city.engine.database.reading() as connection:
        row = connection.execute(sa.select(tokens.tokens)).mappings().one()
    assert printed not in str(dict(row))
    # The command line lives by the real clock; the city's stands still.
    reads = Program(create_app(city.engine), printed)
    assert reads.get("/tasks")["total"] == 0
    assert said(*line, "revoke", row["id"]).exit_code == 0
    assert reads.problem(reads.ask("GET", "/tasks"), 401)["code"] == "token-not-usable"
    again = said(*line, "revoke", row["id"])
    assert again.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody",), "nobody"),
        (("party-clerk", "--scope", "everything"), "everything"),
        (("party-clerk", "--days", "4000"), "366"),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_words(line: list[str], arguments: tuple[str, ...], words: str) -> None:
    refused = said(*line, "create", *arguments)
    assert refused.exit_code == 1
    assert words in refused.output


def test_a_scope_narrows_and_never_widens(city: City) -> None:
    app = create_app(city.engine)
    reads, works = program(city, "party-clerk", "read", app=app), program(city, "party-clerk", "work", app=app)
    start = ("/definitions/tiny/instances", {"values": {"subject": "试"}})
    refused = reads.post(*start)
    assert reads.problem(refused, 403)["code"] == "scope-missing"
    assert works.post(*start).status_code == 201
    works.problem(works.ask("GET", "/tasks"), 403)
    # Every scope of somebody without the post opens nothing that the post does not open.
    stranger = program(city, "admin", app=app)
    assert stranger.get("/instances")["total"] == 0
    stranger.problem(stranger.post(*start), 403)
    stranger.problem(stranger.ask("GET", "/definitions/tiny/draft"), 403)


def test_a_token_ends_with_its_days_with_the_persons_leaving_and_opens_nothing_when_wrong(city: City) -> None:
    app = create_app(city.engine)
    short = Program(app, token(city, "party-clerk", days=1))
    leaver = program(city, "party-clerk-2", app=app)
    assert short.get("/tasks")["total"] == leaver.get("/tasks")["total"] == 0
    city.wait(days=1)
    for failed in (short.ask("GET", "/tasks"), short.post("/definitions/tiny/instances", {"values": {}})):
        assert short.problem(failed, 401)["code"] == "token-not-usable"
        assert failed.headers["WWW-Authenticate"].startswith("Bearer")
    city.does("admin", commands.DeactivatePerson(person="party-clerk-2"))
    leaver.problem(leaver.ask("GET", "/tasks"), 401)
    for header in ("", "Bearer", "Bearer x", "Basic cGFydHktY2xlcms6eA=="):
        answer = app.test_client().get("/api/tasks", headers={"Authorization": header})
        assert answer.status_code == 401
    # The cookie of a signed-in browser opens nothing here, so no other site can use it.
    browser = app.test_client()
    browser.post("/sign-in/party-clerk")
    assert browser.get("/api/tasks").status_code == 401


def test_who_asks_too_often_is_told_when_to_come_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "A_MINUTE", 5)
    monkeypatch.setattr(limits, "COSTLY_A_MINUTE", 1)
    monkeypatch.setattr(limits, "WITHOUT_A_MINUTE", 3)
    app = create_app(city.engine)
    often, other = program(city, "party-clerk", app=app), program(city, "party-head", app=app)
    answers = [often.ask("GET", "/tasks") for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert often.problem(answers[-1], 429)["code"] == "api-http-429"
    assert other.ask("GET", "/tasks").status_code == 200
    guesses = [Program(app, f"bihuan_{number}").ask("GET", "/tasks").status_code for number in range(5)]
    assert guesses == [401] * 3 + [429] * 2
    # Guessing shuts out nobody who has a token.
    assert other.ask("GET", "/tasks").status_code == 200
    case = city.start("tiny", by="party-clerk", subject="试")
    auditor = program(city, "auditor", app=app)
    assert [auditor.ask("GET", f"/instances/{case}/verification").status_code for _ in range(2)] == [200, 429]


def test_nobody_can_be_called_as_the_system_is(city: City) -> None:
    from engine.identity.errors import PersonExists

    with pytest.raises(PersonExists):
        city.does("admin", commands.AddPerson(person="system", name="系统"))
