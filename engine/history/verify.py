"""Answers the auditor's questions: is the record untouched, and does it explain the state."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import db, values
from engine.history.apply import apply, decode
from engine.history.journal import GENESIS, Entry, entries, streams
from engine.instances.tables import instances
from engine.messages import Stamp
from engine.rows import Row, Rows


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the record or the state is not as it must be."""

    #: ``chain`` or ``state``.
    question: str
    stream: str
    #: Entry that fails, for the chain; 0 where it is the state or the whole stream.
    seq: int = 0
    #: Table and row that differ, for the state.
    table: str = ""
    row: str = ""
    #: Code of the sentence: what was found.
    found: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What verification found; the questions that cannot be asked yet are None."""

    streams: int
    entries: int
    chain: bool
    state: bool
    rules: bool | None = None
    second_engine: bool | None = None
    failures: list[Failure] = []

    @property
    def sound(self) -> bool:
        """True where everything that was asked is as it must be."""
        return self.chain and self.state


def verify(connection: sa.Connection, stream: str | None = None) -> Report:
    """Checks the chain of every stream (or one) and folds its events to compare with the tables."""
    heads = {row.id: row for row in connection.execute(_heads(stream))}
    failures: list[Failure] = []
    folded = Rows()
    unfolded: set[str] = set()
    counted, known = 0, set()
    for key, found in groupby(entries(connection, stream), key=lambda entry: entry.stream):
        known.add(key)
        one = list(found)
        counted += len(one)
        failures.extend(_chain(one, heads.get(key)))
        stopped = list(_fold(one, folded))
        unfolded.update(failure.stream for failure in stopped)
        failures.extend(stopped)
    lost = [Failure(question="chain", stream=key, found="stream-without-entries") for key in heads if key not in known]
    failures.extend(lost)
    # Where folding stopped at an entry, that entry is the finding: its stream's rows would all differ after it.
    failures.extend(one for one in _compare(connection, folded, stream) if one.stream not in unfolded)
    return Report(
        streams=len(known | set(heads)),
        entries=counted,
        chain=not any(failure.question == "chain" for failure in failures),
        state=not any(failure.question == "state" for failure in failures),
        failures=failures,
    )


def _heads(stream: str | None) -> sa.Select[Any]:
    found = sa.select(streams)
    return found if stream is None else found.where(streams.c.id == stream)


def _chain(found: list[Entry], head: Any) -> Iterator[Failure]:
    """The first entry of one stream that breaks its chain, and whether the head fits the last one."""
    previous = GENESIS
    for number, entry in enumerate(found, start=1):
        if entry.seq != number:
            yield Failure(question="chain", stream=entry.stream, seq=number, found="entry-missing")
            return
        if entry.previous_hash != previous:
            yield Failure(question="chain", stream=entry.stream, seq=number, found="entry-not-linked")
            return
        if entry.hash != entry.expected_hash():
            yield Failure(question="chain", stream=entry.stream, seq=number, found="entry-changed")
            return
        previous = entry.hash
    last = found[-1]
    if head is None or (head.seq, head.head, head.counter) != (last.seq, last.hash, last.counter):
        yield Failure(question="chain", stream=last.stream, seq=last.seq, found="head-differs")


def _fold(found: list[Entry], rows: Rows) -> Iterator[Failure]:
    """Applies the events of one stream; the first entry that cannot be applied, or whose snapshot differs."""
    for entry in found:
        stamp = Stamp(stream=entry.stream, seq=entry.seq, at=entry.at, actor=entry.actor)
        try:
            for body in values.load(entry.events):
                apply(decode(body), rows, stamp)
            if entry.snapshot_digest is not None and _snapshot(rows, entry.stream) != entry.snapshot_digest:
                yield Failure(question="state", stream=entry.stream, seq=entry.seq, found="snapshot-differs")
                return
        except Exception:
            # Whatever a forged entry makes the appliers do, it is a finding about this entry and ends only its stream.
            yield Failure(question="state", stream=entry.stream, seq=entry.seq, found="entry-not-applicable")
            return
    rows.live.clear()


def _snapshot(rows: Rows, instance: str) -> str | None:
    row = rows.get(instances, instance)
    return values.digest(row["snapshot"].encode()) if row else None


def _compare(connection: sa.Connection, folded: Rows, stream: str | None) -> Iterator[Failure]:
    """Every row that the tables hold otherwise than the events say."""
    for table in db.APPLIED:
        expected = folded.all(table)
        seen: set[str] = set()
        found = sa.select(table) if stream is None else sa.select(table).where(table.c.stream == stream)
        for row in connection.execute(found).mappings():
            seen.add(row["id"])
            if _plain(dict(row)) != _plain(expected.get(row["id"])):
                word = "row-changed" if row["id"] in expected else "row-not-explained"
                yield Failure(question="state", stream=row["stream"], table=table.name, row=row["id"], found=word)
        for key in expected.keys() - seen:
            yield Failure(
                question="state", stream=expected[key]["stream"], table=table.name, row=key, found="row-missing"
            )


def _plain(row: Row | None) -> Row | None:
    # SQLite gives booleans as it stored them; the comparison is by value.
    return {name: int(v) if isinstance(v, bool) else v for name, v in row.items()} if row is not None else None
