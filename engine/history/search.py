"""Search over cases for auditors: by what the tables know, and by what only the entries know, in bounded parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from engine import values
from engine.definitions.tables import definition_versions, definitions
from engine.documents.queries import Document, called, holding
from engine.history.journal import WAS_REFUSED, journal, streams
from engine.identity.seen import Seen
from engine.identity.tables import persons
from engine.identity.visible import visible_cases
from engine.instances.queries import Case
from engine.instances.tables import instances
from engine.values import Json

#: Entries that one request looks through, at most (beyond it, to the end of a batch); the page says where it stopped.
ENTRIES: Final = 40_000
#: Cases whose entries one statement reads.
_BATCH: Final = 250


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; everything that is given must hold."""

    #: Stands in the title, or in the name of a document: the number of a letter.
    text: str = ""
    definition: str = ""
    #: Number of the version.
    number: int = 0
    period: str = ""
    state: str = ""
    #: Moments as they are stored; the later end is excluded.
    started_since: str = ""
    started_until: str = ""
    ended_since: str = ""
    ended_until: str = ""
    #: Ids of persons of whom one took part; None: anybody.
    persons: frozenset[str] | None = None
    refused: bool = False
    #: Ids of elements of which one was passed; None: any.
    elements: frozenset[str] | None = None
    #: Names of variables of which one held *value* at some time; None: any variable, if there is a value.
    variables: frozenset[str] | None = None
    value: str = ""

    @property
    def reads_entries(self) -> bool:
        """True where only the entries of a case can tell."""
        return self.elements is not None or self.variables is not None or bool(self.value)


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A case that was found; *seq* is the entry by which all that was wanted had happened, 0 where none was read."""

    case: Case
    seq: int = 0
    #: Its documents that were found by their name.
    documents: list[Document] = []


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits."""

    hits: list[Hit]
    #: Where the next page begins; empty at the end.
    after: str
    #: Cases whose entries were read, and whether reading stopped at the bound before the page was full.
    scanned: int = 0
    stopped: bool = False


_CASE: Final = sa.select(
    *(instances.c[name] for name in Case.__struct_fields__ if name not in ("unit_name", "starter_name"))
)


def search(connection: sa.Connection, seen: Seen, wanted: Wanted, *, after: str = "", limit: int = 25) -> Found:
    """Cases that the person may see and for which all of *wanted* holds, the latest first, from *after* on."""
    find = _scan if wanted.reads_entries else _ask
    found = find(connection, seen, wanted, after, limit)
    if not wanted.text:
        return found
    papers = called(connection, [hit.case.id for hit in found.hits], wanted.text)
    hits = [msgspec.structs.replace(hit, documents=papers.get(hit.case.id, [])) for hit in found.hits]
    return msgspec.structs.replace(found, hits=hits)


def _ask(connection: sa.Connection, seen: Seen, wanted: Wanted, after: str, limit: int) -> Found:
    rows = _cases(connection, seen, wanted, after, limit + 1)
    return Found(hits=[Hit(case=case) for case in rows[:limit]], after=_key(rows[:limit], len(rows) > limit))


def _scan(connection: sa.Connection, seen: Seen, wanted: Wanted, after: str, limit: int) -> Found:
    hits: list[Hit] = []
    scanned = read = 0
    while read < ENTRIES:
        batch = _cases(connection, seen, wanted, after, _BATCH)
        keys = [case.id for case in batch]
        matched = _matching(connection, wanted, keys)
        read += _length(connection, keys)
        for case in batch:
            more = len(batch) == _BATCH or case is not batch[-1]
            after, scanned = _key([case], more), scanned + 1
            if case.id in matched:
                hits.append(Hit(case=case, seq=matched[case.id]))
            if len(hits) == limit:
                return Found(hits=hits, after=after, scanned=scanned)
        if len(batch) < _BATCH:
            return Found(hits=hits, after="", scanned=scanned)
    return Found(hits=hits, after=after, scanned=scanned, stopped=True)


def _length(connection: sa.Connection, keys: list[str]) -> int:
    """How many entries these cases have."""
    found = sa.select(sa.func.sum(streams.c.seq)).where(streams.c.id.in_(keys))
    return int(connection.execute(found).scalar() or 0)


def _key(listed: list[Case], more: bool) -> str:
    """Where the page after *listed* begins: start and id of the last case."""
    return f"{listed[-1].started_at}~{listed[-1].id}" if listed and more else ""


def _cases(connection: sa.Connection, seen: Seen, wanted: Wanted, after: str, limit: int) -> list[Case]:
    found = _CASE.where(visible_cases(seen), *_conditions(wanted))
    at, _, key = after.partition("~")
    if key:
        behind = sa.and_(instances.c.started_at == at, instances.c.id < key)
        found = found.where(instances.c.started_at <= at, sa.or_(instances.c.started_at < at, behind))
    ordered = found.order_by(instances.c.started_at.desc(), instances.c.id.desc()).limit(limit)
    rows = connection.execute(ordered).mappings().all()
    names = _names(connection, {row["starter"] for row in rows if row["starter"]})
    return [Case(**row, unit_name=None, starter_name=names.get(row["starter"])) for row in rows]


