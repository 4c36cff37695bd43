"""Who asks over the API: the bearer of a token, found in the transaction of the command."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request

from engine import sql
from engine.identity import queries, tokens
from engine.identity.seen import VIEWERS, Seen, seen_with
from engine.messages import Actor
from engine.sql import Ask, Row
from webui.actor import engine


class Bearer:
    """The bearer of the request's token; raises TokenNotUsable and ScopeMissing."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    @property
    def ask(self) -> Ask:
        """The read that finds the token."""
        return tokens.ask(token())

    @property
    def person(self) -> sa.ColumnElement[Any]:
        """The token's person."""
        return tokens.PERSON

    def answer(self, rows: list[Row]) -> tuple[Actor, Any]:
        """The actor, if the token holds for this."""
        grant = self.check(rows)
        return Actor(person=grant.person.id), queries.seen_of(grant.person)

    def check(self, rows: list[Row]) -> tokens.Grant:
        """What the token lets its bearer do."""
        found = tokens.grant(rows, engine().clock.now())
        if self.scope not in found.scopes:
            raise tokens.ScopeMissing(scope=self.scope, scopes=" ".join(sorted(found.scopes)))
        return found


def seen(connection: sa.Connection, scope: str = "read") -> Seen:
    """The bearer as queries see them, read on the same connection; raises TokenNotUsable and ScopeMissing."""
    bearer = Bearer(scope)
    rows, viewers = sql.fetch(connection, [bearer.ask, VIEWERS])
    return seen_with(bearer.check(rows).person, viewers)


def found(scope: str) -> Seen:
    """The bearer, where nothing else is read; raises TokenNotUsable and ScopeMissing."""
    with engine().database.reading() as connection:
        return seen(connection, scope)


def token() -> str:
    """The token that the request carries; raises TokenNotUsable where it carries none."""
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent.strip():
        raise tokens.TokenNotUsable()
    return sent.strip()
