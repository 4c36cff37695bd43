"""What comes in a request of the API, read under bounds and against its schema before anything else looks at it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from engine import values
from engine.definitions.package import MOST_BYTES as LARGEST_PACKAGE
from webui.api.problems import BodyNotUsable, FieldProblem

#: Largest JSON body.
MOST_BYTES = 1024 * 1024
#: Levels of lists and objects in a form's answers.
DEEPEST = 32

#: NUL as JSON spells it: no answer needs one, and PostgreSQL knows no such text.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def body(kind: Any) -> Any:
    """The JSON body as *kind*; raises BodyNotUsable: 415, 413, 400 for what is no JSON, 422 for what does not fit."""
    if request.mimetype != "application/json":
        raise BodyNotUsable(415, "api-not-json")
    sent = _bytes(MOST_BYTES)
    if _NUL.search(sent):
        raise BodyNotUsable(422, "api-nul")
    try:
        # A decimal number stands as its text, digit by digit: a float would round it.
        return msgspec.json.Decoder(kind, strict=True, float_hook=str).decode(sent)
    except msgspec.ValidationError as wrong:
        raise BodyNotUsable(422, "api-body-invalid", [_problem(wrong)]) from wrong
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as broken:
        raise BodyNotUsable(400, "api-body-broken", reason=str(broken)[:200]) from broken


def raw(kind: str) -> bytes:
    """The body as it is; empty where its parts are read as files. Raises BodyNotUsable: 415, 413."""
    if request.mimetype != kind:
        raise BodyNotUsable(415, "api-not-this", wanted=kind)
    return b"" if kind == "multipart/form-data" else _bytes(LARGEST_PACKAGE)


def query(kind: Any) -> Any:
    """The query's parameters as *kind*; raises BodyNotUsable."""
    given = {name: listed[-1] for name, listed in request.args.lists()}
    if any("\0" in value for value in given.values()):
        raise BodyNotUsable(422, "api-nul")
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise BodyNotUsable(422, "api-query-invalid", [_problem(wrong)]) from wrong


def answers(given: dict[str, Any]) -> dict[str, Any]:
    """A form's answers as a command takes them; raises BodyNotUsable (too deep) and ValueNotStorable (``@`` keys)."""
    if _depth(given) > DEEPEST:
        raise BodyNotUsable(422, "api-too-deep", most=str(DEEPEST))
    found: dict[str, Any] = values.from_outside(given)
    return found


def _bytes(most: int) -> bytes:
    request.max_content_length = most
    try:
        return request.get_data()
    except RequestEntityTooLarge as large:
        raise BodyNotUsable(413, "api-too-large", most=str(most // 1024)) from large


def _depth(value: Any) -> int:
    """Levels of a decoded body, counted without recursion."""
    deep, level = 0, [value]
    while level and deep <= DEEPEST:
        inner = [one for one in level if isinstance(one, (dict, list))]
        level = [item for one in inner for item in (one.values() if isinstance(one, dict) else one)]
        deep += bool(inner)
    return deep


def _problem(wrong: msgspec.ValidationError) -> FieldProblem:
    """The place that msgspec names, ``$.values[0].key``, as a JSON pointer."""
    said, _, place = str(wrong).partition(" - at `")
    pointer = re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", place.rstrip("`").removeprefix("$")).replace(".", "/")
    return FieldProblem(field=pointer, code="api-value", detail=said)
