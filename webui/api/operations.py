"""The operations of the API as data: each is a route, and a part of the document that describes all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from webui.api import problems
from webui.api.bearer import require_token
from webui.api.problems import BodyNotUsable, FieldProblem

bp = Blueprint("api", __name__, url_prefix="/api")

#: Largest JSON body.
MOST_BYTES = 1024 * 1024


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What the document says about one route."""

    name: str
    method: str
    #: With Flask's placeholders: ``/tasks/<task>``.
    path: str
    tag: str
    scope: str
    summary: str
    answer: Any
    status: int = 200
    body: Any = None
    query: Any = None
    #: Content type of an answer that is no JSON, or of a body that is no JSON.
    answer_type: str = "application/json"
    body_type: str = "application/json"
    #: Statuses of problems beside 401, 403 and 429, which every operation may answer.
    problems: tuple[int, ...] = ()
    #: Request headers that it heeds: ``Idempotency-Key``, ``If-Match``.
    headers: tuple[str, ...] = ()
    location: bool = False
    etag: bool = False


OPERATIONS: list[Operation] = []

Answered = tuple[Any, dict[str, str]]


def operation(method: str, path: str, **about: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes a function an operation: it gets the path's parts, ``body`` and ``query``, and gives the answer."""

    def install(view: Callable[..., Any]) -> Callable[..., Any]:
        summary = (view.__doc__ or "").strip().partition("\n")[0]
        told = Operation(name=view.__name__, method=method, path=path, summary=summary, **about)
        OPERATIONS.append(told)

        @wraps(view)
        def handle(**parts: str) -> Response:
            require_token()
            if told.query is not None:
                parts["query"] = _query(told.query)
            if told.body is not None and told.body_type == "application/json":
                parts["body"] = _body(told.body)
            return respond(view(**parts), told.status)

        bp.add_url_rule(path, view.__name__, handle, methods=[method])
        return handle

    return install


def respond(answered: Any, status: int) -> Response:
    """The response of what an operation gave: a struct, or a struct with headers."""
    if isinstance(answered, Response):
        return answered
    value, headers = answered if isinstance(answered, tuple) else (answered, {})
    return Response(msgspec.json.encode(value), status, headers, content_type="application/json")


def request_id() -> str | None:
    """The engine's request id for the ``Idempotency-Key``; raises BodyNotUsable where the key is no plain token."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", key):
        raise BodyNotUsable(400, "api-idempotency-key")
    return f"api:{key}"


def _query(kind: Any) -> Any:
    plain = {name: values[-1] for name, values in request.args.lists()}
    try:
        return msgspec.convert(plain, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise BodyNotUsable(422, "api-query-invalid", [_problem(wrong, "")]) from wrong


def _body(kind: Any) -> Any:
    if request.mimetype != "application/json":
        raise BodyNotUsable(415, "error.http.415")
    sent = request.get_data()
    if len(sent) > MOST_BYTES:
        raise BodyNotUsable(413, "error.http.413")
    try:
        return msgspec.json.decode(sent, type=kind, strict=True)
    except msgspec.ValidationError as wrong:
        raise BodyNotUsable(422, "api-body-invalid", [_problem(wrong, "")]) from wrong
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as broken:
        raise BodyNotUsable(400, "api-body-broken", reason=str(broken)[:200]) from broken


def _problem(wrong: msgspec.ValidationError, default: str) -> FieldProblem:
    """The place that msgspec names, ``$.values[0].key``, as a JSON pointer."""
    said, _, place = str(wrong).partition(" - at `")
    pointer = re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", place.rstrip("`").removeprefix("$")).replace(".", "/")
    return FieldProblem(field=pointer or default, code="api-value", detail=said)


def plain(value: Any) -> Any:
    """A body's values without floats: a decimal number stands as its text, which a form's number field reads."""
    if isinstance(value, float):
        return str(Decimal(repr(value)))
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


__all__ = ["OPERATIONS", "Operation", "bp", "operation", "plain", "problems", "request_id", "respond"]
