"""Persons and posts, for administrators."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for

from engine.errors import BihuanError
from engine.identity import commands, queries, sessions
from engine.identity.seen import ADMINISTRATOR
from engine.messages import Command
from webui.actor import actor, engine, seen
from webui.errors import sentence

bp = Blueprint("people", __name__)


@bp.before_request
def _administrators_only() -> None:
    if "session" in g and ADMINISTRATOR not in seen().roles:
        abort(403)


@bp.get("/people")
def listing() -> str:
    """All persons with their posts, narrowed by name or office."""
    with engine().database.reading() as connection:
        everybody, offices = queries.everybody(connection), queries.all_offices(connection)
    wanted, office = request.args.get("q", "")[:60], request.args.get("office", "")
    shown = [
        person
        for person in everybody
        if (not wanted or wanted in person.name or wanted in person.id) and (not office or office in person.offices)
    ]
    return render_template(
        "people/list.html", people=shown, offices=offices, q=wanted, office=office, free=engine().store.free_bytes(),
        disk_warning=engine().settings.disk_warning,
    )  # fmt: skip


@bp.get("/people/<person>")
def show(person: str) -> str:
    """One person."""
    return _page(person)


@bp.post("/people")
def add() -> Any:
    """A new person, with a first post if one is named."""
    name, key = request.form.get("name", "").strip(), request.form.get("person", "").strip()
    try:
        engine().dispatch(commands.AddPerson(person=key, name=name), actor())
    except BihuanError as failed:
        with engine().database.reading() as connection:
            everybody, offices = queries.everybody(connection), queries.all_offices(connection)
        return render_template(
            "people/list.html", people=everybody, offices=offices, q="", office="", failed=sentence(failed),
            typed={"name": name, "person": key}, free=engine().store.free_bytes(),
            disk_warning=engine().settings.disk_warning,
        ), failed.status  # fmt: skip
    return redirect(url_for("people.show", person=key))


@bp.post("/people/<person>/posts")
def assign(person: str) -> Any:
    """A post for the person."""
    return _do(person, commands.AssignPost(person=person, **_post()))


@bp.post("/people/<person>/posts/<post>/end")
def end(person: str, post: str) -> Any:
    """The end of a post."""
    return _do(person, commands.EndPost(person=person, post=post))


@bp.post("/people/<person>/posts/<post>/move")
def move(person: str, post: str) -> Any:
    """Another post in place of this one."""
    return _do(person, commands.MovePost(person=person, post=post, **_post()))


@bp.post("/people/<person>/password")
def password(person: str) -> Any:
    """A new password, shown once; the person's sessions end."""
    new = secrets.token_urlsafe(9)
    engine().dispatch(commands.ResetPassword(person=person), actor())
    with engine().database.writing() as connection:
        sessions.set_password(connection, person, new, must_change=True)
        sessions.end_all(connection, person)
    return _page(person, password=new)


@bp.post("/people/<person>/sessions/end")
def end_sessions(person: str) -> Any:
    """Signs the person out everywhere."""
    engine().dispatch(commands.EndSessions(person=person), actor())
    with engine().database.writing() as connection:
        sessions.end_all(connection, person)
    return redirect(url_for("people.show", person=person))


@bp.post("/people/<person>/active")
def activate(person: str) -> Any:
    """Lets the person sign in, or no longer."""
    wanted = request.form.get("active") == "1"
    kind = commands.ReactivatePerson if wanted else commands.DeactivatePerson
    done = _do(person, kind(person=person))
    if not wanted:
        with engine().database.writing() as connection:
            sessions.end_all(connection, person)
    return done


def _post() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:80] for name in ("office", "role", "title")}


def _do(person: str, command: Command) -> Any:
    try:
        engine().dispatch(command, actor(), request.form.get("_request") or None)
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _page(person, failed=sentence(failed)), failed.status
    return redirect(url_for("people.show", person=person))


def _page(person: str, **context: Any) -> str:
    with engine().database.reading() as connection:
        found = queries.person(connection, person)
        offices, roles = queries.all_offices(connection), queries.roles(connection)
    if found is None:
        abort(404)
    return render_template("people/person.html", one=found, offices=offices, roles=roles, **context)
