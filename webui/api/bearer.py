"""Who asks over the API: the bearer of a token, found in the transaction of the command; and how often one may ask."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import g, request
from werkzeug.exceptions import TooManyRequests

from engine import sql
from engine.clock import SystemClock
from engine.identity import queries, tokens
from engine.identity.seen import VIEWERS, Seen, seen_with
from engine.messages import Actor
from engine.sql import Ask, Row
from webui.actor import engine
from webui.api.rates import Rate

#: Requests of one token in a minute, in one process; of an address without a token, far fewer.
LIMIT, LIMIT_WITHOUT = Rate(6000), Rate(120)


class Bearer:
    """The bearer of the request's token; raises TokenNotUsable and ScopeMissing."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    @property
    def ask(self) -> Ask:
        """The read that finds the token."""
        return tokens.ask(_token())

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


def person(scope: str) -> str:
    """The bearer of a request that only reads, or keeps a file; raises TokenNotUsable and ScopeMissing."""
    if "bearer" not in g:
        bearer = Bearer(scope)
        with engine().database.reading() as connection:
            g.bearer = bearer.check(sql.fetch(connection, [bearer.ask])[0]).person.id
    return str(g.bearer)


def seen(connection: sa.Connection, scope: str = "read") -> Seen:
    """The bearer as queries see them, read on the same connection; raises TokenNotUsable and ScopeMissing."""
    bearer = Bearer(scope)
    rows, viewers = sql.fetch(connection, [bearer.ask, VIEWERS])
    return seen_with(bearer.check(rows).person, viewers)


def require_token() -> None:
    """Raises TokenNotUsable where the request carries none, and 429 where it comes too often."""
    token = _token()
    rate, caller = (LIMIT, token) if token else (LIMIT_WITHOUT, request.remote_addr or "")
    if wait := rate.wait(caller, SystemClock().now()):
        raise TooManyRequests(retry_after=wait)
    if not token:
        raise tokens.TokenNotUsable()


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
