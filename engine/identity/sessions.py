"""Sessions on the server, passwords and the log-in throttle: outside the journal, and never part of an event."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.db import metadata, text
from engine.errors import Conflict, Mistake
from engine.identity.queries import Person, gather, held_posts
from engine.identity.tables import persons
from engine.sql import Ask, Row

sessions = sa.Table(
    "sessions",
    metadata,
    #: SHA-256 of the cookie, so that a copy of the database opens no session.
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(40), nullable=False, index=True),
    sa.Column("csrf", sa.String(44), nullable=False),
    sa.Column("started_at", sa.String(27), nullable=False),
    sa.Column("seen_at", sa.String(27), nullable=False),
)

credentials = sa.Table(
    "credentials",
    metadata,
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("hash", sa.String(200), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
)

login_attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", sa.String(27), nullable=False),
)

#: Failures after which a name is locked, and for how long.
FAILURES = 5
LOCKED = timedelta(minutes=15)

#: Shortest password.
SHORTEST = 10

_HASHER = PasswordHasher()


class PasswordTooWeak(Mistake):
    """Expected a password of at least {shortest} characters that is not the sign-in name."""


class SignInFailed(Mistake):
    """Expected a sign-in name and its password; one of the two is wrong, or the account is closed."""


class SignInLocked(Conflict):
    """Expected fewer failures; after five of them the name is locked for 15 minutes."""

    status = 429


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session that holds: who it is, and the token that forms carry."""

    id: str
    csrf: str
    person: Person
    seen_at: str


def begin(connection: sa.Connection, person: str, now: datetime) -> str:
    """A new session of *person*; gives the cookie's value, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    row = {
        "id": _key(token), "person": person, "csrf": secrets.token_urlsafe(24), "started_at": text(now),
        "seen_at": text(now),
    }  # fmt: skip
    connection.execute(sa.insert(sessions), row)
    return token


def ask(token: str) -> Ask:
    """The read of a session with its person and the posts of today."""
    return Ask(_FIND, {"key": _key(token)})


def holds(rows: list[Row], now: datetime, idle: timedelta, longest: timedelta) -> Session | None:
    """The session that :func:`ask` found; None where there is none, or it has ended."""
    if not rows:
        return None
    first, person = rows[0], gather(rows)[0]
    if first["seen_at"] < text(now - idle) or first["started_at"] < text(now - longest) or not person.active:
        return None
    return Session(id=first["session"], csrf=first["csrf"], person=person, seen_at=first["seen_at"])


def touch(connection: sa.Connection, session: str, now: datetime) -> None:
    """Remembers that the session is in use."""
    connection.execute(sa.update(sessions).where(sessions.c.id == session).values(seen_at=text(now)))


def end(connection: sa.Connection, token: str) -> None:
    """Ends one session."""
    connection.execute(sa.delete(sessions).where(sessions.c.id == _key(token)))


def end_all(connection: sa.Connection, person: str) -> None:
    """Ends every session of a person."""
    connection.execute(sa.delete(sessions).where(sessions.c.person == person))


def set_password(connection: sa.Connection, person: str, password: str, *, must_change: bool = False) -> None:
    """Keeps the hash (argon2id) of a new password; raises PasswordTooWeak."""
    check_strength(person, password)
    connection.execute(sa.delete(credentials).where(credentials.c.person == person))
    row = {"person": person, "hash": _HASHER.hash(password), "must_change": must_change}
    connection.execute(sa.insert(credentials), row)


def check_strength(person: str, password: str) -> None:
    """Raises PasswordTooWeak."""
    if len(password) < SHORTEST or person.lower() in password.lower():
        raise PasswordTooWeak(shortest=SHORTEST)


def authenticate(connection: sa.Connection, person: str, password: str, now: datetime) -> Exception | None:
    """None where the password is right and the person may sign in; else the reason, with the failure counted."""
    tried = connection.execute(sa.select(login_attempts).where(login_attempts.c.person == person[:64])).first()
    if tried is not None and tried.failures >= FAILURES and tried.last_at > text(now - LOCKED):
        return SignInLocked()
    found = connection.execute(_CREDENTIAL, {"key": person}).first()
    if found is not None and found.active and _fits(found.hash, password):
        connection.execute(sa.delete(login_attempts).where(login_attempts.c.person == person[:64]))
        return None
    if found is None:
        # The same work as for a known name, so that time does not tell which names exist.
        _HASHER.hash(password)
    failures = (tried.failures if tried is not None and tried.last_at > text(now - LOCKED) else 0) + 1
    connection.execute(sa.delete(login_attempts).where(login_attempts.c.person == person[:64]))
    connection.execute(
        sa.insert(login_attempts), {"person": person[:64], "failures": failures, "last_at": text(now)}
    )
    return SignInFailed()


def _fits(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_FIND = (
    held_posts()
    .add_columns(sessions.c.id.label("session"), sessions.c.csrf, sessions.c.started_at, sessions.c.seen_at)
    .where(sessions.c.person == persons.c.id, sessions.c.id == sa.bindparam("key"))
)
#: The person of the session that :func:`ask` finds, over the same values.
PERSON: sa.ColumnElement[Any] = (
    sa.select(sessions.c.person).where(sessions.c.id == sa.bindparam("key")).scalar_subquery()
)
_CREDENTIAL = (
    sa.select(credentials.c.hash, persons.c.active)
    .join_from(credentials, persons, persons.c.id == credentials.c.person)
    .where(credentials.c.person == sa.bindparam("key"))
)
