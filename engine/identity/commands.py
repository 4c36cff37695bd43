"""What one may ask about persons, offices and posts."""

from __future__ import annotations

from engine.messages import Command


class OfficeCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of one office."""

    kind = "office"
    office: str

    def stream(self) -> str:
        return f"office:{self.office}"


class PersonCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of one person."""

    kind = "person"
    person: str

    def stream(self) -> str:
        return f"person:{self.person}"


class AddOffice(OfficeCommand, frozen=True, kw_only=True):
    """Bring an office into the organisation; ``sort`` is its place in protocol order."""

    name: str
    office_kind: str
    parent: str | None = None
    sort: int = 0


class AddPerson(PersonCommand, frozen=True, kw_only=True):
    """Bring a person into the organisation, without a post."""

    name: str
    sort: int = 0


class AssignPost(PersonCommand, frozen=True, kw_only=True):
    """Give a person a post: a role in an office."""

    office: str
    role: str
    title: str


class EndPost(PersonCommand, frozen=True, kw_only=True):
    """End a person's post; what is addressed to the post stays with the office."""

    post: str


class MovePost(PersonCommand, frozen=True, kw_only=True):
    """End a post and begin another in one go."""

    post: str
    office: str
    role: str
    title: str


class DeactivatePerson(PersonCommand, frozen=True, kw_only=True):
    """Let a person sign in no longer."""


class ReactivatePerson(PersonCommand, frozen=True, kw_only=True):
    """Let a person sign in again."""


class ResetPassword(PersonCommand, frozen=True, kw_only=True):
    """Note that a person's password was set anew; the password itself is never part of the record."""


class EndSessions(PersonCommand, frozen=True, kw_only=True):
    """Sign a person out everywhere."""
