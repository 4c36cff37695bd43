"""Answers the auditor's questions about the record, beside the work and in parts, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from engine.db import text
from engine.dispatch import new_stream_id
from engine.documents.store import Store
from engine.history import access, verified
from engine.history.findings import CHAIN, RULES, SECOND, STATE, Failure, Report
from engine.history.fold import compare, fold
from engine.history.journal import Entry, entries_where, journal, streams
from engine.history.keys import known
from engine.history.reperform import reperform
from engine.history.seal_check import SealCheck, sealed
from engine.history.seals import seal_heads
from engine.history.untouched import Bodies, Sealed, against_seals, chain
from engine.instances.errors import CaseUnknown
from engine.instances.tables import instances
from engine.rows import Rows
from engine.step import Step

if TYPE_CHECKING:
    from engine.dispatch import Engine

#: Entries in one part: each part is read in one snapshot of the database, which ends with it.
PART = 4_000

#: Narrows a table to the streams of a part.
Within = Callable[[Any], sa.ColumnElement[bool]]


class Beside(Protocol):
    """An independent engine that takes a case again while it is performed again."""

    def saw(self, entry: Entry, step: Step) -> None:
        """Takes what the kernel made of an entry."""

    def failure(self, stopped: Failure | None) -> Failure | None:
        """None where it took the same path; *stopped* is why the case was not performed to its end."""


#: Begins with one stream: None where it is no case. Nothing is asked while there is no second engine.
second_engine: Callable[[list[Entry], Store], Beside | None] | None = None


def verify(engine: Engine, case: str | None = None, *, quick: bool = False) -> Report:
    """What the record, the state and the rules say of everything, or of one stream and the cases that it called.

    *quick* asks only whether the record is untouched. Raises CaseUnknown where nothing ever told of the stream.
    """
    run = _Run(engine, quick=quick)
    if case is None:
        return run.everything()
    return run.some(case)


def verify_and_note(engine: Engine, person: str, case: str | None = None, *, quick: bool = False) -> Report:
    """:func:`verify`, with who asked, when, and the result kept for the pages."""
    key, scope = new_stream_id(engine.clock.now()), case or ""
    with engine.database.writing() as connection:
        verified.begin(connection, key, text(engine.clock.now()), person, scope, quick=quick)
    report = verify(engine, case, quick=quick)
    with engine.database.writing() as connection:
        now = text(engine.clock.now())
        verified.finish(connection, key, now, report)
        # A called case that was verified with its caller says so on its own pages.
        for number, called in enumerate(family(connection, case)[1:] if case is not None else (), start=1):
            verified.copy(connection, key, f"{key[:24]}{number:012x}", called)
    return report


class _Run:
    """One verification: what was looked at so far, and what was found."""

    def __init__(self, engine: Engine, *, quick: bool) -> None:
        self.engine, self.quick = engine, quick
        self.bodies = Bodies(engine.store)
        self.failures: list[Failure] = []
        self.cannot: list[Failure] = []
        self.streams = self.entries = self.seals = self.copies = self.cases = 0
        self.beyond: dict[str, list[Sealed]] = {}

    def everything(self) -> Report:
        """The whole record, part by part."""
        check = self._check()
        with self.engine.database.reading() as connection:
            parts = list(_parts(connection))
            self.failures += check.whole(connection)
            line = access.broken_line(connection)
            if line is not None:
                self.failures.append(Failure(question=CHAIN, seq=line, found="access-log-changed"))
        self._sealed(check)
        for part in parts:
            self._part(part)
        for stream in sorted(self.beyond):
            self._dropped(stream)
        return self._report()

    def some(self, case: str) -> Report:
        """One stream, and the cases that it called."""
        check = self._check()
        with self.engine.database.reading() as connection:
            wanted = family(connection, case)
            found = sa.select(seal_heads.c.seal).distinct().where(seal_heads.c.stream.in_(wanted))
            self.failures += check.some(connection, [number for (number,) in connection.execute(found)])
        self._sealed(check)
        self._part(lambda column: column.in_(wanted))
        if not self.streams:
            raise CaseUnknown()
        return self._report()

    def _check(self) -> SealCheck:
        settings = self.engine.settings
        return SealCheck(settings.seals_folder, known(settings.data))

    def _sealed(self, check: SealCheck) -> None:
        self.seals, self.copies, self.beyond = check.counted, check.copies, check.beyond

    def _part(self, within: Within) -> None:
        folded, unfolded = Rows(), set()
        with self.engine.database.reading() as connection:
            heads = {row.id: row for row in connection.execute(sa.select(streams).where(within(streams.c.id)))}
            said = sealed(connection, within(seal_heads.c.stream))
            chains = {
                stream: list(found)
                for stream, found in groupby(
                    entries_where(connection, within(journal.c.stream)), key=lambda entry: entry.stream
                )
            }
            for stream in sorted({*heads, *said, *chains}):
                self._untouched(stream, chains.get(stream, []), heads.get(stream), said.get(stream, []))
            if not self.quick:
                stopped = [failure for found in chains.values() if (failure := fold(found, folded))]
                unfolded = {failure.stream for failure in stopped}
                # Where folding stopped at an entry, that is the finding: the rows of its stream would all differ.
                differing = (one for one in compare(connection, folded, within) if one.stream not in unfolded)
                self.failures += [*stopped, *differing]
        if not self.quick:
            for found in chains.values():
                self._explained(found)

    def _untouched(self, stream: str, found: list[Entry], head: Any, said: list[Sealed]) -> None:
        self.streams += 1
        self.entries += len(found)
        if found:
            self.failures += chain(found, head)
            self.failures += self.bodies.of(found) if not self.quick else ()
        elif head is not None:
            self.failures.append(Failure(question=CHAIN, stream=stream, found="stream-without-entries"))
        self.failures += against_seals(stream, found, [*said, *self.beyond.pop(stream, [])])

    def _dropped(self, stream: str) -> None:
        """A stream of which only the folder's seals know."""
        self.streams += 1
        self.failures += against_seals(stream, [], self.beyond[stream])

    def _explained(self, found: list[Entry]) -> None:
        second = second_engine(found, self.engine.store) if second_engine is not None else None
        stopped = reperform(found, self.engine.store, *([second.saw] if second is not None else []))
        if stopped is not None:
            (self.failures if stopped.question == RULES else self.cannot).append(stopped)
        if second is not None:
            self.cases += 1
            failure = second.failure(stopped)
            if failure is not None:
                (self.failures if failure.question == SECOND else self.cannot).append(failure)

    def _report(self) -> Report:
        no = {failure.question for failure in self.failures}
        return Report(
            streams=self.streams, entries=self.entries, seals=self.seals, copies=self.copies,
            chain=CHAIN not in no, state=None if self.quick else STATE not in no,
            rules=None if self.quick else RULES not in no,
            second_engine=None if self.quick or second_engine is None else SECOND not in no,
            cases=self.cases, failures=self.failures, cannot=self.cannot,
        )  # fmt: skip


def family(connection: sa.Connection, case: str) -> list[str]:
    """A stream and the cases that it called, and those that they called."""
    found, wave = [case], [case]
    while wave:
        called = sa.select(instances.c.id).where(instances.c.parent.in_(wave)).order_by(instances.c.id)
        wave = [key for (key,) in connection.execute(called) if key not in found]
        found += wave
    return found


def _parts(connection: sa.Connection) -> Iterator[Within]:
    """Ranges of streams with about so many entries; they cover also what has no stream of its own."""
    after: str | None = None
    counted = 0
    for key, seq in connection.execute(sa.select(streams.c.id, streams.c.seq).order_by(streams.c.id)):
        counted += seq
        if counted >= PART:
            yield _range(after, key)
            after, counted = key, 0
    yield _range(after, None)


def _range(after: str | None, upto: str | None) -> Within:
    def within(column: Any) -> sa.ColumnElement[bool]:
        found = [column > after] if after is not None else []
        return sa.and_(sa.true(), *found, *([column <= upto] if upto is not None else []))

    return within


__all__ = ["Failure", "Report", "family", "verify", "verify_and_note"]
