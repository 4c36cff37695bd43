"""Messages from outside: kept, delivered, and those that nobody waited for, which administrators mend."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from engine.correlation import commands, queries
from engine.errors import BihuanError
from engine.identity.seen import ADMINISTRATOR, AUDITOR, OWNER
from engine.messages import Command
from webui.actor import actor, engine, seen
from webui.errors import sentence

bp = Blueprint("messages", __name__)

#: Lines on a page.
LINES = 25

#: Days for which a message can be kept again.
DAYS = (1, 7, 30)


@bp.get("/messages")
def listing() -> str:
    """Messages by state, and by name or key, the latest first."""
    return _page()


@bp.post("/messages/<message>/keep")
def keep(message: str) -> Any:
    """Keeps a message that nobody waited for some days more."""
    days = request.form.get("days", 0, type=int)
    if days not in DAYS:
        abort(400)
    return _do(commands.KeepMessage(message=message, time_to_live=days * 24 * 3600))


@bp.post("/messages/<message>/discard")
def discard(message: str) -> Any:
    """Gives a message up, with a reason."""
    return _do(commands.DiscardMessage(message=message, reason=request.form.get("reason", "")))


def _do(command: Command) -> Any:
    try:
        engine().dispatch(command, actor(), request.form.get("_request") or None)
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _page(sentence(failed)), failed.status
    return redirect(url_for("messages.listing", **_asked()))


def _asked() -> dict[str, Any]:
    """The filter, from the address."""
    found = {name: request.args.get(name, "")[:255].strip() for name in ("state", "q")}
    return {name: value for name, value in found.items() if value and (name != "state" or value in queries.STATES)}


def _page(failed: str | None = None) -> str:
    if not {ADMINISTRATOR, AUDITOR, OWNER} & seen().roles:
        abort(403)
    asked, number = _asked(), max(1, request.args.get("page", 1, type=int))
    with engine().database.reading() as connection:
        found, more = queries.listing(
            connection, seen(), state=asked.get("state", ""), name=asked.get("q", ""), offset=(number - 1) * LINES,
            limit=LINES,
        )  # fmt: skip
        counts = queries.counts(connection, seen())
    tabs = [(state, url_for("messages.listing", **{**asked, "state": state})) for state in queries.STATES]
    return render_template(
        "messages/list.html", messages=found, more=more, number=number, asked=asked, counts=counts, tabs=tabs,
        days=DAYS, mends=ADMINISTRATOR in seen().roles, failed=failed,
    )  # fmt: skip
