"""The rows that one step has loaded and staged: read once, changed in memory, written together at the end.

The same class, without a connection, is the empty database into which ``verify`` folds the events.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.messages import Event, Stamp
from engine.sql import Row as Row
from engine.sql import Tell

#: What an area's ``state`` module gives: (event class, version) → the function that changes the tables.
Appliers: TypeAlias = dict[tuple[type[Event], int], Callable[[Any, "Rows", Stamp], None]]


class Rows:
    """Rows of the record's tables by primary key, with what this step changed."""

    def __init__(self, connection: sa.Connection | None = None) -> None:
        self.connection = connection
        self.loaded: dict[str, dict[str, Row | None]] = {}
        self.changed: dict[str, dict[str, sa.Table]] = {}
        #: Live objects that stand behind a row (the state of a workflow), so that nothing is parsed twice in a step.
        self.live: dict[str, Any] = {}

    def seed(self, table: sa.Table, row: Row) -> Row:
        """Remembers a *row* that was read by a joined query, unless the step knows it already."""
        known = self.loaded.setdefault(table.name, {})
        found = known.setdefault(row["id"], row)
        return found if found is not None else row

    def seed_missing(self, table: sa.Table, key: str) -> None:
        """Remembers that a joined query found no such row."""
        self.loaded.setdefault(table.name, {}).setdefault(key, None)

    def knows(self, table: sa.Table, key: str) -> bool:
        """True where the row, or that there is none, is known already."""
        return key in self.loaded.get(table.name, {})

    def get(self, table: sa.Table, key: str) -> Row | None:
        """The row of *table* with this id as the step sees it, or None; callers must not change it."""
        known = self.loaded.setdefault(table.name, {})
        if key not in known:
            known[key] = self._load(table, key)
        return known[key]

    def insert(self, table: sa.Table, **values: Any) -> None:
        """Stages a new row; every column has a value or its default None."""
        row: Row = {column.name: None for column in table.columns}
        row.update(values)
        self._stage(table, values["id"], row)

    def update(self, table: sa.Table, key: str, **values: Any) -> None:
        """Stages changes of a row that exists; raises LookupError where it does not."""
        row = self.get(table, key)
        if row is None:
            raise LookupError(f"{table.name} has no row {key}")
        self._stage(table, key, {**row, **values})

    def delete(self, table: sa.Table, key: str) -> None:
        """Stages the removal of a row; a row that is not there stays so."""
        self._stage(table, key, None)

    def staged(self, table: sa.Table) -> list[Row]:
        """The rows of *table* that this step inserted or changed."""
        return [row for key in self.changed.get(table.name, ()) if (row := self.loaded[table.name][key]) is not None]

    def all(self, table: sa.Table) -> dict[str, Row]:
        """All rows that are known here, by id (after a fold: the whole table)."""
        return {key: row for key, row in self.loaded.get(table.name, {}).items() if row is not None}

    def told(self, dialect: str) -> list[Tell]:
        """The writes of everything staged: one per table for what is there, one for what is gone."""
        writes = []
        for name in sorted(self.changed):
            changed = self.changed[name]
            table = next(iter(changed.values()))
            kept = [row for key in changed if (row := self.loaded[name][key]) is not None]
            gone = [{"gone": key} for key in changed if self.loaded[name][key] is None]
            if kept:
                writes.append(Tell(_upsert(table, dialect), kept))
            if gone:
                writes.append(Tell(_removal(table), gone))
        return writes

    def _stage(self, table: sa.Table, key: str, row: Row | None) -> None:
        self.loaded.setdefault(table.name, {})[key] = row
        self.changed.setdefault(table.name, {})[key] = table

    def _load(self, table: sa.Table, key: str) -> Row | None:
        if self.connection is None:
            return None
        found = self.connection.execute(_by_id(table), {"key": key}).mappings().first()
        return dict(found) if found is not None else None


@lru_cache(maxsize=64)
def _by_id(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).where(table.c.id == sa.bindparam("key"))


@lru_cache(maxsize=64)
def _removal(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(table.c.id == sa.bindparam("gone"))


@lru_cache(maxsize=64)
def _upsert(table: sa.Table, dialect: str) -> sa.Insert:
    # Rows are whole when they are staged, so new and changed ones go in one statement.
    if dialect == "postgresql":
        on_postgresql = postgresql.insert(table)
        return on_postgresql.on_conflict_do_update(index_elements=["id"], set_=_set(table, on_postgresql.excluded))
    on_sqlite = sqlite.insert(table)
    return on_sqlite.on_conflict_do_update(index_elements=["id"], set_=_set(table, on_sqlite.excluded))


def _set(table: sa.Table, excluded: Any) -> dict[str, Any]:
    return {column.name: excluded[column.name] for column in table.columns if column.name != "id"}
