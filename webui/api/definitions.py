"""Processes over the API: what is in force, with its start form; and the draft that a package becomes."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import request

from engine import errors
from engine.definitions import arriving, drafts, queries
from engine.definitions.compiled import compiled
from engine.definitions.errors import DefinitionUnknown, DraftMissing, NotAnOwner
from engine.forms.schema import schema
from engine.identity.seen import Seen
from engine.instances import starting
from webui import findings
from webui.actor import engine
from webui.api.bearer import found, seen
from webui.api.operations import operation
from webui.api.problems import BodyNotUsable


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A process in force."""

    id: str
    title: str
    #: Number of the version in force.
    version: int
    published_at: str
    #: active, stopped (no new starts) or retired.
    state: str
    #: True where the bearer may start a case now.
    may_start: bool


class DefinitionWithForm(Definition, frozen=True, kw_only=True):
    """A process with what its start asks for."""

    #: JSON Schema (draft 2020-12) of the values.
    form: dict[str, Any]
    #: The values that the form begins with.
    values: dict[str, Any]


class Definitions(msgspec.Struct, frozen=True, kw_only=True):
    """All processes in force."""

    items: list[Definition]
    total: int
    next: str | None = None


class CheckFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says about one place of a package."""

    rule: str
    #: error, warning or advice.
    severity: str
    file: str
    element: str
    line: int
    message: str
    advice: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The newest saved state of the draft of a process."""

    definition: str
    revision: int
    #: Digest of its files, to be named where it is proposed.
    digest: str
    saved_at: str
    saved_by: str
    #: True where the gate found no error.
    sound: bool
    findings: list[CheckFinding]
    #: Files of the package for which a package has no place.
    left_out: list[str] = []


@operation("GET", "/definitions", answer=Definitions, tag="definitions", scope="read")
def list_definitions() -> Definitions:
    """The processes in force, and which of them the bearer may start."""
    with engine().database.reading() as connection:
        who, listed = seen(connection), queries.in_force(connection)
        states = {one.id: one.state for one in queries.all_definitions(connection)}
    items = [Definition(**_told(version, states[version.definition], who)) for version in listed]
    return Definitions(items=items, total=len(items))


@operation("GET", "/definitions/<definition>", answer=DefinitionWithForm, tag="definitions", scope="read",
           problems=(404,))  # fmt: skip
def read_definition(definition: str) -> DefinitionWithForm:
    """One process in force, with the schema of its start form."""
    with engine().database.reading() as connection:
        who, version = seen(connection), queries.current(connection, definition)
        about = queries.definition(connection, definition)
        if version is None or about is None:
            raise DefinitionUnknown(definition=definition)
        process = compiled(engine().store, version.package)
        state = starting.first_state(connection, who, process, definition, engine().clock.now())
    return DefinitionWithForm(
        **_told(version, about.state, who),
        form=schema(process.form(process.start_form)),
        values=state.values if state is not None else {},
    )


@operation(
    "POST", "/definitions", answer=Draft, status=201, also=(200,), tag="definitions", scope="define", body=bytes,
    body_type="application/zip", headers=("If-Match",), location=True, etag=True, costly=True,
    problems=(409, 412, 413, 415, 422),
)  # fmt: skip
def bring_definition(body: bytes) -> Any:
    """Makes the package in a zip the draft of its process, and says what the gate finds.

    Where there is a draft already, `If-Match` must name the revision that it follows (the `ETag` of the draft), so that
    nobody's work is overwritten; the answer is then 200. Nothing is in force before a second person approves it.
    """
    who = found("define")
    arrived = arriving.arrive(engine(), body, who.person, _expected())
    shown = _draft(arrived.draft, arrived.left_out)
    headers = {"Location": f"/api/definitions/{shown.definition}/draft", **_etag(shown)}
    return shown, headers, 201 if arrived.begun else 200


@operation("GET", "/definitions/<definition>/draft", answer=Draft, tag="definitions", scope="define", etag=True,
           costly=True, problems=(404,))  # fmt: skip
def read_draft(definition: str) -> Any:
    """The draft of a process with what the gate finds; for its owners."""
    with engine().database.reading() as connection:
        draft = _owned(connection, definition)
    shown = _draft(draft, [])
    return shown, _etag(shown)


def finding(one: errors.Finding) -> CheckFinding:
    """A finding in the language of the request."""
    told = findings.told(one)
    return CheckFinding(
        rule=one.rule, severity=one.severity, file=one.file, element=one.element, line=one.line,
        message=told["text"], advice=told["advice"],
    )  # fmt: skip


def _told(version: queries.Version, state: str, who: Seen) -> dict[str, Any]:
    return {
        "id": version.definition, "title": version.title, "version": version.number,
        "published_at": version.in_force_at, "state": state,
        "may_start": state == "active" and who.starts(version.starters),
    }  # fmt: skip


def _owned(connection: sa.Connection, definition: str) -> drafts.Draft:
    if not seen(connection, "define").owns_processes:
        raise NotAnOwner()
    draft = drafts.find(connection, definition)
    if draft is None:
        raise DraftMissing(definition=definition)
    return draft


def _draft(draft: drafts.Draft, left_out: list[str]) -> Draft:
    said = drafts.findings(engine(), draft)
    return Draft(
        definition=draft.definition, revision=draft.revision, digest=draft.digest, saved_at=draft.saved_at,
        saved_by=draft.saved_by, sound=not any(one.severity == "error" for one in said),
        findings=[finding(one) for one in said], left_out=left_out,
    )  # fmt: skip


def _etag(draft: Draft) -> dict[str, str]:
    return {"ETag": f'"{draft.revision}"'}


def _expected() -> int | None:
    """The revision that the request follows; raises BodyNotUsable where it names none that there can be."""
    if "If-Match" not in request.headers:
        return None
    named = [tag for tag in request.if_match.as_set(include_weak=False) if tag]
    if len(named) != 1 or not re.fullmatch("[0-9]{1,9}", named[0]):
        raise BodyNotUsable(412, "api-if-match")
    return int(named[0])
