"""Choosing the language of the pages."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from engine.texts import LANGUAGES
from webui.texts import COOKIE

bp = Blueprint("language", __name__)


@bp.get("/language/<language>")
def choose(language: str) -> Response:
    """Remembers the language in a cookie and goes back to where the person was."""
    response = redirect(local(request.args.get("next", "/")))
    if language in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


def local(address: str) -> str:
    """*address* if it lies inside the application, else the first page."""
    inside = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if inside else "/"
