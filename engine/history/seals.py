"""Seals: a signed Merkle tree over the heads that changed, linked to the seal before, in a table and in a folder.

A seal takes the heads as a read snapshot shows them and that no seal has yet. Which heads those are is a comparison
of states, not of positions in time: an entry that is committed late shows a head that no seal has, and the next seal
takes it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from engine import values
from engine.db import metadata, text
from engine.errors import Conflict
from engine.history.journal import digest, streams
from engine.history.keys import SIGNING, SigningKey, signing_key
from engine.history.merkle import Tree

if TYPE_CHECKING:
    from engine.dispatch import Engine

#: Outside the journal: seals are linked among themselves. Insert-only, as the journal is.
seals = sa.Table(
    "seals",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(27), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("root", sa.String(64), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("algorithm", sa.String(8), nullable=False),
    sa.Column("signing", sa.String(8), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
)

#: The leaves of each seal's tree.
seal_heads = sa.Table(
    "seal_heads",
    metadata,
    sa.Column("seal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.String(64), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Index("ix_seal_heads_stream", "stream", "seq", unique=True),
)

#: Heads in one seal at most; what remains is in the next one.
MOST = 50_000

#: What the first seal links to.
NONE_BEFORE = ""

#: Stream, number of its last entry, digest of that entry.
Leaf = tuple[str, int, str]


class SealsAhead(Conflict):
    """Expected the folder of seals to end where the database does, but it holds seal {number} already."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement: at this time, the streams of the tree stood at these entries."""

    number: int
    at: str
    size: int
    root: str
    previous: str
    algorithm: str
    signing: str = SIGNING
    key: str
    signature: str = ""

    @property
    def body(self) -> bytes:
        """What is signed, and what the next seal links to."""
        return values.canonical({k: v for k, v in msgspec.structs.asdict(self).items() if k != "signature"})

    @property
    def digest(self) -> str:
        """The digest by which the next seal links to this one."""
        return digest(self.body, self.algorithm)


class SealFile(msgspec.Struct, frozen=True, kw_only=True):
    """A seal with all its leaves: what leaves the database."""

    seal: Seal
    heads: list[Leaf]

    @property
    def tree(self) -> Tree:
        """The Merkle tree over the leaves."""
        return tree(self.heads, self.seal.algorithm)


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """That an entry is in a seal: its place among the leaves, and the way up to the root."""

    stream: str
    seq: int
    head: str
    index: int
    path: list[str]
    seal: Seal


def seal(engine: Engine) -> Seal | None:
    """Seals the heads that no seal has; None where there are none, or another process was quicker.

    Raises SealsAhead where the folder holds a later seal than the database: one of the two is not the one it was.
    """
    folder = engine.settings.seals_folder
    write_missing(engine)
    with engine.database.reading() as connection:
        last = latest(connection)
        heads = sorted((row.id, row.seq, row.head) for row in connection.execute(_UNSEALED))
    if not heads:
        return None
    made = _signed(last, heads, text(engine.clock.now()), engine.settings.digest, signing_key(engine.settings.data))
    ahead = file_of(folder, made.number).exists()
    if not _keep(engine, made, heads, ahead=ahead):
        return None
    write_file(folder, SealFile(seal=made, heads=heads))
    return made


def _signed(last: Seal | None, heads: Sequence[Leaf], at: str, algorithm: str, key: SigningKey) -> Seal:
    made = Seal(
        number=last.number + 1 if last else 1, at=at, size=len(heads), root=tree(heads, algorithm).root.hex(),
        previous=last.digest if last else NONE_BEFORE, algorithm=algorithm, key=key.public.fingerprint,
    )  # fmt: skip
    return msgspec.structs.replace(made, signature=key.sign(made.body))


def _keep(engine: Engine, made: Seal, heads: Sequence[Leaf], *, ahead: bool) -> bool:
    """Writes the seal, unless another process wrote one meanwhile; raises SealsAhead where only the folder has it."""
    listed = [
        {"seal": made.number, "position": n, "stream": stream, "seq": seq, "head": head}
        for n, (stream, seq, head) in enumerate(heads)
    ]
    try:
        with engine.database.writing() as connection:
            last = latest(connection)
            if (last.number if last else 0) != made.number - 1:
                return False
            if ahead:
                raise SealsAhead(number=made.number)
            connection.execute(sa.insert(seals), msgspec.structs.asdict(made))
            connection.execute(sa.insert(seal_heads), listed)
    except sa.exc.IntegrityError:
        return False
    return True


def leaf(head: Sequence[Any]) -> bytes:
    """The bytes of a leaf: the canonical JSON of stream, seq and head."""
    return values.canonical(list(head))


def tree(heads: Sequence[Leaf], algorithm: str) -> Tree:
    """The Merkle tree over heads in their order."""
    return Tree([leaf(head) for head in heads], algorithm)


def latest(connection: sa.Connection) -> Seal | None:
    """The last seal of the database."""
    return _at_end(connection, seals.c.number.desc())


