"""What pages and handlers read about process definitions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import sql
from engine.db import text
from engine.definitions.tables import definition_versions, definitions, examinations, proposals
from engine.errors import Finding
from engine.sql import Ask
from engine.values import Json

#: How long a decision on a proposal is news to those who made it.
NEWS = timedelta(days=7)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One published version of a definition."""

    id: str
    definition: str
    number: int
    package: str
    title: str
    starters: tuple[str, ...]
    published_at: str
    published_by: str
    approved_by: str | None
    proposed_by: str | None
    proposal: str | None
    in_force_at: str
    #: scheduled, in-force, replaced or taken-back.
    state: str
    reason: str | None


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A process, whether it has a version in force or not yet."""

    id: str
    title: str
    #: Id of the version in force, or empty.
    current: str
    number: int
    #: active, stopped or retired, and why.
    state: str
    state_reason: str | None
    owned: bool
    #: Id of the proposal that waits for a decision.
    proposal: str | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """How one scenario of a package went."""

    file: str
    title: str
    passed: bool
    engine: str = "kernel"
    #: The step, from 1, at which it went otherwise than it is told; 0 for the end.
    step: int = 0
    element: str = ""
    #: Code of the sentence that says what went wrong, and its values: what was expected, what was found.
    code: str = ""
    values: dict[str, str] = {}
    #: The elements and flows that its cases of this process passed; None in what was written before it was kept.
    trail: list[str] | None = None


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate and the stories say of one package."""

    at: str
    findings: list[Finding]
    stories: list[Story]

    @property
    def errors(self) -> int:
        """How many findings stop the package."""
        return sum(one.severity == "error" for one in self.findings)

    @property
    def passed(self) -> bool:
        """True where nothing stops the package."""
        return not self.errors and all(story.passed for story in self.stories)


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks a second person to put in force."""

    id: str
    definition: str
    package: str
    title: str
    note: str
    base: str | None
    against: str | None
    saved_by: str | None
    proposed_by: str
    proposed_at: str
    in_force_at: str | None
    findings: list[Finding]
    stories: list[Story]
    #: open, approved, rejected or withdrawn.
    state: str
    decided_by: str | None
    decided_at: str | None
    reason: str | None
    version: str | None


_CURRENT = sa.select(definition_versions).join(definitions, definitions.c.current == definition_versions.c.id)


def in_force(connection: sa.Connection) -> list[Version]:
    """The version in force of every definition, by title."""
    return [_version(row) for row in connection.execute(_CURRENT.order_by(definitions.c.id)).mappings()]


def startable(connection: sa.Connection) -> list[Version]:
    """The versions in force of the processes whose starts nobody stopped."""
    found = _CURRENT.where(definitions.c.state == "active").order_by(definitions.c.id)
    return [_version(row) for row in connection.execute(found).mappings()]


def current(connection: sa.Connection, definition: str) -> Version | None:
    """The version in force of one definition."""
    row = connection.execute(_CURRENT.where(definitions.c.id == definition)).mappings().first()
    return _version(row) if row is not None else None


def definition(connection: sa.Connection, key: str) -> Definition | None:
    """One process."""
    row = connection.execute(sa.select(definitions).where(definitions.c.id == key)).mappings().first()
    return Definition(**{name: row[name] for name in Definition.__struct_fields__}) if row is not None else None


def all_definitions(connection: sa.Connection) -> list[Definition]:
    """Every process, by id."""
    found = connection.execute(sa.select(definitions).order_by(definitions.c.id)).mappings()
    return [Definition(**{name: row[name] for name in Definition.__struct_fields__}) for row in found]


def versions(connection: sa.Connection, definition: str) -> list[Version]:
    """Every version of a definition, the latest first."""
    found = sa.select(definition_versions).where(definition_versions.c.definition == definition)
    ordered = found.order_by(definition_versions.c.number.desc())
    return [_version(row) for row in connection.execute(ordered).mappings()]


def scheduled(connection: sa.Connection, definition: str) -> list[Version]:
    """The versions of a definition that wait for their date, the next one first."""
    found = sa.select(definition_versions).where(
        definition_versions.c.definition == definition, definition_versions.c.state == "scheduled"
    )
    return [_version(row) for row in connection.execute(found.order_by(definition_versions.c.in_force_at)).mappings()]


def version(connection: sa.Connection, key: str) -> Version | None:
    """One version by its id."""
    row = connection.execute(sa.select(definition_versions).where(definition_versions.c.id == key)).mappings().first()
    return _version(row) if row is not None else None


def proposal(connection: sa.Connection, key: str) -> Proposal | None:
    """One proposal by its id."""
    row = connection.execute(sa.select(proposals).where(proposals.c.id == key)).mappings().first()
    return _proposal(row) if row is not None else None


def proposals_of(connection: sa.Connection, definition: str) -> list[Proposal]:
    """The proposals of a definition, the latest first, at most 100."""
    found = sa.select(proposals).where(proposals.c.definition == definition)
    ordered = found.order_by(proposals.c.proposed_at.desc()).limit(100)
    return [_proposal(row) for row in connection.execute(ordered).mappings()]


def waiting(connection: sa.Connection) -> list[Proposal]:
    """The proposals on which nobody has decided, the oldest first."""
    found = sa.select(proposals).where(proposals.c.state == "open").order_by(proposals.c.proposed_at)
    return [_proposal(row) for row in connection.execute(found).mappings()]


def waiting_for(connection: sa.Connection, person: str) -> int:
    """How many open proposals *person* could approve: those that others made and changed last."""
    found = sa.select(sa.func.count()).where(
        proposals.c.state == "open",
        proposals.c.proposed_by != person,
        sa.or_(proposals.c.saved_by.is_(None), proposals.c.saved_by != person),
    )
    return int(connection.execute(found).scalar_one())


def decided_lately(connection: sa.Connection, person: str, now: datetime) -> list[Proposal]:
    """What others decided in the last days on the proposals of *person*, the latest first."""
    found = sa.select(proposals).where(_is_news(person, now)).order_by(proposals.c.decided_at.desc())
    return [_proposal(row) for row in connection.execute(found).mappings()]


def count_decided_lately(connection: sa.Connection, person: str, now: datetime) -> int:
    """How many :func:`decided_lately` would give."""
    found = sa.select(sa.func.count()).select_from(proposals).where(_is_news(person, now))
    return int(connection.execute(found).scalar_one())


def _is_news(person: str, now: datetime) -> sa.ColumnElement[bool]:
    """A decision of the last days; it is no news once somebody has proposed the process again."""
    later = proposals.alias()
    again = sa.exists().where(
        later.c.definition == proposals.c.definition, later.c.proposed_at > proposals.c.proposed_at
    )
    return sa.and_(
        proposals.c.proposed_by == person,
        proposals.c.state.in_(("approved", "rejected")),
        proposals.c.decided_at >= text(now - NEWS),
        ~again,
    )


def examination(connection: sa.Connection, package: str) -> Examination | None:
    """What the gate and the stories said of a package the last time."""
    row: Any = connection.execute(_EXAMINATION, {"key": package}).first()
    return _examination(row.at, row.found) if row is not None else None


def examined_beside(connection: sa.Connection, package: str) -> str | None:
    """The digest of what a package was examined beside."""
    row: Any = connection.execute(_EXAMINATION, {"key": package}).first()
    return str(row.beside) if row is not None else None


_EXAMINATION = sa.select(examinations).where(examinations.c.package == sa.bindparam("key"))


def _examination(at: str, found: str) -> Examination:
    body = msgspec.json.decode(found)
    return msgspec.convert({"at": at, **body}, Examination)


def numbered(connection: sa.Connection, definition: str, number: int) -> Version | None:
    """One published version by its number."""
    found = sa.select(definition_versions).where(
        definition_versions.c.definition == definition, definition_versions.c.number == number
    )
    row = connection.execute(found).mappings().first()
    return _version(row) if row is not None else None


def _version(row: sa.RowMapping) -> Version:
    plain = {name: row[name] for name in Version.__struct_fields__ if name != "starters"}
    return Version(**plain, starters=tuple(msgspec.json.decode(row["starters"])))


def _proposal(row: sa.RowMapping) -> Proposal:
    plain = {name: row[name] for name in Proposal.__struct_fields__ if name not in ("findings", "stories")}
    findings = msgspec.json.decode(row["findings"], type=list[Finding])
    return Proposal(**plain, findings=findings, stories=msgspec.json.decode(row["stories"], type=list[Story]))


def observe_current_version(connection: sa.Connection, definition: str) -> Json:
    """The version that a start or a call resolves to now, or null; with its state where that forbids something."""
    return current_version_of(sql.fetch(connection, [ask_current_version(definition)])[0])


def ask_current_version(definition: str) -> Ask:
    """The read of the version that a start resolves to now."""
    return Ask(_OBSERVED, {"key": definition})


def current_version_of(rows: list[sql.Row]) -> Json:
    """The answer of the observation ``current_version`` in what :func:`ask_current_version` gave."""
    if not rows:
        return None
    row = rows[0]
    found: dict[str, Json] = {
        "id": row["id"], "number": row["number"], "package": row["package"],
        "starters": msgspec.json.decode(row["starters"]),
    }  # fmt: skip
    if row["use"] != "active":
        found |= {"state": row["use"], "reason": row["state_reason"] or "", "title": row["title"]}
    return found


_SHOWN = ("id", "number", "package", "starters", "title")
_OBSERVED = (
    sa.select(*(definition_versions.c[name] for name in _SHOWN), definitions.c.state.label("use"))
    .add_columns(definitions.c.state_reason)
    .join_from(definition_versions, definitions, definitions.c.current == definition_versions.c.id)
    .where(definitions.c.id == sa.bindparam("key"))
)


def observe_examination(connection: sa.Connection, package: str) -> Json:
    """What the gate and the stories said of a package, or null."""
    row: Any = connection.execute(_EXAMINATION, {"key": package}).first()
    return {"at": row.at, **msgspec.json.decode(row.found)} if row is not None else None


OBSERVATIONS: dict[str, Callable[..., Json]] = {
    "current_version": observe_current_version,
    "examination": observe_examination,
}
