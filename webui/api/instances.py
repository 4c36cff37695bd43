"""Cases over the API: start, read, cancel, their documents, their record and what verification says of it."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

import msgspec
from flask import Response

from engine.documents import queries as documents
from engine.history import queries as history
from engine.history.findings import QUESTIONS, Failure, answer
from engine.history.verify import verify
from engine.identity.seen import Seen
from engine.instances import commands
from engine.instances import queries as cases
from engine.instances.errors import CaseUnknown
from webui.actor import engine
from webui.api.bearer import Bearer, seen
from webui.api.bodies import answers
from webui.api.lists import PageKey, Size, key_of, parts_of
from webui.api.operations import operation, request_id
from webui.api.problems import language
from webui.api.tasks import Done
from webui.texts import say


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """A case."""

    id: str
    definition: str
    #: Number of the version on which it runs to its end.
    version: int
    title: str
    #: open, ended or cancelled.
    state: str
    period: str | None
    unit: str | None
    starter: str | None
    parent: str | None
    started_at: str
    ended_at: str | None


class Instances(msgspec.Struct, frozen=True, kw_only=True):
    """A page of cases, the latest first."""

    items: list[Instance]
    total: int
    total_is_capped: bool
    next: str | None


class InstanceQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cases."""

    page: PageKey = ""
    size: Size = 50
    definition: str = ""
    state: Literal["", "open", "ended", "cancelled"] = ""
    text: str = ""


