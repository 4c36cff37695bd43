"""From the engine's reasons to pages: a sentence in the reader's language and the status that fits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from engine.errors import BihuanError
from webui.api import problems
from webui.texts import say, t

#: Seconds after which a database that was away is asked again.
RETRY = 5


def install(app: Flask) -> None:
    """Gives every failure a plain page."""
    app.register_error_handler(BihuanError, _reason)
    app.register_error_handler(HTTPException, _http)
    for away in (sa.exc.OperationalError, sa.exc.InterfaceError):
        app.register_error_handler(away, _away)
    app.register_error_handler(Exception, _broken)


def sentence(reason: BihuanError) -> str:
    """What a person reads about *reason*."""
    return t(reason.code, **reason.values)


def page(title: str, text: str, status: int, **context: Any) -> tuple[str, int]:
    """A page that says what happened and what to do."""
    return render_template("error/page.html", heading=title, text=text, **context), status


def _reason(reason: BihuanError) -> Any:
    if problems.wanted():
        return problems.answer(reason)
    return page(t(f"error.status.{reason.status}"), sentence(reason), reason.status)


def _http(failed: HTTPException) -> Any:
    status = failed.code or 500
    if status < 400:
        return failed
    if problems.wanted():
        return problems.answer(failed)
    return page(t(f"error.status.{status}"), t(f"error.http.{status}"), status)


def _away(failed: Any) -> Any:
    """The database does not answer. A page that was only looked at asks again by itself."""
    g.away = True
    current_app.logger.error("The database does not answer: %s", failed.orig)
    response = make_response(_http(ServiceUnavailable(retry_after=RETRY)))
    response.headers["Retry-After"] = str(RETRY)
    if request.method == "GET":
        response.headers["Refresh"] = str(RETRY)
    return response


def _broken(failed: Exception) -> Any:
    if problems.wanted():
        return problems.answer(failed)
    current_app.logger.exception("A request failed.", exc_info=failed)
    return page(t("error.status.500"), t("error.http.500"), 500)


__all__ = ["install", "page", "say", "sentence"]
