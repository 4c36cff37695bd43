"""The statements of the lists of work items: built once for each shape, because building costs more than sending."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from engine.identity.seen import Seen
from engine.sql import Ask
from engine.tasks.tables import work_items

#: Counts beyond this are shown as "more than"; counting on would make a long list slow.
COUNTED = 999


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of work items is narrowed to."""

    #: Part of the title, of the case's title or of the step's name.
    text: str = ""
    definition: str = ""
    #: Only items due by this moment.
    due_before: str = ""
    #: Only items that came back.
    back: bool = False
    #: Only items of one case.
    instance: str = ""


#: An item's place in its list: the moment by which the list is sorted, and its id.
Key = tuple[str, str]


class _Shape(NamedTuple):
    """What a statement depends on, besides its values."""

    #: How many lists reach the person; None for what the person finished.
    queues: int | None
    #: Names of the fields of the filter that are set.
    narrowed: tuple[str, ...]
    after: bool = False
    #: How many rows of each list are read at most; None where their number is a value of its own.
    rows: int | None = None


#: What a page can need is rounded up to one of these, which then stands in the statement: only where PostgreSQL knows
#: that few rows are wanted does it keep its plan; else it plans a long list anew each time.
_ROWS = (26, 51, 101, 201, 501)


def todo(seen: Seen, wanted: Filter, *, offset: int, limit: int, after: Key | None) -> Ask:
    """The read of what waits for the person, most urgent first; one row more than *limit* where more follows."""
    reach = offset + limit + 1
    rows = next((rows for rows in _ROWS if rows >= reach), None)
    shape = _Shape(len(seen.queues), _set(wanted), after is not None, rows)
    place = {"limit": limit + 1, "offset": offset, "reach": reach}
    return Ask(_todo(shape), {**_queues(seen), **_values(wanted), **_key(after), **place})


def done(seen: Seen, wanted: Filter, *, offset: int, limit: int, before: Key | None) -> Ask:
    """The read of what the person finished, the latest first; one row more than *limit* where more follows."""
    shape = _Shape(None, _set(wanted), before is not None)
    place = {"limit": limit + 1, "offset": offset, "person": seen.person}
    return Ask(_done(shape), {**_values(wanted), **_key(before), **place})


def number_todo(seen: Seen, wanted: Filter) -> Ask:
    """The read of how many items wait for the person; counting stops at COUNTED + 1."""
    return Ask(_number(_Shape(len(seen.queues), _set(wanted))), {**_queues(seen), **_values(wanted)})


def number_done(seen: Seen, wanted: Filter) -> Ask:
    """The read of how many items the person finished; counting stops at COUNTED + 1."""
    return Ask(_number(_Shape(None, _set(wanted))), {"person": seen.person, **_values(wanted)})


@lru_cache(maxsize=256)
def _todo(shape: _Shape) -> sa.Select[Any]:
    # One bounded read per list that reaches the person, each along the index: the length of other lists, and what
    # lies behind the page, cost nothing.
    later = [
        work_items.c.due >= sa.bindparam("key_moment"),
        sa.or_(work_items.c.due > sa.bindparam("key_moment"), work_items.c.id > sa.bindparam("key_id")),
    ]
    reads = [
        sa.select(work_items)
        .where(work_items.c.queue == sa.bindparam(f"queue{number}"), *_narrowed(shape), *(later if shape.after else ()))
        .order_by(work_items.c.due, work_items.c.id)
        .limit(sa.bindparam("reach") if shape.rows is None else sa.literal_column(str(shape.rows)))
        .subquery(f"q{number}")
        for number in range(shape.queues or 0)
    ]
    whole = sa.union_all(*(sa.select(read) for read in reads)).subquery()
    in_order = sa.select(whole).order_by(whole.c.due, whole.c.id)
    return in_order.offset(sa.bindparam("offset")).limit(sa.bindparam("limit"))


@lru_cache(maxsize=256)
def _done(shape: _Shape) -> sa.Select[Any]:
    earlier = [
        work_items.c.closed_at <= sa.bindparam("key_moment"),
        sa.or_(work_items.c.closed_at < sa.bindparam("key_moment"), work_items.c.id > sa.bindparam("key_id")),
    ]
    return (
        sa.select(work_items)
        .where(_whose(shape), *_narrowed(shape), *(earlier if shape.after else ()))
        .order_by(work_items.c.closed_at.desc(), work_items.c.id)
        .offset(sa.bindparam("offset"))
        .limit(sa.bindparam("limit"))
    )


@lru_cache(maxsize=256)
def _number(shape: _Shape) -> sa.Select[Any]:
    most: sa.ColumnElement[int] = sa.literal_column(str(COUNTED + 1))
    found: sa.Select[Any] = sa.select(sa.literal_column("1")).where(_whose(shape), *_narrowed(shape)).limit(most)
    return sa.select(sa.func.count().label("number")).select_from(found.subquery())


def _whose(shape: _Shape) -> sa.ColumnElement[bool]:
    if shape.queues is None:
        return work_items.c.done_by == sa.bindparam("person")
    return work_items.c.queue.in_([sa.bindparam(f"queue{number}") for number in range(shape.queues)])


def _narrowed(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    return [_CONDITIONS[name] for name in shape.narrowed]


_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "text": sa.or_(
        *(
            column.like(sa.bindparam("text"), escape="/")
            for column in (work_items.c.title, work_items.c.case_title, work_items.c.name)
        )
    ),
    "definition": work_items.c.definition == sa.bindparam("definition"),
    "due_before": work_items.c.due <= sa.bindparam("due_before"),
    "back": work_items.c.back.is_(True),
    "instance": work_items.c.stream == sa.bindparam("instance"),
}


def _set(wanted: Filter) -> tuple[str, ...]:
    return tuple(name for name in _CONDITIONS if getattr(wanted, name))


def _values(wanted: Filter) -> dict[str, Any]:
    found = {name: getattr(wanted, name) for name in _set(wanted) if name != "back"}
    if wanted.text:
        plain = wanted.text.replace("/", "//").replace("%", "/%").replace("_", "/_")
        found["text"] = f"%{plain}%"
    return found


def _queues(seen: Seen) -> dict[str, str]:
    return {f"queue{number}": queue for number, queue in enumerate(seen.queues)}


def _key(key: Key | None) -> dict[str, str]:
    return {} if key is None else {"key_moment": key[0], "key_id": key[1]}
