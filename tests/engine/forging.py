"""Whoever owns the database: changes it by its own tools, triggers and all, as an attacker would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from engine.history import seals
from engine.history.journal import GENESIS, Entry, entries
from engine.history.keys import SigningKey
from tests.driver import City

GUARDED = ("journal", "seals", "seal_heads")


@contextmanager
def by_hand(city: City) -> Iterator[sqlite3.Connection]:
    """The database file, with nothing that guards it."""
    connection = sqlite3.connect(Path(city.engine.database.url.removeprefix("sqlite:///")))
    try:
        for table in GUARDED:
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        with connection:
            yield connection
    finally:
        connection.close()


def chain(city: City, stream: str) -> list[Entry]:
    """The entries of a stream."""
    with city.engine.database.reading() as connection:
        return list(entries(connection, stream))


def rehashed(found: list[Entry]) -> list[Entry]:
    """The entries numbered and hashed anew, as if nothing had happened."""
    kept: list[Entry] = []
    for number, entry in enumerate(found, start=1):
        previous = kept[-1].hash if kept else GENESIS
        kept.append(msgspec.structs.replace(entry, seq=number, previous_hash=previous).sealed())
    return kept


def put(city: City, stream: str, found: list[Entry]) -> None:
    """These entries in the place of the stream's own, with the head that fits them."""
    names = Entry.__struct_fields__
    with by_hand(city) as connection:
        connection.execute("DELETE FROM journal WHERE stream = ?", (stream,))
        marks = ", ".join("?" for _ in names)
        rows = [[*msgspec.structs.astuple(entry)] for entry in found]
        connection.executemany(f"INSERT INTO journal ({', '.join(names)}) VALUES ({marks})", rows)
        last = found[-1]
        head = (last.seq, last.hash, last.counter, stream)
        connection.execute("UPDATE streams SET seq = ?, head = ?, counter = ? WHERE id = ?", head)


def resigned(seal: seals.Seal, key: SigningKey, **changed: Any) -> seals.Seal:
    """The seal with something changed, signed again with a key."""
    other = msgspec.structs.replace(seal, key=key.public.fingerprint, **changed)
    return msgspec.structs.replace(other, signature=key.sign(other.body))


def put_seal(city: City, whole: seals.SealFile, *, database: bool = True, folder: bool = True) -> None:
    """This seal in the place of the one with its number."""
    if folder:
        seals.file_of(city.engine.settings.seals_folder, whole.seal.number).write_bytes(seals.encode_file(whole))
    if not database:
        return
    row = msgspec.structs.asdict(whole.seal)
    with by_hand(city) as connection:
        for table, column in (("seals", "number"), ("seal_heads", "seal")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (whole.seal.number,))
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(f"INSERT INTO seals ({', '.join(row)}) VALUES ({marks})", row)
        listed = [(whole.seal.number, n, *head) for n, head in enumerate(whole.heads)]
        connection.executemany(
            "INSERT INTO seal_heads (seal, position, stream, seq, head) VALUES (?, ?, ?, ?, ?)", listed
        )


def drop(city: City, stream: str) -> None:
    """A stream as if it had never been: entries, head and every row."""
    from engine import db

    with by_hand(city) as connection:
        connection.execute("DELETE FROM streams WHERE id = ?", (stream,))
        for table in ("journal", *(table.name for table in db.APPLIED)):
            connection.execute(f"DELETE FROM {table} WHERE stream = ?", (stream,))
