"""Does the record explain the state? The events folded into an empty database, compared with the tables row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from engine import db, values
from engine.history.apply import apply, decode
from engine.history.findings import STATE, Failure
from engine.history.journal import Entry
from engine.instances.tables import instances
from engine.messages import Stamp
from engine.rows import Row, Rows


def fold(found: Iterable[Entry], rows: Rows) -> Failure | None:
    """Applies the events of one stream; the first entry that cannot be applied, or whose snapshot differs."""
    for entry in found:
        stamp = Stamp(stream=entry.stream, seq=entry.seq, at=entry.at, actor=entry.actor)
        try:
            for body in values.load(entry.events):
                apply(decode(body), rows, stamp)
            if entry.snapshot_digest is not None and _snapshot(rows, entry.stream) != entry.snapshot_digest:
                return _failure(entry, "snapshot-differs")
        except Exception:
            # Whatever a forged entry makes the appliers do, it is a finding about this entry and ends only its stream.
            return _failure(entry, "entry-not-applicable")
    rows.live.clear()
    return None


def compare(
    connection: sa.Connection, folded: Rows, within: Callable[[Any], sa.ColumnElement[bool]]
) -> Iterator[Failure]:  # fmt: skip
    """Every row that the tables hold otherwise than the events say; *within* narrows the streams."""
    for table in db.APPLIED:
        expected = folded.all(table)
        seen: set[str] = set()
        for row in connection.execute(sa.select(table).where(within(table.c.stream))).mappings():
            seen.add(row["id"])
            if _plain(dict(row)) != _plain(expected.get(row["id"])):
                word = "row-changed" if row["id"] in expected else "row-not-explained"
                yield Failure(question=STATE, stream=row["stream"], table=str(table.name), row=row["id"], found=word)
        for key in expected.keys() - seen:
            yield Failure(
                question=STATE, stream=expected[key]["stream"], table=str(table.name), row=key, found="row-missing"
            )


def _failure(entry: Entry, found: str) -> Failure:
    return Failure(question=STATE, stream=entry.stream, seq=entry.seq, found=found)


def _snapshot(rows: Rows, instance: str) -> str | None:
    row = rows.get(instances, instance)
    return values.digest(row["snapshot"].encode()) if row else None


def _plain(row: Row | None) -> Row | None:
    # SQLite gives booleans as it stored them; the comparison is by value.
    return {name: int(v) if isinstance(v, bool) else v for name, v in row.items()} if row is not None else None
