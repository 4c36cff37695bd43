"""Moves a whole installation: into one file, out of it, and from one database to another, with every chain as it is."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.db import Database, metadata
from engine.documents.store import Store
from engine.errors import Conflict, Mistake
from engine.history import keys
from engine.schema import migrate, revision

#: Rows that go over at a time.
BATCH = 2_000

#: What a restored or copied installation leaves behind: sessions of the old one, and who was working on what.
LEFT_BEHIND = frozenset({"job_leases", "sessions"})

Row = dict[str, Any]


class TargetNotEmpty(Conflict):
    """Expected a database in which nothing has happened, but it has a journal; take a new one."""


class BackupUnreadable(Mistake):
    """Expected a file that ``bihuan backup`` wrote; {reason}."""


class SchemaOlder(Conflict):
    """Expected a backup of this version, found one of {found}; restore with that version, then migrate."""


def tables() -> list[sa.Table]:
    """The tables that travel, each after those that it points at."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_BEHIND]


def backup(source: Database, files: Path, target: Path) -> dict[str, int]:
    """Writes everything as of one moment into the zip *target*; gives the number of rows by table, and of files.

    The database is read in one transaction, the files after it: what a row refers to was there before the row.
    """
    whole = target.with_suffix(".part")
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive, source.reading() as connection:
        counts = {}
        for table in tables():
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
                counts[table.name] = _dump(connection, table, out)
        stored = _files(files)
        for path in stored:
            archive.write(path, f"files/{path.name}")
        # The private key stays where it is: whoever has the backup must not be able to seal.
        archive.writestr("seal-key.pub", keys.signing_key(files.parent).public.pem)
        manifest = {"format": 1, "schema": revision(connection), "rows": counts, "files": len(stored)}
        archive.writestr("manifest.json", msgspec.json.encode(manifest))
    whole.replace(target)
    return {**counts, "files": len(stored)}


def restore(source: Path, target: Database, store: Store) -> dict[str, int]:
    """Fills an empty installation from a backup; raises BackupUnreadable, SchemaOlder, TargetNotEmpty."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = msgspec.json.decode(archive.read("manifest.json"))
            _fill(target, manifest["schema"], (
                (table, _lines(archive, table.name)) for table in tables()
                if f"tables/{table.name}.jsonl" in archive.namelist()
            ))  # fmt: skip
            _unpack(archive, store)
            if "seal-key.pub" in archive.namelist():
                keys.know(store.folder.parent, archive.read("seal-key.pub").decode())
    except (zipfile.BadZipFile, KeyError, msgspec.DecodeError, OSError, EOFError) as broken:
        raise BackupUnreadable(reason=f"{type(broken).__name__}: {broken}"[:200]) from broken
    return {**manifest["rows"], "files": manifest["files"]}


def copy(source: Database, target: Database) -> dict[str, int]:
    """Copies every row as of one moment; raises TargetNotEmpty. The file store is shared or copied beside."""
    counts: dict[str, int] = {}

    def counted(table: sa.Table) -> Iterator[Row]:
        counts[table.name] = 0
        for row in _rows(connection, table):
            counts[table.name] += 1
            yield row

    with source.reading() as connection:
        _fill(target, revision(connection), ((table, counted(table)) for table in tables()))
    return counts


def _fill(target: Database, schema: str | None, filled: Iterable[tuple[sa.Table, Iterable[Row]]]) -> None:
    """All rows in one transaction: a restore that breaks leaves an empty database."""
    migrate(target)
    with target.writing() as connection:
        if revision(connection) != schema:
            raise SchemaOlder(found=schema)
        if connection.execute(sa.text("SELECT 1 FROM journal LIMIT 1")).first() is not None:
            raise TargetNotEmpty()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        for table, rows in filled:
            coming = iter(rows)
            while some := list(islice(coming, BATCH)):
                connection.execute(sa.insert(table), some)
            _set_counter(connection, table)


def _set_counter(connection: sa.Connection, table: sa.Table) -> None:
    """The next number that the database gives follows the highest that came over."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
        connection.exec_driver_sql(
            f"SELECT setval({sequence}, COALESCE(max({column.name}), 0) + 1, false) FROM {table.name}"
        )


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[Row]:
    found = connection.execution_options(yield_per=BATCH).execute(sa.select(table).order_by(*table.primary_key))
    for row in found.mappings():
        yield dict(row)


def _dump(connection: sa.Connection, table: sa.Table, out: Any) -> int:
    count = 0
    for row in _rows(connection, table):
        out.write(msgspec.json.encode(row) + b"\n")
        count += 1
    return count


def _lines(archive: zipfile.ZipFile, table: str) -> Iterator[Row]:
    with archive.open(f"tables/{table}.jsonl") as body:
        for line in body:
            yield msgspec.json.decode(line)


def _files(folder: Path) -> list[Path]:
    """The bodies of the store; what is being written at this moment has another name still."""
    return sorted(path for path in folder.glob("??/*") if len(path.name) == 64)


def _unpack(archive: zipfile.ZipFile, store: Store) -> None:
    """Every body back into the store; raises BackupUnreadable where one no longer has its digest."""
    for name in archive.namelist():
        if name.startswith("files/") and store.put(archive.read(name)) != name.removeprefix("files/"):
            raise BackupUnreadable(reason=name[:80])
