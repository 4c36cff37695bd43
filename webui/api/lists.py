"""Lists of the API: ``{"items", "total", "next"}``, paged by the key of the last line."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

import msgspec

from engine.values import SAFE_INTEGER
from webui.api.problems import BodyNotUsable, FieldProblem
from webui.texts import t

#: Lines of a page.
Size = Annotated[int, msgspec.Meta(ge=1, le=200, description="Lines of a page.")]
#: The id of something, or nothing; and words to look for.
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_:.\-]{0,100}$")]
Words = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00]*$")]
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
        raise _not_ours() from wrong
    if not all(_possible(part) for part in found):
        raise _not_ours()
    return found


def _possible(part: Any) -> bool:
    """True where a database can compare with it: no NUL in a text, no number beyond its own."""
    return 0 <= part <= SAFE_INTEGER if isinstance(part, int) else "\0" not in part


def _not_ours() -> BodyNotUsable:
    return BodyNotUsable(422, "api-page", [FieldProblem(field="/page", code="api-page", detail=t("api-page"))])
