"""The journal: what is written down about each command, and the chain of digests that holds it together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import values
from engine.db import metadata, text
from engine.sql import Row, Tell

#: One row per stream: the head of its chain and the counter of its ids.
streams = sa.Table(
    "streams",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
)

def _rare(name: str, where: str, *columns: str) -> sa.Index:
    """An index over the rows that *where* holds for; a query uses it when it says the same words."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


#: Insert-only; a trigger on both databases says so.
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("stream", sa.String(64), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", sa.String(27), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("on_behalf_of", sa.String(64)),
    sa.Column("request_id", sa.String(120)),
    #: 128 bits of the digest of what was asked; the same request id with another content is refused.
    sa.Column("request_digest", sa.String(32)),
    sa.Column("kind", sa.String(9), nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("observed", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
    sa.Column("behaviour", sa.Integer, nullable=False),
    sa.Column("snapshot_digest", sa.String(64)),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("algorithm", sa.String(8), nullable=False),
    sa.UniqueConstraint("stream", "seq"),
    sa.Index("ix_journal_actor_request_id", "actor", "request_id", unique=True),
    # These two hold only the rare rows that they are about.
    _rare("ix_journal_refused", "kind = 'refused'", "id", "stream"),
    _rare("ix_journal_on_behalf_of", "on_behalf_of IS NOT NULL", "on_behalf_of", "stream"),
)

PERFORMED, REFUSED = "performed", "refused"

#: What was refused, in the words of its index.
WAS_REFUSED = sa.text("journal.kind = 'refused'")

#: The digest before a stream's first entry.
GENESIS = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry; JSON columns are kept as the text that was hashed."""

    stream: str
    seq: int
    at: str
    actor: str
    on_behalf_of: str | None
    request_id: str | None
    request_digest: str | None
    kind: str
    command: str
    observed: str
    events: str
    outcome: str
    counter: int
    behaviour: int
    snapshot_digest: str | None
    previous_hash: str
    algorithm: str
    hash: str = ""

    def expected_hash(self) -> str:
        """The digest that the entry must carry: H(previous ‖ canonical JSON of the rest)."""
        body = values.canonical({k: v for k, v in msgspec.structs.asdict(self).items() if k != "hash"})
        return digest(self.previous_hash.encode() + body, self.algorithm)

    def sealed(self) -> Entry:
        """The entry with its digest."""
        return msgspec.structs.replace(self, hash=self.expected_hash())


def digest(body: bytes, algorithm: str) -> str:
    """The hexadecimal digest of *body*; ``sha256``, or ``sm3`` (GB/T 32905) where the office asks for it."""
    return hashlib.new(algorithm, body).hexdigest()


def told(entry: Entry, kind: str, *, first: bool) -> list[Tell]:
    """The writes of a sealed *entry*: itself, and the head of its stream moved to it."""
    head = {"seq": entry.seq, "head": entry.hash, "counter": entry.counter}
    if first:
        moved = Tell(_FIRST, [{"id": entry.stream, "kind": kind, **head}])
    else:
        moved = Tell(_MOVE, [{"stream_id": entry.stream, **head}])
    return [Tell(_INSERT, [msgspec.structs.asdict(entry)]), moved]


def entries(connection: sa.Connection, stream: str | None = None) -> Iterator[Entry]:
    """The entries of one stream, or of all, each stream in its order."""
    yield from entries_where(connection, journal.c.stream == stream if stream is not None else sa.true())


def entries_where(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Iterator[Entry]:
    """The entries that *condition* names, each stream in its order."""
    names = Entry.__struct_fields__
    found = sa.select(*(journal.c[name] for name in names)).where(condition).order_by(journal.c.stream, journal.c.seq)
    for row in connection.execute(found, execution_options={"yield_per": 500}):
        yield Entry(**dict(zip(names, row, strict=True)))


def entry_of(row: dict[str, Any]) -> Entry:
    """The entry that a row of the table holds."""
    return Entry(**{name: row[name] for name in Entry.__struct_fields__})


_INSERT = sa.insert(journal)
_FIRST = sa.insert(streams)
_MOVE = (
    sa.update(streams)
    .where(streams.c.id == sa.bindparam("stream_id"))
    .values({name: sa.bindparam(name) for name in ("seq", "head", "counter")})
)


#: The one who asks, as a value of the statement.
ACTOR: sa.ColumnElement[Any] = sa.bindparam("actor")


@lru_cache(maxsize=8)
def earlier(person: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The entry that a request id of this person already has; takes ``request_id``."""
    return sa.select(journal).where(_same_request(person))


#: The head of a stream, locked; takes ``stream``. What the request did before is asked after it and not beside it: who
#: has waited for the lock sees what the one before has written only in a statement that begins afterwards.
LOCK = (
    sa.select(*(streams.c[name].label(f"s_{name}") for name in ("kind", "seq", "head", "counter")))
    .where(streams.c.id == sa.bindparam("stream"))
    .with_for_update()
)


def _same_request(person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(journal.c.actor == person, journal.c.request_id == sa.bindparam("request_id"))


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stream stands."""

    kind: str
    seq: int = 0
    head: str = GENESIS
    counter: int = 0

    @classmethod
    def of(cls, row: Row) -> Head:
        """The head that a row of :data:`LOCK` tells."""
        return cls(kind=row["s_kind"], seq=row["s_seq"], head=row["s_head"], counter=row["s_counter"])


def refusals(connection: sa.Connection, stream: str, actor: str, now: datetime) -> int:
    """How many refusals of *actor* the stream took within the last minute."""
    since = text(now - timedelta(minutes=1))
    found = sa.select(sa.func.count()).where(
        journal.c.stream == stream, journal.c.actor == actor, journal.c.kind == REFUSED, journal.c.at > since
    )
    return int(connection.execute(found).scalar_one())
