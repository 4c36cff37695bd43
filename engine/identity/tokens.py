"""Bearer tokens of programs: what a person lets a program do in their name, until when; outside the journal."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.db import metadata, text
from engine.errors import Conflict, Mistake
from engine.identity.queries import Person, gather, held_posts
from engine.identity.tables import persons
from engine.sql import Ask, Row

#: What a token may be used for: looking, working on tasks and cases, changing processes.
SCOPES = ("read", "work", "define")

#: Days for which a token holds, and the most that may be asked for.
DAYS, MOST_DAYS = 90, 366

#: What every token begins with, so that scanners of leaked secrets know one.
PREFIX = "bihuan_"

tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String(12), primary_key=True),
    #: SHA-256 of the token, so that a copy of the database opens nothing.
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("person", sa.String(40), nullable=False, index=True),
    sa.Column("scopes", sa.String(40), nullable=False),
    sa.Column("label", sa.String(100), nullable=False),
    sa.Column("created_at", sa.String(27), nullable=False),
    sa.Column("expires_at", sa.String(27), nullable=False),
    sa.Column("revoked_at", sa.String(27)),
)


class TokenNotUsable(Mistake):
    """Expected a bearer token that holds; this one is unknown, has expired or was revoked. Ask for a new one."""

    status = 401


class ScopeMissing(Conflict):
    """Expected a token with the scope {scope}; this one has {scopes}. Ask for a token that may do this."""

    status = 403


class ScopeUnknown(Mistake):
    """Expected scopes out of {known}, found {scope}."""


class ExpiryNotUsable(Mistake):
    """Expected from 1 to {most} days, found {days}."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as lists show it; the token itself is kept nowhere."""

    id: str
    person: str
    scopes: str
    label: str
    created_at: str
    expires_at: str
    revoked_at: str | None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a token that holds lets its bearer do."""

    id: str
    person: Person
    scopes: frozenset[str]


def create(
    connection: sa.Connection, person: str, scopes: tuple[str, ...], now: datetime, *, days: int = DAYS, label: str = ""
) -> str:
    """A new token of *person*, to be shown once; raises ScopeUnknown, ExpiryNotUsable."""
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope[:40], known=", ".join(SCOPES))
    if not 1 <= days <= MOST_DAYS:
        raise ExpiryNotUsable(days=days, most=MOST_DAYS)
    token = PREFIX + secrets.token_urlsafe(32)
    row = {
        "id": secrets.token_hex(6), "hash": _hash(token), "person": person, "scopes": " ".join(sorted(set(scopes))),
        "label": label[:100], "created_at": text(now), "expires_at": text(now + timedelta(days=days)),
    }  # fmt: skip
    connection.execute(sa.insert(tokens), row)
    return token


def revoke(connection: sa.Connection, token: str, now: datetime) -> bool:
    """Ends the token with this id; False where there is none that holds."""
    found = sa.update(tokens).where(tokens.c.id == token, tokens.c.revoked_at.is_(None)).values(revoked_at=text(now))
    return connection.execute(found).rowcount == 1


def listing(connection: sa.Connection, person: str | None = None) -> list[Token]:
    """The tokens of a person, or of everybody, the latest first."""
    found = sa.select(*(tokens.c[name] for name in Token.__struct_fields__)).order_by(tokens.c.created_at.desc())
    if person is not None:
        found = found.where(tokens.c.person == person)
    return [Token(**row) for row in connection.execute(found).mappings()]


def ask(token: str) -> Ask:
    """The read of a token with its person and the posts of today."""
    return Ask(_FIND, {"key": _hash(token)})


def grant(rows: list[Row], now: datetime) -> Grant:
    """What the token that :func:`ask` looked for lets its bearer do; raises TokenNotUsable."""
    first: Any = rows[0] if rows else None
    if first is None or first["revoked_at"] is not None or first["expires_at"] <= text(now):
        raise TokenNotUsable()
    person = gather(rows)[0]
    if not person.active:
        raise TokenNotUsable()
    return Grant(id=first["token"], person=person, scopes=frozenset(first["scopes"].split()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_FIND = (
    held_posts()
    .add_columns(tokens.c.id.label("token"), tokens.c.scopes, tokens.c.expires_at, tokens.c.revoked_at)
    .where(tokens.c.person == persons.c.id, tokens.c.hash == sa.bindparam("key"))
)

#: The person of the token that :func:`ask` finds, over the same values.
PERSON: sa.ColumnElement[Any] = (
    sa.select(tokens.c.person).where(tokens.c.hash == sa.bindparam("key")).scalar_subquery()
)
