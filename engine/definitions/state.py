"""Applies what happened to process definitions to their tables."""

from __future__ import annotations

from typing import Any

from engine import values
from engine.definitions import events
from engine.definitions.tables import definition_versions, definitions, proposals
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def version_published(event: events.VersionPublished, rows: Rows, stamp: Stamp) -> None:
    _new_version(event, rows, stamp, state="in-force", in_force_at=stamp.at)
    _in_force(event, rows, stamp, latest=event.number, owned=event.approved_by is not None)


def version_scheduled(event: events.VersionScheduled, rows: Rows, stamp: Stamp) -> None:
    _new_version(event, rows, stamp, state="scheduled", in_force_at=event.in_force_at)
    _definition(event.definition, rows, stamp, latest=event.number, owned=True)


def version_put_in_force(event: events.VersionPutInForce, rows: Rows, stamp: Stamp) -> None:
    rows.update(definition_versions, event.id, state="in-force", in_force_at=stamp.at)
    _in_force(event, rows, stamp)


def version_taken_back(event: events.VersionTakenBack, rows: Rows, stamp: Stamp) -> None:
    rows.update(definition_versions, event.id, state="taken-back", reason=event.reason)


def version_proposed(event: events.VersionProposed, rows: Rows, stamp: Stamp) -> None:
    known = rows.get(definitions, event.definition)
    rows.insert(
        proposals, id=event.proposal, stream=stamp.stream, definition=event.definition, package=event.package,
        title=event.title, note=event.note, base=event.base, against=(known["current"] or None) if known else None,
        saved_by=event.saved_by, proposed_by=stamp.actor, proposed_at=stamp.at, in_force_at=event.in_force_at,
        findings=values.canonical(event.findings).decode(), stories=values.canonical(event.stories).decode(),
        state="open",
    )  # fmt: skip
    title = {} if known else {"title": event.title}
    _definition(event.definition, rows, stamp, proposal=event.proposal, **title)


def proposal_approved(event: events.ProposalApproved, rows: Rows, stamp: Stamp) -> None:
    _decided(event, rows, stamp, state="approved", version=event.version_id)


def proposal_rejected(event: events.ProposalRejected, rows: Rows, stamp: Stamp) -> None:
    _decided(event, rows, stamp, state="rejected", reason=event.reason)


def proposal_withdrawn(event: events.ProposalWithdrawn, rows: Rows, stamp: Stamp) -> None:
    _decided(event, rows, stamp, state="withdrawn")


def starts_stopped(event: events.StartsStopped, rows: Rows, stamp: Stamp) -> None:
    _definition(event.definition, rows, stamp, state="stopped", state_reason=event.reason)


def starts_resumed(event: events.StartsResumed, rows: Rows, stamp: Stamp) -> None:
    _definition(event.definition, rows, stamp, state="active", state_reason=None)


def definition_retired(event: events.DefinitionRetired, rows: Rows, stamp: Stamp) -> None:
    _definition(event.definition, rows, stamp, state="retired", state_reason=event.reason)


def _new_version(
    event: events.VersionPublished | events.VersionScheduled, rows: Rows, stamp: Stamp, *, state: str, in_force_at: str
) -> None:  # fmt: skip
    rows.insert(
        definition_versions, id=event.id, stream=stamp.stream, definition=event.definition, number=event.number,
        package=event.package, title=event.title, starters=values.canonical(event.starters).decode(),
        published_at=stamp.at, published_by=event.published_by, approved_by=event.approved_by,
        proposed_by=event.proposed_by, proposal=event.proposal, in_force_at=in_force_at, state=state,
    )  # fmt: skip


def _in_force(
    event: events.VersionPublished | events.VersionPutInForce, rows: Rows, stamp: Stamp, *, owned: bool = False,
    **more: Any,
) -> None:  # fmt: skip
    """Makes a version the one in force; the one before it is replaced."""
    known = rows.get(definitions, event.definition)
    if known is not None and known["current"]:
        rows.update(definition_versions, known["current"], state="replaced")
    _definition(
        event.definition, rows, stamp, title=event.title, current=event.id, number=event.number,
        viewers=" ".join(event.viewers), owned=owned or bool(known and known["owned"]), **more,
    )  # fmt: skip


def _definition(key: str, rows: Rows, stamp: Stamp, **changed: Any) -> None:
    """The row of a definition, which begins with whatever comes first: a version or a proposal."""
    fresh = {
        "id": key, "stream": stamp.stream, "title": key, "current": "", "number": 0, "viewers": "", "latest": 0,
        "state": "active", "state_reason": None, "owned": False, "proposal": None,
    }  # fmt: skip
    rows.insert(definitions, **(rows.get(definitions, key) or fresh) | changed)


def _decided(
    event: events.ProposalApproved | events.ProposalRejected | events.ProposalWithdrawn, rows: Rows, stamp: Stamp,
    **changed: Any,
) -> None:  # fmt: skip
    rows.update(proposals, event.proposal, decided_by=stamp.actor, decided_at=stamp.at, **changed)
    _definition(event.definition, rows, stamp, proposal=None)


APPLIERS: Appliers = {
    (events.VersionPublished, 1): version_published,
    (events.VersionScheduled, 1): version_scheduled,
    (events.VersionPutInForce, 1): version_put_in_force,
    (events.VersionTakenBack, 1): version_taken_back,
    (events.VersionProposed, 1): version_proposed,
    (events.ProposalApproved, 1): proposal_approved,
    (events.ProposalRejected, 1): proposal_rejected,
    (events.ProposalWithdrawn, 1): proposal_withdrawn,
    (events.StartsStopped, 1): starts_stopped,
    (events.StartsResumed, 1): starts_resumed,
    (events.DefinitionRetired, 1): definition_retired,
}
