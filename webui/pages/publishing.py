"""Versions of a process and proposals of new ones: reading them, deciding on them, stopping and retiring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for

from engine.db import moment
from engine.definitions import commands, drafts, proposing, queries
from engine.definitions.errors import DefinitionUnknown
from engine.errors import BihuanError
from engine.identity import queries as identity
from engine.identity.seen import APPROVER, OWNER
from engine.instances import queries as cases
from engine.messages import Command
from webui import comparing, owners
from webui import findings as gate
from webui.actor import actor, engine, seen
from webui.errors import sentence

bp = Blueprint("publishing", __name__)


@bp.before_request
def those_who_decide_or_audit() -> None:
    """Closes a place to those who neither decide on versions nor audit; only the first may change anything."""
    if "session" not in g:
        return
    if request.method == "GET" and not (seen().may_approve or seen().audits):
        abort(403)
    if request.method == "POST" and not seen().may_approve:
        abort(403)


@bp.get("/approvals")
def approvals() -> str:
    """The proposals on which nobody has decided."""
    with engine().database.reading() as connection:
        found = queries.waiting(connection)
        every, names = queries.all_definitions(connection), identity.names(connection, _people([], found))
    return _page(
        "publishing/approvals.html", proposals=found, names=names, definitions=every, number_of=number_of
    )


@bp.get("/processes/<definition>/versions")
def versions(definition: str) -> str:
    """Every version with who proposed and approved it, every proposal, and what stops or ends the process."""
    return _versions(definition)


@bp.get("/processes/<definition>/versions/<number>")
def version(definition: str, number: str) -> str:
    """One version: its diagram, its facts, what it changed."""
    with engine().database.reading() as connection:
        found = queries.numbered(connection, definition, _whole(number))
        if found is None:
            raise DefinitionUnknown(definition=definition)
        about = queries.definition(connection, definition)
        proposal = queries.proposal(connection, found.proposal) if found.proposal else None
        names = identity.names(connection, _people([found], []))
        counted = cases.count_of_version(connection, found.id)
    return _page(
        "publishing/version.html", version=found, about=about, proposal=proposal, names=names, number_of=number_of,
        title=comparing.title(found.package), cases=counted,
    )  # fmt: skip


@bp.get("/processes/<definition>/packages/<digest>/diagram.bpmn")
def diagram(definition: str, digest: str) -> Response:
    """The diagram of a version, a proposal or the draft of this process."""
    with engine().database.reading() as connection:
        known = {one.package for one in queries.versions(connection, definition)}
        known |= {one.package for one in queries.proposals_of(connection, definition)}
        draft = drafts.find(connection, definition)
        examined = queries.examination(connection, digest)
    # The draft itself is read only where the gate, in its child, has let it pass.
    mine = draft is not None and draft.digest == digest and seen().owns_processes
    if digest not in known and not (mine and examined is not None and not examined.errors):
        abort(404)
    return Response(comparing.diagram(digest), mimetype="application/xml")


@bp.get("/processes/<definition>/proposals/<number>")
def proposal(definition: str, number: str) -> str:
    """One proposal, the same for those who made it and those who decide on it."""
    return _proposal(definition, number)


@bp.post("/processes/<definition>/proposals/<number>/approve")
def approve(definition: str, number: str) -> Any:
    """Puts the proposed version in force, at once or at its date."""

    def decide() -> None:
        proposing.approve(
            engine(), definition, _key(definition, number), actor(), request=request.form.get("_request") or None
        )

    return _decide(definition, number, decide)


@bp.post("/processes/<definition>/proposals/<number>/reject")
def reject(definition: str, number: str) -> Any:
    """Sends the proposal back with a reason."""
    command = commands.RejectProposal(
        definition=definition, proposal=_key(definition, number), reason=request.form.get("reason", "")
    )
    return _decide(definition, number, lambda: _do(command))


@bp.post("/processes/<definition>/proposals/<number>/withdraw")
def withdraw(definition: str, number: str) -> Any:
    """Takes the proposal back."""
    command = commands.WithdrawProposal(definition=definition, proposal=_key(definition, number))
    return _decide(definition, number, lambda: _do(command))


@bp.post("/processes/<definition>/versions/<number>/take-back")
def take_back(definition: str, number: str) -> Any:
    """Takes a dated version back before its date."""
    with engine().database.reading() as connection:
        found = queries.numbered(connection, definition, _whole(number))
    if found is None:
        raise DefinitionUnknown(definition=definition)
    return _change(
        definition,
        commands.TakeBackVersion(definition=definition, version_id=found.id, reason=request.form.get("reason", "")),
    )


@bp.post("/processes/<definition>/stop")
def stop(definition: str) -> Any:
    """Lets nobody start new cases for a while."""
    return _change(definition, commands.StopStarts(definition=definition, reason=request.form.get("reason", "")))


@bp.post("/processes/<definition>/resume")
def resume(definition: str) -> Any:
    """Lets new cases begin again."""
    return _change(definition, commands.ResumeStarts(definition=definition))


@bp.post("/processes/<definition>/retire")
def retire(definition: str) -> Any:
    """Ends the use of the process."""
    return _change(definition, commands.RetireDefinition(definition=definition, reason=request.form.get("reason", "")))


def number_of(key: str) -> int:
    """The number of a proposal in the stream of its process, as addresses say it."""
    return int(key.rpartition(".")[2])


def _whole(number: str) -> int:
    """A number of an address; what is none names nothing."""
    if not number.isdecimal() or len(number) > 9:
        abort(404)
    return int(number)


def _key(definition: str, number: str) -> str:
    return f"definition:{definition}.{_whole(number)}"


def _do(command: Command) -> None:
    engine().dispatch(command, actor(), request.form.get("_request") or None)


def _decide(definition: str, number: str, decide: Callable[[], None]) -> Any:
    try:
        decide()
    except BihuanError as failed:
        if failed.status == 404:
            raise
        return _proposal(definition, number, sentence(failed)), failed.status
    return redirect(url_for("publishing.proposal", definition=definition, number=number))


def _change(definition: str, command: Command) -> Any:
    try:
        _do(command)
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _versions(definition, sentence(failed)), failed.status
    return redirect(url_for("publishing.versions", definition=definition))


def _versions(definition: str, failed: str | None = None) -> str:
    with engine().database.reading() as connection:
        about = queries.definition(connection, definition)
        listed, proposed = queries.versions(connection, definition), queries.proposals_of(connection, definition)
        draft = drafts.find(connection, definition)
        names = identity.names(connection, _people(listed, proposed))
    if about is None and draft is None:
        raise DefinitionUnknown(definition=definition)
    title = about.title if about is not None else owners.title_of(draft, definition)
    return _page(
        "publishing/versions.html", definition=definition, about=about, title=title, versions=listed, names=names,
        proposals=proposed, draft=draft, number_of=number_of, failed=failed,
    )  # fmt: skip


def _proposal(definition: str, number: str, failed: str | None = None) -> str:
    with engine().database.reading() as connection:
        found = queries.proposal(connection, _key(definition, number))
        if found is None or found.definition != definition:
            raise DefinitionUnknown(definition=definition)
        old = queries.version(connection, found.against) if found.against else None
        examined = queries.examination(connection, found.package) if found.state == "open" else None
        if found.state == "open":
            old = queries.current(connection, definition)
        base = queries.version(connection, found.base) if found.base else None
        dated = queries.scheduled(connection, definition)
        version = queries.version(connection, found.version) if found.version else None
        names = identity.names(connection, _people([], [found]))
        able = [one for one in identity.everybody(connection) if one.active and {OWNER, APPROVER} & one.roles]
    told = (examined or found).stories
    shown = comparing.shown(
        definition, old.package if old else None, found.package, told, with_impact=found.state == "open"
    )
    mine = seen().person in (found.proposed_by, found.saved_by)
    return _page(
        "publishing/proposal.html", definition=definition, proposal=found, number=number, current=old, base=base,
        version=version, names=names, title=found.title, failed=failed, mine=mine, dated=dated,
        others=[one.name for one in able if one.id not in (found.proposed_by, found.saved_by)],
        past=found.in_force_at is not None and moment(found.in_force_at) <= engine().clock.now(),
        examined=examined,
        findings=comparing.findings((examined or found).findings, lambda one: gate.told(one, shown["element_names"])),
        stories=comparing.stories(told, shown["element_names"]), **shown,
    )  # fmt: skip


def _people(listed: list[queries.Version], proposed: list[queries.Proposal]) -> set[str]:
    found = {person for one in listed for person in (one.proposed_by, one.approved_by, one.published_by)}
    found |= {person for one in proposed for person in (one.proposed_by, one.saved_by, one.decided_by)}
    return {person for person in found if person}


def _page(template: str, **context: Any) -> str:
    """A page that knows what the reader may do."""
    return render_template(template, seen=seen(), **context)
