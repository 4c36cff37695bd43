"""Files over the API: uploaded once, then named by their reference in the answers of a form."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import request

from engine.documents import uploads
from webui.actor import engine
from webui.api.bearer import found
from webui.api.operations import operation
from webui.api.problems import BodyNotUsable


class File(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded file: the value that a file field of a form takes."""

    digest: str
    name: str
    type: str
    size: int


@operation(
    "POST", "/files", answer=File, status=201, tag="files", scope="work", body=bytes,
    body_type="multipart/form-data", problems=(400, 413, 415, 422),
)  # fmt: skip
def upload_file(body: bytes) -> Any:
    """Keeps one file, sent as the part `file`; its reference is what a file field of a form takes.

    What a file is, its content says. Until a form that is sent names it, it belongs to the bearer alone.
    """
    who = found("work")
    sent = request.files.get("file")
    if sent is None:
        raise BodyNotUsable(400, "api-file-missing")
    limit = engine().settings.file_limit
    content = sent.stream.read(limit + 1)
    kept = uploads.examine(sent.filename or "", content, limit)
    engine().store.put(content)
    with engine().database.writing() as connection:
        uploads.note(connection, kept, who.person, engine().clock.now())
    return File(digest=kept.digest, name=kept.name, type=kept.type, size=kept.size)
