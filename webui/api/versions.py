"""Versions over the API: a draft is proposed, a second person approves it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from engine.db import text
from engine.definitions import proposing, queries
from engine.definitions.errors import DefinitionUnknown
from engine.identity.policy import NotAllowed
from engine.messages import Actor
from webui.actor import engine
from webui.api.bearer import found, seen
from webui.api.definitions import CheckFinding, finding
from webui.api.operations import operation, request_id


class ScenarioResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one scenario of the package went."""

    title: str
    passed: bool
    engine: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a process, or the proposal that becomes one when it is approved."""

    definition: str
    number: int
    title: str
    #: proposed, scheduled (approved, to be in force from its date), in-force, replaced or taken-back.
    state: str
    digest: str
    in_force_at: str | None
    proposed_by: str | None
    approved_by: str | None
    note: str = ""
    #: What the gate and the scenarios said when it was proposed; empty for what came from files at once.
    findings: list[CheckFinding] = []
    scenarios: list[ScenarioResult] = []


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """All versions of a process, the latest first."""

    items: list[Version]
    total: int
    next: str | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the second person reads, and from when on the version shall be in force."""

    note: str = ""
    #: Digest of the draft that the proposer has seen; 409 where somebody saved another one meanwhile.
    digest: str | None = None
    in_force_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """The version that came of an approval."""

    definition: str
    number: int
    #: in-force or scheduled.
    state: str


_TOLD: dict[str, Any] = {"tag": "definitions", "scope": "define"}
_PROBLEMS = (400, 404, 409, 415, 422)


@operation("GET", "/definitions/<definition>/versions", answer=Versions, problems=(404,), **_TOLD)
def list_versions(definition: str) -> Versions:
    """The versions of a process with who proposed and who approved them; for owners, approvers, auditors."""
    with engine().database.reading() as connection:
        _decides_or_audits(connection)
        items = _all(connection, definition)
    return Versions(items=items, total=len(items))


@operation("GET", "/definitions/<definition>/versions/<version>", answer=Version, problems=(404,), **_TOLD)
def read_version(definition: str, version: str) -> Version:
    """One version, or the open proposal under the number that it will have."""
    with engine().database.reading() as connection:
        _decides_or_audits(connection)
        return _find(connection, definition, version)


@operation(
    "POST", "/definitions/<definition>/versions", body=Proposal, answer=Version, status=201, location=True,
    headers=("Idempotency-Key",), problems=_PROBLEMS, costly=True, **_TOLD,
)  # fmt: skip
def propose_version(definition: str, body: Proposal) -> Any:
    """Asks a second person to approve the draft, after the gate and the scenarios have said yes."""
    who = found("define")
    proposing.propose(
        engine(), definition, Actor(person=who.person), note=body.note, looked_at=body.digest, request=request_id(),
        in_force_at=text(body.in_force_at) if body.in_force_at else None,
    )  # fmt: skip
    with engine().database.reading() as connection:
        shown = _all(connection, definition)[0]
    return shown, {"Location": f"/api/definitions/{definition}/versions/{shown.number}"}


@operation(
    "POST", "/definitions/<definition>/versions/<version>/approval", answer=Approval, headers=("Idempotency-Key",),
    problems=(400, 404, 409, 422), costly=True, **_TOLD,
)  # fmt: skip
def approve_version(definition: str, version: str) -> Approval:
    """Approves what another person proposed: it is in force at once, or from its date on."""
    who = found("define")
    with engine().database.reading() as connection:
        proposal = _proposal(connection, definition, version)
    done = proposing.approve(engine(), definition, proposal, Actor(person=who.person), request=request_id()).values
    state = "scheduled" if "in_force_at" in done else "in-force"
    return Approval(definition=definition, number=done["number"], state=state)


def _decides_or_audits(connection: sa.Connection) -> None:
    who = seen(connection, "define")
    if not (who.may_approve or who.audits):
        raise NotAllowed()


def _all(connection: sa.Connection, definition: str) -> list[Version]:
    about = queries.definition(connection, definition)
    listed = queries.versions(connection, definition)
    if about is None:
        raise DefinitionUnknown(definition=definition)
    proposals = {one.id: one for one in queries.proposals_of(connection, definition)}
    shown = [_shown(one, proposals.get(one.proposal or "")) for one in listed]
    if about.proposal is not None and about.proposal in proposals:
        shown.insert(0, _proposed(proposals[about.proposal], _next_number(listed)))
    return shown


def _find(connection: sa.Connection, definition: str, number: str) -> Version:
    for one in _all(connection, definition):
        if str(one.number) == number:
            return one
    raise DefinitionUnknown(definition=definition)


def _proposal(connection: sa.Connection, definition: str, number: str) -> str:
    """The proposal that becomes, or became, the version with this number; raises DefinitionUnknown."""
    about, listed = queries.definition(connection, definition), queries.versions(connection, definition)
    if about is not None and about.proposal and number == str(_next_number(listed)):
        return about.proposal
    known = [one.proposal for one in listed if str(one.number) == number and one.proposal]
    if not known:
        raise DefinitionUnknown(definition=definition)
    return known[0]


def _next_number(listed: list[queries.Version]) -> int:
    return max((one.number for one in listed), default=0) + 1


def _shown(one: queries.Version, proposal: queries.Proposal | None) -> Version:
    return Version(
        definition=one.definition, number=one.number, title=one.title, state=one.state, digest=one.package,
        in_force_at=one.in_force_at, proposed_by=one.proposed_by, approved_by=one.approved_by, **_said(proposal),
    )  # fmt: skip


def _proposed(one: queries.Proposal, number: int) -> Version:
    return Version(
        definition=one.definition, number=number, title=one.title, state="proposed", digest=one.package,
        in_force_at=one.in_force_at, proposed_by=one.proposed_by, approved_by=None, **_said(one),
    )  # fmt: skip


def _said(proposal: queries.Proposal | None) -> dict[str, Any]:
    if proposal is None:
        return {}
    scenarios = [ScenarioResult(title=one.title, passed=one.passed, engine=one.engine) for one in proposal.stories]
    findings = [finding(one) for one in proposal.findings]
    return {"note": proposal.note, "findings": findings, "scenarios": scenarios}
