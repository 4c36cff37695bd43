"""Decides what commands about process definitions lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.definitions import commands, compiled, errors, events, tables
from engine.messages import Command
from engine.step import Step


def publish_version(command: commands.PublishVersion, step: Step) -> dict[str, Any]:
    """A new version in force; the package that is in force already stays. Raises PackageUnreadable."""
    try:
        process = compiled.compiled(step.store, command.package)
    except (OSError, ValueError) as unreadable:
        raise errors.PackageUnreadable(definition=command.definition) from unreadable
    if process.package.id != command.definition:
        raise errors.PackageUnreadable(definition=command.definition)
    now = step.find(tables.definitions, command.definition)
    if now is not None and _in_force(now["current"], step) == command.package:
        return {"version": now["current"], "number": now["number"]}
    version, number = step.new_id(), (now["number"] if now else 0) + 1
    step.record(
        events.VersionPublished(
            definition=command.definition, id=version, number=number, package=command.package,
            title=process.package.title, starters=process.starters, viewers=list(process.package.viewers),
            published_by=step.actor.person,
        )
    )  # fmt: skip
    return {"version": version, "number": number}


def _in_force(version: str, step: Step) -> str:
    row = step.find(tables.definition_versions, version)
    return row["package"] if row else ""


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {commands.PublishVersion: publish_version}
