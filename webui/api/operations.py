"""The operations of the API as data: each is a route, and a part of the document that describes all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from engine.identity.tokens import TokenNotUsable
from webui.api import bodies
from webui.api.bearer import token
from webui.api.limits import address, limits
from webui.api.problems import BodyNotUsable

bp = Blueprint("api", __name__, url_prefix="/api")

JSON = "application/json"


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What the document says about one route."""

    name: str
    method: str
    #: With Flask's placeholders: ``/tasks/<task>``.
    path: str
    tag: str
    scope: str
    summary: str
    about: str
    answer: Any
    status: int = 200
    #: Other statuses of success: 200 where a thing was there already.
    also: tuple[int, ...] = ()
    #: A struct for a body of JSON; ``bytes`` for another content type.
    body: Any = None
    query: Any = None
    answer_type: str = JSON
    body_type: str = JSON
    #: Statuses of problems beside 401, 403 and 429, which every operation may answer.
    problems: tuple[int, ...] = ()
    #: Request headers that it heeds: ``Idempotency-Key``, ``If-Match``.
    headers: tuple[str, ...] = ()
    location: bool = False
    etag: bool = False
    #: True where it makes the machine work for seconds: it may be asked less often.
    costly: bool = False


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, **about: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes a function an operation: it gets the path's parts, ``body`` and ``query``, and gives the answer."""

    def install(view: Callable[..., Any]) -> Callable[..., Any]:
        summary, _, more = (view.__doc__ or "").strip().partition("\n")
        told = Operation(
            name=view.__name__, method=method, path=path, summary=summary, about=" ".join(more.split()), **about
        )
        OPERATIONS.append(told)

        @wraps(view)
        def handle(**parts: str) -> Response:
            try:
                limits().asked(token(), costly=told.costly)
                return _respond(view(**_given(told, parts)), told.status)
            except TokenNotUsable:
                limits().refused(address())
                raise

        bp.add_url_rule(path, view.__name__, handle, methods=[method])
        return handle

    return install


def _given(told: Operation, parts: dict[str, str]) -> dict[str, Any]:
    if any("\0" in part for part in parts.values()):
        raise NotFound  # No id holds one, and PostgreSQL knows no such text.
    given: dict[str, Any] = dict(parts)
    if told.query is not None:
        given["query"] = bodies.query(told.query)
    if told.body is not None:
        given["body"] = bodies.raw(told.body_type) if told.body is bytes else bodies.body(told.body)
    return given


def _respond(answered: Any, status: int) -> Response:
    """The response of what an operation gave: a struct, or a struct with headers, or with another status too."""
    if isinstance(answered, Response):
        return answered
    value, headers, *other = answered if isinstance(answered, tuple) else (answered, {})
    return Response(msgspec.json.encode(value), other[0] if other else status, headers, content_type=JSON)


def request_id() -> str | None:
    """The engine's request id for the ``Idempotency-Key``; raises BodyNotUsable where the key is no plain token."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", key):
        raise BodyNotUsable(400, "api-idempotency-key")
    return f"api:{key}"
