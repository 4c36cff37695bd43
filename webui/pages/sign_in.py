"""Signing in and out: by one click in a demonstration, else by name and password."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.errors import BihuanError
from engine.identity import queries, sessions
from engine.identity.seen import ADMINISTRATOR, APPROVER, AUDITOR, OWNER
from webui.actor import COOKIE, engine
from webui.errors import sentence
from webui.pages.language import local

bp = Blueprint("sign_in", __name__)

_OF_THE_PLATFORM = {OWNER, APPROVER, AUDITOR, ADMINISTRATOR}


@bp.get("/sign-in")
def page() -> Any:
    """The persons by office (demonstration), or the form."""
    if "session" in g:
        return redirect(local(request.args.get("next", "/")))
    return _page()


@bp.post("/sign-in")
def sign_in() -> Any:
    """A session for a name and its password; 422 with a sentence otherwise."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")[:200]
    with engine().database.writing() as connection:
        failed = sessions.authenticate(connection, name, password, engine().clock.now())
    if isinstance(failed, BihuanError):
        return _page(failed, name), failed.status
    return _enter(name)


@bp.post("/sign-in/<person>")
def enter(person: str) -> Any:
    """A session by one click; only in a demonstration."""
    if not engine().settings.demo:
        abort(404)
    with engine().database.reading() as connection:
        found = queries.person(connection, person)
    if found is None or not found.active:
        abort(404)
    return _enter(person)


@bp.post("/sign-out")
def sign_out() -> Response:
    """Ends the session."""
    with engine().database.writing() as connection:
        sessions.end(connection, request.cookies.get(COOKIE, ""))
    response = redirect(url_for("sign_in.page"))
    response.delete_cookie(COOKIE)
    return response


def _page(failed: BihuanError | None = None, name: str = "") -> str:
    offices: list[tuple[str, list[queries.Person]]] = []
    if engine().settings.demo:
        with engine().database.reading() as connection:
            people = [person for person in queries.everybody(connection) if person.active and person.posts]
        # Those of the platform itself stand first: a new owner or auditor looks for the post, not for the office.
        people.sort(key=lambda one: not {post.role for post in one.posts} <= _OF_THE_PLATFORM)
        offices = [(office, list(found)) for office, found in groupby(people, key=lambda one: one.posts[0].office_name)]
    said = sentence(failed) if failed else None
    return render_template("sign_in/page.html", offices=offices, failed=said, name=name, back=_back())


def _back() -> str:
    return local(request.values.get("next", "/"))


def _enter(person: str) -> Response:
    with engine().database.writing() as connection:
        token = sessions.begin(connection, person, engine().clock.now())
    response = redirect(_back())
    secure = request.is_secure
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure)
    return response