class Start(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of the start form."""

    values: dict[str, Any] = {}


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """The case that began."""

    id: str
    title: str


class Cancellation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a case ends before its end."""

    reason: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a case; its content stands under `/api/instances/{instance}/documents/{id}`."""

    id: str
    kind: str
    name: str
    type: str
    size: int
    #: SHA-256 of the content.
    digest: str
    task: str | None
    filed_at: str
    filed_by: str


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """All documents of a case."""

    items: list[Document]
    total: int
    next: str | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the record."""

    seq: int
    at: str
    actor: str
    on_behalf_of: str | None
    #: performed or refused.
    kind: str
    command: dict[str, Any]
    events: list[dict[str, Any]]
    outcome: dict[str, Any]
    hash: str


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the record, in its order."""

    items: list[Entry]
    total: int
    next: str | None


class EntryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries."""

    page: PageKey = ""
    size: Size = 50


class Answers(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """Is the record untouched, does it explain the state, do the rules explain it, did a second engine agree.

    yes, no, partly (as far as it could be asked) or not-asked.
    """

    chain: str
    state: str
    rules: str
    second_engine: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One place that is not as it must be."""

    question: str
    stream: str
    seq: int
    found: str
    detail: str
    sentence: str


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What verification found just now."""

    #: True where everything that was asked is as it must be.
    sound: bool
    #: Streams (the case, and the cases that it called) and entries that were looked at.
    streams: int
    entries: int
    answers: Answers
    #: What is not as it must be, each with the question that it answers with no.
    failures: list[Finding]
    #: What cannot be performed again here, each with the reason.
    cannot: list[Finding]


_READ: dict[str, Any] = {"tag": "instances", "scope": "read"}
_WORK: dict[str, Any] = {"tag": "instances", "scope": "work", "headers": ("Idempotency-Key",)}


@operation(
    "POST", "/definitions/<definition>/instances", body=Start, answer=Started, status=201, location=True,
    problems=(400, 403, 404, 409, 415, 422), **_WORK,
)  # fmt: skip
def start_instance(definition: str, body: Start) -> Any:
    """Starts a case on the version in force, with the answers of the start form."""
    command = commands.StartCase(definition=definition, values=answers(body.values))
    outcome = engine().dispatch(command, Bearer("work"), request_id())
    started = Started(id=outcome.stream, title=str(outcome.values.get("title", "")))
    return started, {"Location": f"/api/instances/{outcome.stream}"}


@operation("GET", "/instances", answer=Instances, query=InstanceQuery, problems=(422,), **_READ)
def list_instances(query: InstanceQuery) -> Instances:
    """The cases that the bearer may see, the latest first."""
    narrowed = {"definition": query.definition, "state": query.state, "text": query.text}
    with engine().database.reading() as connection:
        who, before = seen(connection), parts_of(query.page, str, str)
        found, more = cases.cases(connection, who, limit=query.size, before=before, **narrowed)  # type: ignore[arg-type]
        total = cases.count(connection, who, **narrowed)
    return Instances(
        items=[_instance(case) for case in found],
        total=min(total, cases.COUNTED),
        total_is_capped=total > cases.COUNTED,
        next=key_of(found[-1].started_at, found[-1].id) if more else None,
    )


@operation("GET", "/instances/<instance>", answer=Instance, problems=(404,), **_READ)
def read_instance(instance: str) -> Instance:
    """One case."""
    with engine().database.reading() as connection:
        return _instance(_find(connection, seen(connection), instance))


@operation(
    "POST", "/instances/<instance>/cancel", body=Cancellation, answer=Done, problems=(400, 403, 404, 409, 415, 422),
    **_WORK,
)  # fmt: skip
def cancel_instance(instance: str, body: Cancellation) -> Done:
    """Ends a case before its end, with a reason; its called cases end with it."""
    command = commands.CancelCase(instance=instance, reason=body.reason)
    outcome = engine().dispatch(command, Bearer("work"), request_id())
    return Done(instance=outcome.stream, entry=outcome.seq)


@operation("GET", "/instances/<instance>/documents", answer=Documents, problems=(404,), **_READ)
def list_documents(instance: str) -> Documents:
    """The documents of a case, in the order in which they were filed."""
    with engine().database.reading() as connection:
        _find(connection, seen(connection), instance)
        found = documents.of_case(connection, instance)
    items = [Document(**{name: getattr(one, name) for name in Document.__struct_fields__}) for one in found]
    return Documents(items=items, total=len(items))


@operation(
    "GET", "/instances/<instance>/documents/<document>", answer=bytes, problems=(404,),
    answer_type="application/octet-stream", **_READ,
)  # fmt: skip
def read_document(instance: str, document: str) -> Response:
    """The content of a document."""
    with engine().database.reading() as connection:
        _find(connection, seen(connection), instance)
        found = [one for one in documents.of_case(connection, instance) if one.id == document]
    if not found:
        raise CaseUnknown()
    name = f"attachment; filename*=UTF-8''{quote(found[0].name)}"
    body = engine().store.get(found[0].digest)
    return Response(body, content_type="application/octet-stream", headers={"Content-Disposition": name})


@operation("GET", "/instances/<instance>/history", answer=Entries, query=EntryQuery, problems=(404, 422), **_READ)
def read_history(instance: str, query: EntryQuery) -> Entries:
    """The record of a case, entry by entry."""
    after = parts_of(query.page, int)
    with engine().database.reading() as connection:
        _find(connection, seen(connection), instance)
        found = history.lines(connection, instance, after=after[0] if after else 0, limit=query.size + 1)
        total = history.count(connection, instance)
    more, found = len(found) > query.size, found[: query.size]
    items = [Entry(**{name: getattr(line, name) for name in Entry.__struct_fields__}) for line in found]
    return Entries(items=items, total=total, next=key_of(items[-1].seq) if more else None)


@operation("GET", "/instances/<instance>/verification", answer=Verification, problems=(404,), costly=True, **_READ)
def verify_instance(instance: str) -> Verification:
    """Verifies the record of a case, with the cases that it called, now."""
    with engine().database.reading() as connection:
        _find(connection, seen(connection), instance)
    report = verify(engine(), instance)
    given = {question.replace("-", "_"): answer(report, question) for question in QUESTIONS}
    return Verification(
        sound=report.sound, streams=report.streams, entries=report.entries, answers=Answers(**given),
        failures=[_finding(one) for one in report.failures], cannot=[_finding(one) for one in report.cannot],
    )  # fmt: skip


def _finding(found: Failure) -> Finding:
    told = {name: getattr(found, name) for name in Finding.__struct_fields__ if name != "sentence"}
    sentence = say(f"verify.{found.found}", language(), **msgspec.structs.asdict(found))
    return Finding(sentence=sentence, **told)


def _find(connection: Any, who: Seen, instance: str) -> cases.Case:
    found = cases.case(connection, who, instance)
    if found is None:
        raise CaseUnknown()
    return found


def _instance(case: cases.Case) -> Instance:
    told = {name: getattr(case, name) for name in Instance.__struct_fields__ if name != "version"}
    return Instance(version=case.number, **told)
