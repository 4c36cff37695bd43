"""Definitions and files over the API."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import request

from engine.definitions import queries as definitions
from engine.documents import uploads
from engine.messages import Actor
from webui.actor import engine
from webui.api.bearer import person, seen
from webui.api.operations import operation
from webui.api.problems import BodyNotUsable


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A process in force."""

    id: str
    title: str
    #: Number of the version in force.
    version: int
    published_at: str
    #: True where the bearer may start a case.
    may_start: bool


class Definitions(msgspec.Struct, frozen=True, kw_only=True):
    """All processes in force."""

    items: list[Definition]
    total: int
    next: str | None = None


class File(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded file: the value that a file field of a form takes."""

    digest: str
    name: str
    type: str
    size: int


@operation("GET", "/definitions", answer=Definitions, tag="definitions", scope="read")
def list_definitions() -> Definitions:
    """The processes in force, and which of them the bearer may start."""
    with engine().database.reading() as connection:
        who, found = seen(connection), definitions.in_force(connection)
    items = [
        Definition(
            id=one.definition, title=one.title, version=one.number, published_at=one.published_at,
            may_start=bool(set(one.starters) & who.roles) or ("*" in one.starters and who.does_business),
        )
        for one in found
    ]  # fmt: skip
    return Definitions(items=items, total=len(items))


@operation(
    "POST", "/files", answer=File, status=201, tag="files", scope="work", body=bytes,
    body_type="multipart/form-data", problems=(400, 413, 422),
)  # fmt: skip
def upload_file() -> Any:
    """Keeps one file, sent as the part `file`; its reference is what a file field of a form takes."""
    who = Actor(person=person("work"))
    sent = request.files.get("file")
    if sent is None:
        raise BodyNotUsable(400, "api-file-missing")
    limit = engine().settings.file_limit
    body = sent.stream.read(limit + 1)
    found = uploads.examine(sent.filename or "", body, limit)
    engine().store.put(body)
    with engine().database.writing() as connection:
        uploads.note(connection, found, who.person, engine().clock.now())
    return File(digest=found.digest, name=found.name, type=found.type, size=found.size)
