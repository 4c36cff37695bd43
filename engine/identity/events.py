"""What can have happened to persons, offices and posts."""

from __future__ import annotations

from engine.messages import Event


class OfficeAdded(Event, frozen=True, kw_only=True):
    office: str
    name: str
    office_kind: str
    parent: str | None = None
    sort: int = 0


class PersonAdded(Event, frozen=True, kw_only=True):
    person: str
    name: str
    sort: int = 0


class PostAssigned(Event, frozen=True, kw_only=True):
    post: str
    person: str
    office: str
    role: str
    title: str


class PostEnded(Event, frozen=True, kw_only=True):
    post: str


class PersonDeactivated(Event, frozen=True, kw_only=True):
    person: str


class PersonReactivated(Event, frozen=True, kw_only=True):
    person: str


class PasswordReset(Event, frozen=True, kw_only=True):
    person: str


class SessionsEnded(Event, frozen=True, kw_only=True):
    person: str
