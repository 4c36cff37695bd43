"""Decides about proposals: what may be proposed, who may approve it, and when it is in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine import db
from engine.definitions import commands, compiled, errors, events, tables
from engine.jobs import events as job_events
from engine.jobs import tables as job_tables
from engine.rows import Row
from engine.step import Step

#: How far ahead a version may be dated.
FARTHEST = timedelta(days=731)


def readable(definition: str, package: str, step: Step) -> compiled.Compiled:
    """The process of a package in the store; raises PackageUnreadable."""
    try:
        process = compiled.compiled(step.store, package)
    except (OSError, ValueError) as unreadable:
        raise errors.PackageUnreadable(definition=definition) from unreadable
    if process.package.id != definition:
        raise errors.PackageUnreadable(definition=definition)
    return process


def propose_version(command: commands.ProposeVersion, step: Step) -> dict[str, Any]:
    """A proposal for a second person, with what the gate and the stories say of it.

    Raises PackageUnreadable, ProposalStands, NothingToPropose, NoteTooLong, DateNotAhead, NotExamined, FindingsStand,
    StoriesFail.
    """
    known = step.find(tables.definitions, command.definition)
    if known is not None and known["proposal"]:
        raise errors.ProposalStands()
    process = readable(command.definition, command.package, step)
    current = step.find(tables.definition_versions, known["current"]) if known is not None else None
    if current is not None and current["package"] == command.package:
        raise errors.NothingToPropose()
    if len(command.note) > 500:
        raise errors.NoteTooLong()
    if command.in_force_at is not None:
        _ahead(command.in_force_at, step)
    found = _passed(command.package, step)
    proposal = step.new_id()
    step.record(
        events.VersionProposed(
            definition=command.definition, proposal=proposal, package=command.package, title=process.package.title,
            note=command.note.strip(), base=command.base, saved_by=command.saved_by, in_force_at=command.in_force_at,
            findings=found["findings"], stories=found["stories"],
        )
    )  # fmt: skip
    return {"proposal": proposal}


def _ahead(spelled: str, step: Step) -> None:
    try:
        wanted = db.moment(spelled)
    except ValueError as unreadable:
        raise errors.DateNotAhead(date=spelled[:40]) from unreadable
    if not step.now < wanted < step.now + FARTHEST:
        raise errors.DateNotAhead(date=spelled[:10])


def _passed(package: str, step: Step) -> Any:
    """What the gate said of a package that it let pass.

    The gate and the stories take seconds in a process of their own, so they ran before the step, and the step only
    observes what they said: the observation stands in the entry, and performing the command again needs no sandbox.
    """
    found = step.observe("examination", package=package)
    if found is None:
        raise errors.NotExamined()
    wrong = [one for one in found["findings"] if one.get("severity", "error") == "error"]
    if wrong:
        raise errors.FindingsStand(count=len(wrong))
    failed = [one for one in found["stories"] if not one["passed"]]
    if failed:
        raise errors.StoriesFail(count=len(failed), first=failed[0]["title"])
    return found


def approve_version(command: commands.ApproveVersion, step: Step) -> dict[str, Any]:
    """The proposed version, published at once or at its date.

    Raises ProposalNotOpen, SecondPersonNeeded, PackageUnreadable, NotExamined, FindingsStand, StoriesFail: what was
    sound when it was proposed may not be so any more beside the packages that are in force today.
    """
    proposal = _open(command.definition, command.proposal, step)
    if step.actor.person in (proposal["proposed_by"], proposal["saved_by"]):
        raise errors.SecondPersonNeeded()
    process = readable(command.definition, proposal["package"], step)
    _passed(proposal["package"], step)
    known = step.find(tables.definitions, command.definition)
    version, number = step.new_id(), (known["latest"] if known else 0) + 1
    step.record(events.ProposalApproved(definition=command.definition, proposal=command.proposal, version_id=version))
    about: dict[str, Any] = {
        "definition": command.definition, "id": version, "number": number, "package": proposal["package"],
        "title": process.package.title, "starters": process.starters, "viewers": list(process.package.viewers),
        "published_by": step.actor.person, "approved_by": step.actor.person,
        "proposed_by": proposal["proposed_by"], "proposal": command.proposal,
    }  # fmt: skip
    at = proposal["in_force_at"]
    if at is None or at <= step.at:
        step.record(events.VersionPublished(**about))
        return {"version": version, "number": number}
    step.record(events.VersionScheduled(**about, in_force_at=at))
    step.record(
        job_events.JobScheduled(
            job=_job(version), job_kind="put-in-force", due=at,
            payload={"definition": command.definition, "version": version},
        )
    )  # fmt: skip
    return {"version": version, "number": number, "in_force_at": at}


def reject_proposal(command: commands.RejectProposal, step: Step) -> None:
    """A proposal sent back; raises ProposalNotOpen, ReasonNeeded."""
    _open(command.definition, command.proposal, step)
    step.record(
        events.ProposalRejected(
            definition=command.definition, proposal=command.proposal, reason=reason(command.reason)
        )
    )


def withdraw_proposal(command: commands.WithdrawProposal, step: Step) -> None:
    """A proposal taken back; raises ProposalNotOpen."""
    _open(command.definition, command.proposal, step)
    step.record(events.ProposalWithdrawn(definition=command.definition, proposal=command.proposal))


def put_in_force(command: commands.PutInForce, step: Step) -> dict[str, Any]:
    """A dated version in force; one that was taken back stays so, as a recorded no-op."""
    if step.find(job_tables.jobs, _job(command.version_id)) is not None:
        step.record(job_events.JobFinished(job=_job(command.version_id)))
    version = step.find(tables.definition_versions, command.version_id)
    if version is None or version["state"] != "scheduled":
        return {"ignored": True}
    process = readable(command.definition, version["package"], step)
    step.record(
        events.VersionPutInForce(
            definition=command.definition, id=version["id"], number=version["number"], title=version["title"],
            viewers=list(process.package.viewers),
        )
    )  # fmt: skip
    return {"version": version["id"], "number": version["number"]}


def take_back_version(command: commands.TakeBackVersion, step: Step) -> None:
    """A dated version that will not come; raises NotScheduled, ReasonNeeded."""
    version = step.find(tables.definition_versions, command.version_id)
    if version is None or version["definition"] != command.definition or version["state"] != "scheduled":
        raise errors.NotScheduled()
    step.record(
        events.VersionTakenBack(id=version["id"], number=version["number"], reason=reason(command.reason))
    )
    if step.find(job_tables.jobs, _job(version["id"])) is not None:
        step.record(job_events.JobFinished(job=_job(version["id"])))


def reason(given: str) -> str:
    """A reason that says something; raises ReasonNeeded."""
    if not 2 <= len(given.strip()) <= 500:
        raise errors.ReasonNeeded()
    return given.strip()


def _open(definition: str, proposal: str, step: Step) -> Row:
    row = step.find(tables.proposals, proposal)
    if row is None or row["definition"] != definition or row["state"] != "open":
        raise errors.ProposalNotOpen()
    return row


def _job(version: str) -> str:
    return f"{version}p"
