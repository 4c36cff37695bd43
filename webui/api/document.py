"""The OpenAPI 3.1 document of the API, made from its operations and their messages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from webui.api.operations import OPERATIONS, Operation
from webui.api.problems import TYPE, Problem

_HEADERS = {
    "Idempotency-Key": {
        "description": "Sent again with the same content, the request has one effect and the first answer comes again.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,100}$"},
    },
    "If-Match": {
        "description": "The `ETag` as it was read; 412 where the thing has changed since.",
        "schema": {"type": "string", "pattern": '^("[0-9a-f]{1,16}"|\\\\*)$'},
    },
}

_BINARY = {"type": "string", "format": "binary"}

#: Bodies that are no JSON.
_FILES: dict[str, dict[str, Any]] = {
    "application/zip": _BINARY,
    "multipart/form-data": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]},
}

_STATUS = {
    400: "The request cannot be read.", 401: "No token that holds.", 403: "The bearer may not do this.",
    404: "Nothing that the bearer may see.", 409: "No longer as it was, or taken.", 412: "Changed since it was read.",
    413: "Too large.", 415: "Not the content type that is taken.", 422: "Content that cannot be used.",
    429: "Too many requests; wait as `Retry-After` says.",
}  # fmt: skip


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document (OpenAPI 3.1.0)."""
    kinds = [kind for one in OPERATIONS for kind in (one.answer, one.body) if kind not in (None, bytes)]
    refs, components = msgspec.json.schema_components([*kinds, Problem], ref_template="#/components/schemas/{name}")
    known = dict(zip([*kinds, Problem], refs, strict=True))
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(f"/api{_path(one)}", {})[one.method.lower()] = _operation(one, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bihuan 闭环", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


_ABOUT = (
    "Ids are strings, times RFC 3339 in UTC. Values of forms are JSON; decimal numbers may be sent as text. "
    "Lists are {items, total, next}: send `next` as `page` to go on. Problems are application/problem+json (RFC 9457)."
)


def _path(one: Operation) -> str:
    return re.sub(r"<([^>]+)>", r"{\1}", one.path)


def _operation(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    parts = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"<([^>]+)>", one.path)
    ]
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "description": " ".join(part for part in (one.about, f"Scope: `{one.scope}`.") if part),
        "parameters": [*parts, *_query(one), *_headers(one)],
        "responses": {**_answers(one, known), **_problems(one, known)},
    }
    if one.body is not None:
        schema = _FILES[one.body_type] if one.body is bytes else known[one.body]
        found["requestBody"] = {"required": True, "content": {one.body_type: {"schema": schema}}}
    return found


def _query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = msgspec.json.schema_components([one.query])[1][one.query.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": found}
        for name, found in schema["properties"].items()
    ]


def _headers(one: Operation) -> list[dict[str, Any]]:
    return [{"name": name, "in": "header", "required": False, **_HEADERS[name]} for name in one.headers]


def _answer(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    schema = _BINARY if one.answer is bytes else known[one.answer]
    found: dict[str, Any] = {"description": "Done.", "content": {one.answer_type: {"schema": schema}}}
    told = {"Location": one.location, "ETag": one.etag}
    headers = {name: {"schema": {"type": "string"}} for name, said in told.items() if said}
    return {**found, "headers": headers} if headers else found


def _answers(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    return {str(status): _answer(one, known) for status in sorted({one.status, *one.also})}


def _problems(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in sorted({401, 403, 429, *one.problems}):
        found[str(status)] = {"description": _STATUS[status], "content": {TYPE: {"schema": known[Problem]}}}
        if status == 429:
            found["429"]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return found
