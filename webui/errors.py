"""From the engine's reasons to pages: a sentence in the reader's language and the status that fits."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from engine.errors import BihuanError
from webui.api import problems
from webui.texts import say, t


def install(app: Flask) -> None:
    """Gives every failure a plain page."""
    app.register_error_handler(BihuanError, _reason)
    app.register_error_handler(HTTPException, _http)
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


def _broken(failed: Exception) -> Any:
    from flask import current_app

    if problems.wanted():
        return problems.answer(failed)
    current_app.logger.exception("A request failed.", exc_info=failed)
    return page(t("error.status.500"), t("error.http.500"), 500)


__all__ = ["install", "page", "say", "sentence"]