def first(connection: sa.Connection) -> Seal | None:
    """The first seal of the database: what was recorded before it was vouched for by nothing until then."""
    return _at_end(connection, seals.c.number)


def _at_end(connection: sa.Connection, order: Any) -> Seal | None:
    row = connection.execute(sa.select(seals).order_by(order).limit(1)).mappings().first()
    return Seal(**row) if row is not None else None


def find(connection: sa.Connection, number: int) -> SealFile | None:
    """One seal of the database with its leaves."""
    row = connection.execute(sa.select(seals).where(seals.c.number == number)).mappings().first()
    return SealFile(seal=Seal(**row), heads=leaves(connection, number)) if row is not None else None


def leaves(connection: sa.Connection, number: int) -> list[Leaf]:
    """The heads in a seal, in their order."""
    found = sa.select(seal_heads.c.stream, seal_heads.c.seq, seal_heads.c.head).where(seal_heads.c.seal == number)
    return [(stream, seq, head) for stream, seq, head in connection.execute(found.order_by(seal_heads.c.position))]


def listing(connection: sa.Connection, *, offset: int = 0, limit: int = 50) -> tuple[list[Seal], bool]:
    """The seals, the latest first, and whether there are more."""
    found = sa.select(seals).order_by(seals.c.number.desc()).offset(offset).limit(limit + 1)
    rows = [Seal(**row) for row in connection.execute(found).mappings()]
    return rows[:limit], len(rows) > limit


def proofs(connection: sa.Connection, *wanted: str) -> list[Proof]:
    """Of every sealed entry of these streams, that it is in its seal; the last one stands for all before it."""
    found = sa.select(seal_heads).where(seal_heads.c.stream.in_(wanted))
    rows = connection.execute(found.order_by(seal_heads.c.seal, seal_heads.c.stream)).mappings().all()
    by_seal = groupby(rows, itemgetter("seal"))
    return [proof for number, listed in by_seal for proof in _proofs(connection, number, listed)]


def last_proof(connection: sa.Connection, stream: str) -> Proof | None:
    """That the last sealed entry of a stream is in its seal; None where nothing of it is sealed yet."""
    found = sa.select(seal_heads).where(seal_heads.c.stream == stream).order_by(seal_heads.c.seq.desc()).limit(1)
    row = connection.execute(found).mappings().first()
    return next(_proofs(connection, row["seal"], [row]), None) if row is not None else None


def _proofs(connection: sa.Connection, number: int, rows: Iterable[Any]) -> Iterator[Proof]:
    """Proofs in one seal, whose tree is built once; none where the seal itself is gone, which verification names."""
    whole = find(connection, number)
    if whole is None:
        return
    built = whole.tree
    # Where leaves were taken out of the table, places no longer fit; the proof then fails, and says so.
    places = {stream: place for place, (stream, *_) in enumerate(whole.heads)}
    for row in rows:
        place = places[row["stream"]]
        path = [digest.hex() for digest in built.path(place)]
        yield Proof(stream=row["stream"], seq=row["seq"], head=row["head"], index=place, path=path, seal=whole.seal)


def file_of(folder: Path, number: int) -> Path:
    """Where a seal lies in the folder."""
    return folder / f"seal-{number:07}.json"


def numbers(folder: Path) -> list[int]:
    """The numbers of the seals that the folder holds, in order."""
    found = [path.stem.removeprefix("seal-") for path in folder.glob("seal-*.json")]
    return sorted(int(name) for name in found if name.isdigit())


def read_file(path: Path) -> SealFile:
    """The seal in a file; raises OSError, and ValueError where it is none."""
    return msgspec.json.decode(path.read_bytes(), type=SealFile)


def encode_file(whole: SealFile) -> bytes:
    """The bytes of a seal's file."""
    return values.canonical(msgspec.to_builtins(whole)) + b"\n"


def write_file(folder: Path, whole: SealFile) -> None:
    """Puts the seal into the folder, on the disk when this returns; a file that is there already is never replaced."""
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(encode_file(whole))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.link(temporary, file_of(folder, whole.seal.number))
    except FileExistsError:
        # Another process of the installation was quicker with the same seal; verification compares the two.
        pass
    finally:
        os.unlink(temporary)


def write_missing(engine: Engine) -> None:
    """Writes the newest seals that a crash kept from the folder; older gaps are for verification to name."""
    folder = engine.settings.seals_folder
    folder.mkdir(parents=True, exist_ok=True)
    newest = (numbers(folder) or [0])[-1]
    with engine.database.reading() as connection:
        late = connection.execute(sa.select(seals.c.number).where(seals.c.number > newest).order_by(seals.c.number))
        for whole in [find(connection, number) for (number,) in late.all()]:
            if whole is not None:
                write_file(folder, whole)


_UNSEALED = (
    sa.select(streams.c.id, streams.c.seq, streams.c.head)
    .where(~sa.exists().where(seal_heads.c.stream == streams.c.id, seal_heads.c.seq == streams.c.seq))
    .order_by(streams.c.id)
    .limit(MOST)
)
