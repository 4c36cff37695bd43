"""Whoever owns the database: changes it by its own tools, triggers and all, as an attacker would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import db
from engine.history import seals
from engine.history.journal import GENESIS, Entry, entries, journal, streams
from engine.history.keys import SigningKey
from tests.driver import City

GUARDED = ("journal", "seals", "seal_heads")


@contextmanager
def by_hand(city: City) -> Iterator[sa.Connection]:
    """The database as its owner has it, with nothing that guards it."""
    with city.engine.database.writing() as connection:
        for table in GUARDED:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
            else:
                for verb in ("update", "delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        yield connection


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
    last = found[-1]
    with by_hand(city) as connection:
        connection.execute(sa.delete(journal).where(journal.c.stream == stream))
        connection.execute(sa.insert(journal), [msgspec.structs.asdict(entry) for entry in found])
        head = {"seq": last.seq, "head": last.hash, "counter": last.counter}
        connection.execute(sa.update(streams).where(streams.c.id == stream).values(**head))


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
    number = whole.seal.number
    listed = [
        {"seal": number, "position": n, "stream": stream, "seq": seq, "head": head}
        for n, (stream, seq, head) in enumerate(whole.heads)
    ]
    with by_hand(city) as connection:
        connection.execute(sa.delete(seals.seals).where(seals.seals.c.number == number))
        connection.execute(sa.delete(seals.seal_heads).where(seals.seal_heads.c.seal == number))
        connection.execute(sa.insert(seals.seals), msgspec.structs.asdict(whole.seal))
        connection.execute(sa.insert(seals.seal_heads), listed)


def drop(city: City, stream: str) -> None:
    """A stream as if it had never been: entries, head and every row."""
    with by_hand(city) as connection:
        connection.execute(sa.delete(streams).where(streams.c.id == stream))
        for table in (journal, *db.APPLIED):
            connection.execute(sa.delete(table).where(table.c.stream == stream))
