"""What pages and handlers read about cases; every list takes what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, ClassVar

import msgspec
import sqlalchemy as sa

from engine import bpmn
from engine.documents.queries import holding
from engine.identity.seen import Seen
from engine.identity.tables import offices, persons
from engine.identity.visible import visible_cases
from engine.instances.tables import incidents, instances
from engine.tasks.lists import COUNTED as COUNTED
from engine.tasks.tables import tasks
from engine.values import Json

#: Periods that a start form names.
MOST_PERIODS = 12


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as lists and pages show it."""

    id: str
    definition: str
    version: str
    number: int
    package: str
    title: str
    period: str | None
    unit: str | None
    unit_name: str | None
    starter: str | None
    starter_name: str | None
    parent: str | None
    parent_wait: int | None
    state: str
    started_at: str
    ended_at: str | None


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """The cases that a case called: the first of them, how many there are, and how many of them are open."""

    SHOWN: ClassVar = 30

    cases: list[Case]
    number: int
    open: int


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """What stopped, and why: a code with values for the sentence."""

    id: str
    stream: str
    kind: str
    element: str
    code: str
    values: dict[str, Json]
    raised_at: str
    state: str
    case_title: str


_COLUMNS = [instances.c[name] for name in Case.__struct_fields__ if name not in ("unit_name", "starter_name")]
_CASE = sa.select(
    *_COLUMNS, offices.c.name.label("unit_name"), persons.c.name.label("starter_name")
).select_from(
    instances.outerjoin(offices, offices.c.id == instances.c.unit).outerjoin(
        persons, persons.c.id == instances.c.starter
    )
)


def case(connection: sa.Connection, seen: Seen, instance: str) -> Case | None:
    """One case that the person may see, or None."""
    row = connection.execute(_CASE.where(instances.c.id == instance, visible_cases(seen))).mappings().first()
    return Case(**row) if row is not None else None


def numbers(connection: sa.Connection, found: Collection[str]) -> dict[str, int]:
    """Case → the number of its version; the caller has made sure that something of each may be seen."""
    asked = sa.select(instances.c.id, instances.c.number).where(instances.c.id.in_(found))
    return {str(key): int(number) for key, number in connection.execute(asked)} if found else {}


def cases(
    connection: sa.Connection, seen: Seen, *, text: str = "", state: str = "", definition: str = "",
    starter: str = "", outermost: bool = False, inside: bool = False, offset: int = 0, limit: int = 50,
    before: tuple[str, str] | None = None,
) -> tuple[list[Case], bool]:  # fmt: skip
    """Cases that the person may see, the latest first, and whether there are more.

    *text* is looked for in titles, names of documents and opinions; *inside*, in the data of a case instead, which
    reads every one. *outermost* leaves out cases whose caller the person sees too; *starter* keeps those of one person;
    *before* begins after the case that was started at this moment, with this id.
    """
    found = _CASE.where(visible_cases(seen)).order_by(instances.c.started_at.desc(), instances.c.id)
    found = found.where(*_narrowed(text, state, definition, inside=inside))
    if starter:
        found = found.where(instances.c.starter == starter)
    if outermost:
        caller = instances.alias("caller")
        found = found.where(~sa.exists().where(caller.c.id == instances.c.parent, visible_cases(seen, caller)))
    if before is not None:
        started, key = before
        found = found.where(
            instances.c.started_at <= started, sa.or_(instances.c.started_at < started, instances.c.id > key)
        )
    rows = [Case(**row) for row in connection.execute(found.offset(offset).limit(limit + 1)).mappings()]
    return rows[:limit], len(rows) > limit


def _narrowed(text: str, state: str, definition: str, *, inside: bool) -> list[sa.ColumnElement[bool]]:
    """What a list of cases, and its number, are narrowed to."""
    wanted = [(instances.c.state, state), (instances.c.definition, definition)]
    found = [column == value for column, value in wanted if value]
    return [*found, _in_the_data(text) if inside else _says(text)] if text else found


def _says(text: str) -> sa.ColumnElement[bool]:
    """Where a case shows *text* itself, in the name of a document or in an opinion."""
    meant = sa.select(tasks.c.stream).where(tasks.c.opinion.contains(text, autoescape=True))
    return sa.or_(
        instances.c.title.contains(text, autoescape=True), instances.c.id.in_(holding(text)), instances.c.id.in_(meant)
    )


def _in_the_data(text: str) -> sa.ColumnElement[bool]:
    """Where the kernel's state holds *text*, as JSON spells it: the number of a letter, the name of a place."""
    return instances.c.snapshot.contains(msgspec.json.encode(text).decode()[1:-1], autoescape=True)


def count(connection: sa.Connection, seen: Seen, *, text: str = "", state: str = "", definition: str = "") -> int:
    """How many cases the person may see; counting stops at COUNTED + 1."""
    narrowed = _narrowed(text, state, definition, inside=False)
    found = sa.select(sa.literal(1)).select_from(instances).where(visible_cases(seen), *narrowed)
    counted = sa.select(sa.func.count()).select_from(found.limit(COUNTED + 1).subquery())
    return int(connection.execute(counted).scalar_one())


