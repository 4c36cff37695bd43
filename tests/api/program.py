"""A program with a token, as the tests of the API need one."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from engine.identity import tokens
from tests.driver import City
from webui import create_app

PROBLEM = "application/problem+json"


def token(city: City, person: str, *scopes: str, days: int = 90) -> str:
    """A token of *person*, for everything where no scope is named."""
    with city.engine.database.writing() as connection:
        return tokens.create(connection, person, scopes or tokens.SCOPES, city.engine.clock.now(), days=days)


class Program:
    """Asks the API in the name of a person."""

    def __init__(self, app: Flask, sent: str) -> None:
        self.client, self.token = app.test_client(), sent

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        """One request; the answer is JSON, or a problem under its own content type."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        answer = self.client.open(f"/api{path}", method=method, headers=headers, **more)
        assert answer.content_type == ("application/json" if answer.status_code < 400 else PROBLEM), answer.text
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """The answer of a read that succeeds."""
        answer = self.ask("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """What a command is answered with."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, headers=named, **({} if body is None else {"json": body}))

    def start(self, definition: str, **values: Any) -> str:
        """The case that begins."""
        answer = self.post(f"/definitions/{definition}/instances", {"values": values})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def problem(self, answer: TestResponse, status: int) -> Any:
        """The problem that an answer is, its status as expected."""
        assert answer.status_code == status, answer.text
        found = answer.get_json()
        assert found["status"] == status
        assert found["title"]
        assert found["detail"]
        assert found["detail"] != found["code"]
        return found


def program(city: City, person: str, *scopes: str, app: Flask | None = None) -> Program:
    """A program of *person* on an application of its own, or on *app*."""
    return Program(app or create_app(city.engine), token(city, person, *scopes))
