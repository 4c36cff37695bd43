"""Decides what commands about persons, offices and posts lead to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine.identity import commands, errors, events, tables
from engine.messages import SYSTEM, Command
from engine.rows import Row
from engine.step import Step

_KEY = re.compile(r"[a-z][a-z0-9-]{1,39}")


def add_office(command: commands.AddOffice, step: Step) -> None:
    """A new office; raises OfficeExists, NameNotUsable, OfficeUnknown (its parent)."""
    if not step.is_first:
        raise errors.OfficeExists(office=command.office)
    _usable(command.office, command.name)
    if command.parent is not None:
        _known_office(command.parent, step)
    step.record(
        events.OfficeAdded(
            office=command.office, name=command.name, office_kind=command.office_kind, parent=command.parent,
            sort=command.sort,
        )
    )  # fmt: skip


def add_person(command: commands.AddPerson, step: Step) -> None:
    """A new person; raises PersonExists, NameNotUsable."""
    # Whoever bore the system's name would act with its rights.
    if not step.is_first or command.person == SYSTEM.person:
        raise errors.PersonExists(person=command.person)
    _usable(command.person, command.name)
    step.record(events.PersonAdded(person=command.person, name=command.name, sort=command.sort))


def assign_post(command: commands.AssignPost, step: Step) -> None:
    """A post for a person; raises PersonUnknown, OfficeUnknown, PostHeld."""
    _person(command.person, step)
    _begin_post(command.person, command.office, command.role, command.title, step)


def end_post(command: commands.EndPost, step: Step) -> None:
    """The end of a post; raises PersonUnknown, PostUnknown."""
    _person(command.person, step)
    _end_post(command, step)


def move_post(command: commands.MovePost, step: Step) -> None:
    """One post for another; raises PersonUnknown, PostUnknown, OfficeUnknown, PostHeld."""
    _person(command.person, step)
    _end_post(command, step)
    _begin_post(command.person, command.office, command.role, command.title, step)


def deactivate_person(command: commands.DeactivatePerson, step: Step) -> None:
    """No further sign-in; a person who is away already stays so."""
    if _person(command.person, step)["active"]:
        step.record(events.PersonDeactivated(person=command.person))


def reactivate_person(command: commands.ReactivatePerson, step: Step) -> None:
    """Sign-in again."""
    if not _person(command.person, step)["active"]:
        step.record(events.PersonReactivated(person=command.person))


def reset_password(command: commands.ResetPassword, step: Step) -> None:
    """The fact that a password was set; the credential itself stands outside the journal."""
    _person(command.person, step)
    step.record(events.PasswordReset(person=command.person))


def end_sessions(command: commands.EndSessions, step: Step) -> None:
    """The fact that all sessions of a person were ended."""
    _person(command.person, step)
    step.record(events.SessionsEnded(person=command.person))


def _usable(key: str, name: str) -> None:
    if not _KEY.fullmatch(key):
        raise errors.NameNotUsable(name=key[:60])
    if not 1 <= len(name.strip()) <= 60:
        raise errors.NameMissing()


def _person(person: str, step: Step) -> Row:
    row = step.find(tables.persons, person)
    if row is None:
        raise errors.PersonUnknown(person=person)
    return row


def _known_office(office: str, step: Step) -> None:
    if step.observe("office", office=office) is None:
        raise errors.OfficeUnknown(office=office)


def _begin_post(person: str, office: str, role: str, title: str, step: Step) -> None:
    _known_office(office, step)
    held = step.observe("actor", person=person)
    ended = [step.find(tables.posts, event.post) for event in step.events if isinstance(event, events.PostEnded)]
    moved = any(row is not None and (row["role"], row["office"]) == (role, office) for row in ended)
    if [role, office] in held["posts"] and not moved:
        raise errors.PostHeld(person=person)
    step.record(events.PostAssigned(post=step.new_id(), person=person, office=office, role=role, title=title))


def _end_post(command: commands.EndPost | commands.MovePost, step: Step) -> None:
    row = step.find(tables.posts, command.post)
    if row is None or row["until"] is not None or row["person"] != command.person:
        raise errors.PostUnknown(person=command.person)
    step.record(events.PostEnded(post=command.post))


HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    commands.AddOffice: add_office,
    commands.AddPerson: add_person,
    commands.AssignPost: assign_post,
    commands.EndPost: end_post,
    commands.MovePost: move_post,
    commands.DeactivatePerson: deactivate_person,
    commands.ReactivatePerson: reactivate_person,
    commands.ResetPassword: reset_password,
    commands.EndSessions: end_sessions,
}
