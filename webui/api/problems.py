"""Problems of the API: RFC 9457 ``application/problem+json``, with the code and the fields for a program to act on."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from engine.errors import BihuanError
from engine.forms import AnswersInvalid, FieldError
from engine.identity.tokens import TokenNotUsable
from webui.texts import say

TYPE = "application/problem+json"


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong at one place of the body."""

    #: JSON pointer (RFC 6901) into the body.
    field: str
    code: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request came to nothing."""

    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = []


class BodyNotUsable(Exception):
    """The request is not what the operation takes."""

    def __init__(self, status: int, code: str, errors: list[FieldProblem] | None = None, **values: str) -> None:
        super().__init__(code)
        self.status, self.code, self.errors, self.values = status, code, errors or [], values


def wanted() -> bool:
    """True where a program asks: its problems are no pages."""
    return request.path.startswith("/api/")


def language() -> str:
    """The language of the sentences: English where the program prefers it, else Chinese."""
    return "en" if request.accept_languages.best_match(["zh-CN", "zh", "en"]) == "en" else "zh-CN"


def answer(failed: Exception) -> Response:
    """The problem that an exception is."""
    if isinstance(failed, AnswersInvalid):
        return _respond(failed.status, failed.code, failed.values, [_field(error) for error in failed.errors])
    if isinstance(failed, BodyNotUsable):
        return _respond(failed.status, failed.code, failed.values, failed.errors)
    if isinstance(failed, BihuanError):
        response = _respond(failed.status, failed.code, failed.values)
        if isinstance(failed, TokenNotUsable):
            response.headers["WWW-Authenticate"] = 'Bearer realm="bihuan"'
        return response
    if isinstance(failed, HTTPException):
        return _of_http(failed)
    current_app.logger.exception("A request failed.", exc_info=failed)
    if isinstance(failed, sa.exc.OperationalError):
        return _respond(503, "api-http-503", {})
    return _respond(500, "api-http-500", {})


def _of_http(failed: HTTPException) -> Response:
    status = failed.code or 500
    response = _respond(status, f"api-http-{status}", {})
    for name, value in failed.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _respond(
    status: int, code: str, values: dict[str, Any], errors: list[FieldProblem] | None = None
) -> Response:  # fmt: skip
    spoken = language()
    detail = say(code, spoken, **values)
    found = Problem(
        title=_title(status, spoken), status=status, code=code,
        detail=detail if detail != code else say("api-http-400", spoken), errors=errors or [],
    )  # fmt: skip
    return Response(msgspec.json.encode(found), status=status, content_type=TYPE)


def _title(status: int, spoken: str) -> str:
    code = f"error.status.{status}"
    known = say(code, spoken)
    return known if known != code else say("error.status.400", spoken)


def _field(error: FieldError) -> FieldProblem:
    pointer = "/values/" + error.path.replace("-", "/")
    return FieldProblem(field=pointer, code=error.code, detail=say(error.code, language(), **error.values))