def children(connection: sa.Connection, seen: Seen, instance: str) -> list[Case]:
    """The called cases of a case, as far as the person may see them, in protocol order of their offices."""
    found = _CASE.where(instances.c.parent == instance, visible_cases(seen))
    ordered = found.order_by(instances.c.parent_wait)
    return [Case(**row) for row in connection.execute(ordered).mappings()]


def called_by(connection: sa.Connection, seen: Seen, callers: Iterable[str]) -> dict[str, Called]:
    """Caller → the cases that it called, as far as the person may see them; nothing for one that called none."""
    each: dict[str, Any] = {"partition_by": instances.c.parent}
    found = _CASE.add_columns(
        sa.func.row_number().over(**each, order_by=instances.c.parent_wait).label("place"),
        sa.func.count().over(**each).label("all"),
        sa.func.sum(sa.case((instances.c.state == "open", 1), else_=0)).over(**each).label("still_open"),
    ).where(instances.c.parent.in_(list(callers)), visible_cases(seen)).subquery()  # fmt: skip
    shown = sa.select(found).where(found.c.place <= Called.SHOWN).order_by(found.c.parent, found.c.place)
    called: dict[str, Called] = {}
    for row in connection.execute(shown).mappings():
        under = called.setdefault(row["parent"], Called(cases=[], number=row["all"], open=row["still_open"]))
        under.cases.append(Case(**{name: row[name] for name in Case.__struct_fields__}))
    return called


def count_of_version(connection: sa.Connection, version: str) -> dict[str, int]:
    """How many cases a version has, by state."""
    counted = sa.select(instances.c.state, sa.func.count()).where(instances.c.version == version)
    return {row[0]: row[1] for row in connection.execute(counted.group_by(instances.c.state))}


def snapshot(connection: sa.Connection, instance: str) -> bpmn.State:
    """The kernel's state of a case; the caller has made sure that it may be seen."""
    text = connection.execute(sa.select(instances.c.snapshot).where(instances.c.id == instance)).scalar()
    return bpmn.State.load(text) if text else bpmn.State()


def open_incidents(connection: sa.Connection, instance: str | None = None) -> list[Incident]:
    """What stands still, the latest first: of one case, or of all (for administrators)."""
    found = (
        sa.select(incidents, instances.c.title.label("case_title"))
        .join_from(incidents, instances, instances.c.id == incidents.c.stream)
        .where(incidents.c.state == "open")
        .order_by(incidents.c.raised_at.desc(), incidents.c.id)
        .limit(500)
    )
    if instance is not None:
        family = sa.or_(instances.c.id == instance, instances.c.parent == instance)
        found = found.where(family)
    return [_incident(row) for row in connection.execute(found).mappings()]


def _incident(row: Any) -> Incident:
    plain = {name: row[name] for name in Incident.__struct_fields__ if name != "values"}
    return Incident(**plain, values=msgspec.json.decode(row["values"]))


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A period for which a case was started; the case is named only where the reader may see it."""

    period: str
    case: str | None


def taken_periods(connection: sa.Connection, seen: Seen, definition: str) -> list[Taken]:
    """The periods of a process for which no other case can be started, the one started last first."""
    found = sa.select(instances.c.id, instances.c.period, visible_cases(seen).label("seen")).where(
        instances.c.definition == definition, instances.c.period.is_not(None)
    )
    return [
        Taken(period=row.period.removeprefix(f"{definition}/"), case=row.id if row.seen else None)
        for row in connection.execute(found.order_by(instances.c.started_at.desc()).limit(MOST_PERIODS))
    ]


def observe_case_of_period(connection: sa.Connection, definition: str, period: str) -> Json:
    """The case that holds a period, with who started it, or null."""
    found = (
        sa.select(instances.c.id, instances.c.started_at, persons.c.name)
        .select_from(instances.outerjoin(persons, persons.c.id == instances.c.starter))
        .where(instances.c.period == f"{definition}/{period}")
    )
    row: Any = connection.execute(found).first()
    return {"id": row[0], "started_at": row[1], "starter_name": row[2] or ""} if row else None


def observe_caller_waits(connection: sa.Connection, parent: str, wait: int) -> Json:
    """True where the calling case is open and still waits for this call."""
    found = sa.select(instances.c.snapshot).where(instances.c.id == parent, instances.c.state == "open")
    text = connection.execute(found).scalar()
    return text is not None and wait in bpmn.State.load(text).waits


def package_of(connection: sa.Connection, instance: str) -> str:
    """Digest of the package to which a case is pinned; raises LookupError where there is no such case."""
    found = connection.execute(sa.select(instances.c.package).where(instances.c.id == instance)).scalar()
    if found is None:
        raise LookupError(instance)
    return str(found)


OBSERVATIONS: dict[str, Callable[..., Json]] = {
    "case_of_period": observe_case_of_period,
    "caller_waits": observe_caller_waits,
}
