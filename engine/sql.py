"""Sends statements straight to the driver: several reads in one round trip, all writes and the commit in one.

SQLAlchemy builds each statement and compiles it once per dialect; what is sent is its text and the values. On
PostgreSQL a batch goes through psycopg's pipeline; SQLite has no round trips and takes one statement after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.db import begin_postgresql

Values = dict[str, Any]
Row = dict[str, Any]

#: Told of each statement that is sent here, for those that count them; SQLAlchemy tells of its own.
LISTENERS: list[Callable[[str, Sequence[Values]], None]] = []


class Ask(NamedTuple):
    """One read: a statement that gives rows, and its values."""

    statement: sa.Select[Any]
    values: Values


class Tell(NamedTuple):
    """One write: a statement, and the values of each row that it is sent for."""

    statement: sa.sql.dml.UpdateBase
    rows: Sequence[Values]


class _Text(NamedTuple):
    """A statement as the driver takes it."""

    text: str
    #: Names of its parameters in the order of their places; None where the driver takes them by name.
    order: tuple[str, ...] | None
    #: Values that the statement itself holds.
    fixed: Values
    #: Names of the columns that come back, and which of them are booleans.
    columns: tuple[str, ...]
    booleans: tuple[int, ...]

    def bind(self, values: Values) -> Any:
        whole = {**self.fixed, **values} if self.fixed else values
        return whole if self.order is None else tuple(whole[name] for name in self.order)

    def rows(self, found: Sequence[Any]) -> list[Row]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in found]
        for place in self.booleans:
            name = self.columns[place]
            for row in rows:
                row[name] = None if row[name] is None else bool(row[name])
        return rows


def fetch(connection: sa.Connection, asked: Sequence[Ask]) -> list[list[Row]]:
    """The rows that each of the reads gives, as dictionaries, asked together."""
    driver: Any = connection.connection.driver_connection
    texts = [_compiled(ask.statement, connection.dialect.name) for ask in asked]
    with _together(connection, driver):
        cursors = [_send(driver, text, ask.values) for text, ask in zip(texts, asked, strict=True)]
    return [text.rows(cursor.fetchall()) for text, cursor in zip(texts, cursors, strict=True)]


def send(connection: sa.Connection, told: Sequence[Tell]) -> None:
    """Sends all writes and commits the transaction of *connection*: together, and on PostgreSQL in one round trip.

    What the database refuses (a constraint) is raised as SQLAlchemy raises it, and rolls everything back.
    """
    driver: Any = connection.connection.driver_connection
    name = connection.dialect.name
    with _together(connection, driver):
        for tell in told:
            text = _compiled(tell.statement, name)
            if len(tell.rows) == 1:
                _send(driver, text, tell.rows[0])
            elif tell.rows:
                _note(text, tell.rows)
                driver.cursor().executemany(text.text, [text.bind(row) for row in tell.rows])
        if name == "postgresql":
            driver.execute("COMMIT", prepare=False)
    connection.commit()


@contextmanager
def _together(connection: sa.Connection, driver: Any) -> Iterator[None]:
    """What is sent inside goes together, the beginning of the transaction with it; errors under SQLAlchemy's names."""
    raised = _error(connection)
    try:
        if connection.dialect.name != "postgresql":
            yield
        else:
            # What is sent inside a pipeline is waited for once, at its end: nothing may be fetched before.
            with driver.pipeline():
                begin_postgresql(connection)
                yield
    except raised as failed:
        raise _as_sqlalchemy(failed, connection) from failed


def _send(driver: Any, text: _Text, values: Values) -> Any:
    _note(text, (values,))
    return driver.execute(text.text, text.bind(values))


def _note(text: _Text, rows: Sequence[Values]) -> None:
    for listener in LISTENERS:
        listener(text.text, rows)


def _as_sqlalchemy(failed: Any, connection: sa.Connection) -> Exception:
    """The driver's exception under SQLAlchemy's name; where a connection broke, all of the pool are thrown away."""
    dialect: Any = connection.dialect
    broken = dialect.is_disconnect(failed, connection.connection.dbapi_connection, None)
    if broken:
        connection.invalidate(failed)
        connection.engine.dispose()
    found: Exception = sa.exc.DBAPIError.instance(
        None,
        None,
        failed,
        dialect.dbapi.Error,
        connection_invalidated=broken,
        dialect=dialect,
    )
    return found


def _error(connection: sa.Connection) -> type[Exception]:
    dialect: Any = connection.dialect
    raised: type[Exception] = dialect.dbapi.Error
    return raised


_DIALECTS: dict[str, Callable[[], sa.Dialect]] = {
    "postgresql": lambda: postgresql.psycopg.dialect(),  # type: ignore[no-untyped-call]
    "sqlite": lambda: sqlite.dialect(),
}


@lru_cache(maxsize=8)
def _dialect(name: str) -> sa.Dialect:
    return _DIALECTS[name]()


@lru_cache(maxsize=512)
def _compiled(statement: Any, dialect: str) -> _Text:
    insert = isinstance(statement, sa.sql.dml.Insert)
    compiled: Any = (statement.inline() if insert else statement).compile(
        dialect=_dialect(dialect), column_keys=_keys(statement.table) if insert else None
    )
    columns = [(column.key, column.type) for column in statement.selected_columns] if statement.is_select else []
    return _Text(
        text=str(compiled),
        order=tuple(compiled.positiontup) if compiled.positional else None,
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required and not insert},
        columns=tuple(name for name, _ in columns),
        booleans=tuple(place for place, (_, kind) in enumerate(columns) if isinstance(kind, sa.Boolean)),
    )


def _keys(table: sa.Table) -> list[str]:
    """The columns that a row is inserted with: all but a number that the database gives."""
    return [column.key for column in table.columns if column is not table.autoincrement_column]
