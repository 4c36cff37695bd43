"""Decides what commands about process definitions lead to: versions that come at once, and what stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.definitions import approving, commands, errors, events, tables
from engine.messages import Command
from engine.rows import Row
from engine.step import Step


def publish_version(command: commands.PublishVersion, step: Step) -> dict[str, Any]:
    """A new version in force; the package that is in force already stays.

    Raises PackageUnreadable, PublishedByOwner.
    """
    process = approving.readable(command.definition, command.package, step)
    now = step.find(tables.definitions, command.definition)
    if now is not None and _in_force(now["current"], step) == command.package:
        return {"version": now["current"], "number": now["number"]}
    if now is not None and now["owned"]:
        raise errors.PublishedByOwner(definition=command.definition)
    version, number = step.new_id(), (now["latest"] if now else 0) + 1
    step.record(
        events.VersionPublished(
            definition=command.definition, id=version, number=number, package=command.package,
            title=process.package.title, starters=process.starters, viewers=list(process.package.viewers),
            published_by=step.actor.person,
        )
    )  # fmt: skip
    return {"version": version, "number": number}


def stop_starts(command: commands.StopStarts, step: Step) -> None:
    """No new starts; raises DefinitionUnknown, AlreadySo, ReasonNeeded."""
    _other_than("stopped", command.definition, step)
    step.record(events.StartsStopped(definition=command.definition, reason=approving.reason(command.reason)))


def resume_starts(command: commands.ResumeStarts, step: Step) -> None:
    """New starts and calls again; raises DefinitionUnknown, AlreadySo."""
    _other_than("active", command.definition, step)
    step.record(events.StartsResumed(definition=command.definition))


def retire_definition(command: commands.RetireDefinition, step: Step) -> None:
    """No new starts and no calls; raises DefinitionUnknown, AlreadySo, ReasonNeeded."""
    _other_than("retired", command.definition, step)
    step.record(events.DefinitionRetired(definition=command.definition, reason=approving.reason(command.reason)))


def _other_than(state: str, definition: str, step: Step) -> Row:
    row = step.find(tables.definitions, definition)
    if row is None or not row["current"]:
        raise errors.DefinitionUnknown(definition=definition)
    if row["state"] == state:
        raise errors.AlreadySo()
    return row


def _in_force(version: str, step: Step) -> str:
    row = step.find(tables.definition_versions, version)
    return row["package"] if row else ""


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.PublishVersion: publish_version,
    commands.ProposeVersion: approving.propose_version,
    commands.ApproveVersion: approving.approve_version,
    commands.RejectProposal: approving.reject_proposal,
    commands.WithdrawProposal: approving.withdraw_proposal,
    commands.PutInForce: approving.put_in_force,
    commands.TakeBackVersion: approving.take_back_version,
    commands.StopStarts: stop_starts,
    commands.ResumeStarts: resume_starts,
    commands.RetireDefinition: retire_definition,
}
