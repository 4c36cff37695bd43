"""Applies what happened to persons, offices and posts to their tables."""

from __future__ import annotations

from engine.identity import events
from engine.identity.tables import offices, persons, posts
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def office_added(event: events.OfficeAdded, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        offices, id=event.office, stream=stamp.stream, name=event.name, kind=event.office_kind, parent=event.parent,
        sort=event.sort,
    )  # fmt: skip


def person_added(event: events.PersonAdded, rows: Rows, stamp: Stamp) -> None:
    rows.insert(persons, id=event.person, stream=stamp.stream, name=event.name, active=True, sort=event.sort)


def post_assigned(event: events.PostAssigned, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        posts, id=event.post, stream=stamp.stream, person=event.person, office=event.office, role=event.role,
        title=event.title, since=stamp.at, until=None,
    )  # fmt: skip


def post_ended(event: events.PostEnded, rows: Rows, stamp: Stamp) -> None:
    rows.update(posts, event.post, until=stamp.at)


def person_deactivated(event: events.PersonDeactivated, rows: Rows, stamp: Stamp) -> None:
    rows.update(persons, event.person, active=False)


def person_reactivated(event: events.PersonReactivated, rows: Rows, stamp: Stamp) -> None:
    rows.update(persons, event.person, active=True)


def password_reset(event: events.PasswordReset, rows: Rows, stamp: Stamp) -> None:
    """The credential stands outside the journal; there is nothing to change."""


def sessions_ended(event: events.SessionsEnded, rows: Rows, stamp: Stamp) -> None:
    """Sessions stand outside the journal; there is nothing to change."""


APPLIERS: Appliers = {
    (events.OfficeAdded, 1): office_added,
    (events.PersonAdded, 1): person_added,
    (events.PostAssigned, 1): post_assigned,
    (events.PostEnded, 1): post_ended,
    (events.PersonDeactivated, 1): person_deactivated,
    (events.PersonReactivated, 1): person_reactivated,
    (events.PasswordReset, 1): password_reset,
    (events.SessionsEnded, 1): sessions_ended,
}
