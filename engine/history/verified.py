"""What has been verified, by whom, when, and what it said: outside the journal, so that pages can show it."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine import values
from engine.db import metadata
from engine.history.findings import Failure, Report
from engine.history.journal import journal

#: One row per verification; *finished_at* is empty while it runs.
verifications = sa.Table(
    "verifications",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("started_at", sa.String(27), nullable=False),
    sa.Column("finished_at", sa.String(27), nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    #: The case that was asked for; empty for the whole record.
    sa.Column("scope", sa.String(64), nullable=False),
    #: True where only chains and seals were looked at.
    sa.Column("quick", sa.Boolean, nullable=False),
    #: The report as JSON.
    sa.Column("report", sa.Text, nullable=False),
    sa.Index("ix_verifications_scope", "scope", "started_at"),
)

#: Findings that are kept; the count is always whole.
MOST = 500


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """One verification: who asked for it, when, of what, and what it found (None while it runs)."""

    id: str
    started_at: str
    finished_at: str
    person: str
    scope: str
    quick: bool
    report: Report | None


def begin(connection: sa.Connection, key: str, at: str, person: str, scope: str, *, quick: bool) -> None:
    """Notes that a verification has begun."""
    row = {
        "id": key, "started_at": at, "finished_at": "", "person": person, "scope": scope, "quick": quick, "report": "",
    }  # fmt: skip
    connection.execute(sa.insert(verifications), row)


def finish(connection: sa.Connection, key: str, at: str, report: Report) -> None:
    """Notes what it found."""
    kept = msgspec.structs.replace(report, failures=report.failures[:MOST], cannot=report.cannot[:MOST])
    body = values.canonical(msgspec.to_builtins(kept)).decode()
    connection.execute(
        sa.update(verifications).where(verifications.c.id == key).values(finished_at=at, report=body)
    )


def copy(connection: sa.Connection, key: str, other: str, scope: str) -> None:
    """Notes a finished verification also for a case that was a part of it."""
    row = connection.execute(sa.select(verifications).where(verifications.c.id == key)).mappings().one()
    report = narrowed(_verification(row), scope).report
    body = values.canonical(msgspec.to_builtins(report)).decode()
    connection.execute(sa.insert(verifications), {**row, "id": other, "scope": scope, "report": body})


def last(connection: sa.Connection, scope: str = "", *, whole: bool = False) -> Verification | None:
    """The latest finished verification of a case, or of everything; *whole* leaves out quick ones."""
    found = sa.select(verifications).where(verifications.c.scope == scope, verifications.c.finished_at != "")
    if whole:
        found = found.where(sa.not_(verifications.c.quick))
    row = connection.execute(found.order_by(verifications.c.started_at.desc()).limit(1)).mappings().first()
    return _verification(row) if row is not None else None


def begun_since(connection: sa.Connection, at: str) -> bool:
    """True where anybody began to verify everything, with all questions, after a moment."""
    found = sa.select(verifications.c.id).where(verifications.c.scope == "", verifications.c.started_at > at)
    return connection.execute(found.where(sa.not_(verifications.c.quick)).limit(1)).first() is not None


def running(connection: sa.Connection, since: str) -> Verification | None:
    """A verification of everything that began after *since* and has not finished."""
    found = sa.select(verifications).where(
        verifications.c.scope == "", verifications.c.finished_at == "", verifications.c.started_at > since
    )
    row = connection.execute(found.order_by(verifications.c.started_at.desc()).limit(1)).mappings().first()
    return _verification(row) if row is not None else None


def of_case(connection: sa.Connection, case: str) -> Verification | None:
    """What is known about one case: the latest of its own verifications and those of the whole record.

    One of the whole record that was made before the case began says nothing about it.
    """
    own, everything = last(connection, case), last(connection)
    if everything is not None and everything.started_at < _begun(connection, case):
        everything = None
    if own is None or (everything is not None and everything.started_at > own.started_at):
        return narrowed(everything, case) if everything is not None else own
    return own


def _begun(connection: sa.Connection, case: str) -> str:
    """The moment of a stream's first entry; nothing where it has none."""
    found = sa.select(journal.c.at).where(journal.c.stream == case, journal.c.seq == 1)
    return connection.execute(found).scalar() or ""


def narrowed(found: Verification, case: str) -> Verification:
    """A verification of the whole record as it concerns one case."""
    if found.report is None:
        return found
    report = found.report
    if len(report.failures) >= MOST:
        return found
    failures = [one for one in report.failures if one.stream == case]
    cannot = [one for one in report.cannot if one.stream == case]
    questions = {one.question for one in failures}
    return msgspec.structs.replace(
        found,
        report=msgspec.structs.replace(
            report, failures=failures, cannot=cannot,
            chain="chain" not in questions,
            state=None if report.state is None else "state" not in questions,
            rules=None if report.rules is None else "rules" not in questions,
            second_engine=None if report.second_engine is None else "second-engine" not in questions, cases=1,
        ),
    )  # fmt: skip


def _verification(row: Any) -> Verification:
    report = msgspec.json.decode(row["report"], type=Report) if row["report"] else None
    return Verification(**{**row, "quick": bool(row["quick"]), "report": report})


__all__ = ["Failure", "Verification", "begin", "finish", "last", "narrowed", "of_case", "running", "verifications"]
