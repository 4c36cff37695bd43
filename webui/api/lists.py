"""Lists of the API: ``{"items", "total", "next"}``, paged by the key of the last line."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

import msgspec

from webui.api.problems import BodyNotUsable, FieldProblem

#: Lines of a page.
Size = Annotated[int, msgspec.Meta(ge=1, le=200, description="Lines of a page.")]
#: Where a page begins: the ``next`` of the page before it.
PageKey = Annotated[str, msgspec.Meta(max_length=400, description="The `next` of the page before; else empty.")]


def key_of(*parts: str | int) -> str:
    """The opaque key of a line, from which the next page begins."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def parts_of(key: str, *kinds: type) -> tuple[Any, ...] | None:
    """What :func:`key_of` was given; None for the first page. Raises BodyNotUsable for any other text."""
    if not key:
        return None
    try:
        body = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
        found: tuple[Any, ...] = msgspec.json.decode(body, type=tuple[kinds])  # type: ignore[valid-type]
    except (binascii.Error, msgspec.MsgspecError, ValueError) as wrong:
        problem = FieldProblem(field="/page", code="api-page", detail="")
        raise BodyNotUsable(422, "api-page", [problem]) from wrong
    return found