def _names(connection: sa.Connection, ids: set[str]) -> dict[str, str]:
    found = sa.select(persons.c.id, persons.c.name).where(persons.c.id.in_(ids))
    return {str(key): str(name) for key, name in connection.execute(found)} if ids else {}


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    column = instances.c
    if wanted.text:
        yield sa.or_(column.title.contains(wanted.text, autoescape=True), column.id.in_(holding(wanted.text)))
    if wanted.period:
        # The column holds the definition too, so that two processes may have the same period.
        exact = column.period == f"{wanted.definition}/{wanted.period}"
        yield exact if wanted.definition else column.period.endswith(f"/{wanted.period}", autoescape=True)
    for condition, given in (
        (column.definition == wanted.definition, wanted.definition), (column.number == wanted.number, wanted.number),
        (column.state == wanted.state, wanted.state), (column.started_at >= wanted.started_since, wanted.started_since),
        (column.started_at < wanted.started_until, wanted.started_until),
        (column.ended_at >= wanted.ended_since, wanted.ended_since),
        (column.ended_at < wanted.ended_until, wanted.ended_until),
    ):  # fmt: skip
        if given:
            yield condition
    if wanted.persons is not None:
        yield column.id.in_(_took_part(wanted.persons))
    if wanted.refused:
        yield column.id.in_(sa.select(journal.c.stream).where(WAS_REFUSED))


def _took_part(people: Collection[str]) -> sa.CompoundSelect[Any]:
    """The streams in which one of these persons asked for something, or somebody did on their behalf."""
    listed = sorted(people)
    acted = sa.select(journal.c.stream).where(journal.c.actor.in_(listed))
    behalf = sa.select(journal.c.stream).where(journal.c.on_behalf_of.in_(listed), journal.c.on_behalf_of.is_not(None))
    return sa.union(acted, behalf)


def _matching(connection: sa.Connection, wanted: Wanted, cases: Sequence[str]) -> dict[str, int]:
    """The cases whose entries say all that is wanted, each with the entry at which that was so."""
    if not cases:
        return {}
    needed = [_passed(wanted.elements), _held(wanted.variables, wanted.value)]
    asked = [one for one in needed if one is not None]
    open_: dict[str, set[int]] = {}
    found: dict[str, int] = {}
    for stream, seq, events in connection.execute(_entries(connection, wanted, cases)):
        if stream in found:
            continue
        left = open_.setdefault(stream, set(range(len(asked))))
        facts = list(_facts(events))
        left.difference_update([number for number in left if any(asked[number](fact) for fact in facts)])
        if not left:
            found[stream] = seq
    return found


def _entries(connection: sa.Connection, wanted: Wanted, cases: Sequence[str]) -> sa.Select[Any]:
    """Entries that may say it: the database looks for the words in the text, which costs far less than reading it."""
    words = [f'"{name}"' for name in (*(wanted.elements or ()), *(wanted.variables or ()))]
    if wanted.value and wanted.variables is None:
        # Any variable: then its value must stand in the text as it was typed.
        words.append(msgspec.json.encode(wanted.value).decode()[1:-1])
    place = sa.func.instr if connection.dialect.name == "sqlite" else sa.func.strpos
    return (
        sa.select(journal.c.stream, journal.c.seq, journal.c.events)
        .where(journal.c.stream.in_(cases), sa.or_(*(place(journal.c.events, word) > 0 for word in words)))
        .order_by(journal.c.stream, journal.c.seq)
    )


def _facts(events: str) -> Iterator[Any]:
    for event in msgspec.json.decode(events):
        if event["type"] == "InstanceAdvanced":
            yield from event["facts"]


def _passed(elements: frozenset[str] | None) -> Any:
    return None if elements is None else lambda fact: fact[0] == "enter" and fact[2] in elements


def _held(variables: frozenset[str] | None, value: str) -> Any:
    if variables is None and not value:
        return None
    return lambda fact: (
        fact[0] == "var" and (variables is None or fact[2] in variables) and (not value or says(fact[3], value))
    )


def says(json: Json, value: str) -> bool:
    """True where an encoded value reads as *value*: text contains it, a number equals it, a list or row has it."""
    if isinstance(json, str):
        return value.casefold() in json.casefold()
    if json is None or isinstance(json, bool):
        return value.casefold() in {None: ("null",), True: ("true", "是"), False: ("false", "否")}[json]
    if isinstance(json, int):
        return bool(_number(value) == json)
    if isinstance(json, list):
        return any(says(item, value) for item in json)
    if set(json) == {"@number"}:
        return bool(_number(value) == values.decode(json))
    if set(json) == {"@file"}:
        return says(json["@file"]["name"], value)
    if set(json) == {"@text"}:
        return says(str(values.decode(json)), value)
    return any(says(item, value) for item in json.values())


def _number(value: str) -> Any:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def people_called(connection: sa.Connection, words: str) -> frozenset[str]:
    """The ids of the persons with this id or name."""
    found = sa.select(persons.c.id).where(sa.or_(persons.c.id == words, persons.c.name == words))
    return frozenset(str(key) for key in connection.execute(found).scalars())


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """One published version, as far as a search needs it."""

    definition: str
    number: int
    package: str
    title: str
    published_at: str
    published_by: str
    approved_by: str | None
    current: bool


def published(connection: sa.Connection) -> list[Published]:
    """All published versions, each definition's newest first."""
    is_current = sa.exists().where(definitions.c.current == definition_versions.c.id)
    columns = (definition_versions.c[name] for name in Published.__struct_fields__ if name != "current")
    found = sa.select(*columns, is_current.label("current")).order_by(
        definition_versions.c.definition, definition_versions.c.number.desc()
    )
    return [Published(**{**row, "current": bool(row["current"])}) for row in connection.execute(found).mappings()]
