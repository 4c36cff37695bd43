"""From the cookie of a request to the person who asks."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine import sql
from engine.db import moment
from engine.dispatch import Engine
from engine.identity import queries, sessions
from engine.identity.seen import Seen, look
from engine.messages import Actor
from engine.sql import Ask, Row

COOKIE = "bihuan_session"

#: Endpoints that answer without a session; a guard test knows the list.
OPEN = frozenset(
    {
        "static", "health.health", "sign_in.page", "sign_in.sign_in", "sign_in.enter", "language.choose", "proof.key",
        "proof.key_pem",
    }
)  # fmt: skip


#: Endpoints that find the session in the transaction of their command, so that the click is one transaction.
IN_ONE = frozenset({"tasks.claim", "tasks.complete", "tasks.release"})


class NotSignedIn(Exception):
    """The request needs a session and has none."""


def engine() -> Engine:
    """The installation behind this application."""
    return cast(Engine, current_app.extensions["bihuan"])


def session() -> sessions.Session:
    """The session of the request; raises NotSignedIn."""
    if "session" not in g:
        _find_session()
    if "session" not in g:
        raise NotSignedIn
    return cast(sessions.Session, g.session)


class Visitor:
    """The one behind the cookie, found in the transaction of a command; else NotSignedIn, and 400 without the token."""

    @property
    def ask(self) -> Ask:
        """The read that finds the session."""
        return sessions.ask(request.cookies.get(COOKIE, ""))

    @property
    def person(self) -> sa.ColumnElement[Any]:
        """The session's person."""
        return sessions.PERSON

    def answer(self, rows: list[Row]) -> tuple[Actor, Any]:
        """The actor of a session that holds."""
        found = _held(rows)
        if found is None:
            raise NotSignedIn
        g.session = found
        guard()
        return Actor(person=found.person.id), queries.seen_of(found.person)


def guard() -> None:
    """Stops a form that does not carry the token of its session, with 400."""
    sent = request.form.get("_csrf") or request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(sent, session().csrf):
        abort(400)


def actor() -> Actor:
    """The one who asks, for a command."""
    return Actor(person=session().person.id)


def seen() -> Seen:
    """The one who looks, for queries; read once per request."""
    if "seen" not in g:
        with engine().database.reading() as connection:
            g.seen = look(connection, session().person.id)
    return cast(Seen, g.seen)


def install(app: Flask) -> None:
    """Finds the session before each request and guards every form with its token."""
    app.before_request(_identify)
    app.register_error_handler(NotSignedIn, _sign_in_first)


def _identify() -> AnyResponse | None:
    if request.endpoint == "static" or request.blueprint == "api":
        return None  # Programs bring a token instead of a cookie; see webui/api/bearer.py.
    if request.endpoint in IN_ONE and request.method == "POST":
        return None
    _find_session()
    if request.endpoint in OPEN or request.endpoint is None:
        return None
    if "session" not in g:
        return _sign_in_first(NotSignedIn())
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        guard()
    return None


def _sign_in_first(_: NotSignedIn) -> AnyResponse:
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("sign_in.page", next=back))


def _find_session() -> None:
    with engine().database.reading() as connection:
        found = _read_session(connection)
    if found is None:
        return
    now = engine().clock.now()
    if now - moment(found.seen_at) > timedelta(minutes=1):
        with engine().database.writing() as connection:
            sessions.touch(connection, found.id, now)
    g.session = found


def _read_session(connection: sa.Connection) -> sessions.Session | None:
    token = request.cookies.get(COOKIE)
    return _held(sql.fetch(connection, [sessions.ask(token)])[0]) if token else None


def _held(rows: list[Row]) -> sessions.Session | None:
    settings, now = engine().settings, engine().clock.now()
    idle, longest = timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.session_hours)
    return sessions.holds(rows, now, idle, longest)
