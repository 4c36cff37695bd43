"""Sends statements straight to the driver: several reads in one round trip, all writes and the commit in one.

SQLAlchemy builds each statement and compiles it once per dialect; what is sent is its text and the values. On
PostgreSQL a batch goes through psycopg's pipeline, its writes as one statement; SQLite has no round trips and takes one
statement after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from psycopg import RawCursor
from sqlalchemy.dialects import postgresql, sqlite

from engine.db import begin_postgresql, has_begun

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
    #: The same as it is sent: for PostgreSQL as bytes, which are encoded and hashed once.
    sent: Any
    #: Names of its parameters in the order of their places.
    order: tuple[str, ...]
    #: Values that the statement itself holds.
    fixed: Values
    #: Names of the columns that come back, and which of them are booleans.
    columns: tuple[str, ...]
    booleans: tuple[int, ...]

    def bind(self, values: Values) -> list[Any]:
        whole = {**self.fixed, **values} if self.fixed else values
        return [whole[name] for name in self.order]

    def rows(self, found: Sequence[Any]) -> list[Row]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in found]
        for place in self.booleans:
            name = self.columns[place]
            for row in rows:
                row[name] = None if row[name] is None else bool(row[name])
        return rows


def fetch(connection: sa.Connection, asked: Sequence[Ask]) -> list[list[Row]]:
    """The rows that each of the reads gives, as dictionaries, asked together."""
    texts = [_compiled(ask.statement, connection.dialect.name) for ask in asked]
    cursors = _cursors(connection, len(asked))
    with _together(connection, len(asked)):
        for cursor, text, ask in zip(cursors, texts, asked, strict=True):
            _note(text, (ask.values,))
            cursor.execute(text.sent, text.bind(ask.values))
    return [text.rows(cursor.fetchall()) for text, cursor in zip(texts, cursors, strict=True)]


def send(connection: sa.Connection, told: Sequence[Tell]) -> None:
    """Sends all writes and commits the transaction of *connection*: together, and on PostgreSQL in one round trip.

    What the database refuses (a constraint) is raised as SQLAlchemy raises it, and rolls everything back.
    """
    name = connection.dialect.name
    writes = [(_compiled(tell.statement, name), tell.rows) for tell in told if tell.rows]
    for text, rows in writes:
        _note(text, rows)
    (cursor,) = _cursors(connection, 1)
    with _together(connection, len(writes) + 1):
        if name == "postgresql":
            _send_woven(cursor, writes)
            cursor.execute("COMMIT", prepare=False)
        else:
            for text, rows in writes:
                cursor.executemany(text.sent, [text.bind(row) for row in rows])
    connection.commit()


def _send_woven(cursor: Any, writes: Sequence[tuple[_Text, Sequence[Values]]]) -> None:
    """Sends the writes of one row as one statement, which costs both sides less than one each; others row by row."""
    alone = [(text, rows[0]) for text, rows in writes if len(rows) == 1]
    for text, rows in writes:
        if len(rows) > 1:
            cursor.executemany(text.sent, [text.bind(row) for row in rows])
    if alone:
        bound = [value for text, row in alone for value in text.bind(row)]
        cursor.execute(_woven(tuple(text.text for text, _ in alone)), bound)


@lru_cache(maxsize=512)
def _woven(texts: tuple[str, ...]) -> bytes:
    """The writes as one statement: all but the last in its WITH clause (PostgreSQL 7.8.4), their places counted on."""
    counted: list[str] = []
    places = 0
    for text in texts:
        counted.append(_counted_on(text, places))
        places += max(int(number) for number in _PLACE.findall(text))
    *before, last = counted
    named = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(before))
    return (f"WITH {named} {last}" if named else last).encode()


def _counted_on(text: str, places: int) -> str:
    return _PLACE.sub(lambda found: f"${int(found[1]) + places}", text)


#: A place of a value in a statement of PostgreSQL; the texts themselves hold no values, so no other dollar.
_PLACE = re.compile(r"\$(\d+)")


def _cursors(connection: sa.Connection, number: int) -> list[Any]:
    """So many cursors of the driver; on PostgreSQL, where they cost as much as what they send, they are kept."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        return [driver.cursor() for _ in range(number)]
    held: list[Any] = connection.info.setdefault("cursors", [])
    held.extend(RawCursor(driver) for _ in range(number - len(held)))
    return held[:number]


@contextmanager
def _together(connection: sa.Connection, number: int) -> Iterator[None]:
    """The *number* of statements sent inside go together, the beginning of the transaction with them.

    Errors come under SQLAlchemy's names.
    """
    raised = _error(connection)
    try:
        if connection.dialect.name != "postgresql" or (number == 1 and has_begun(connection)):
            yield
        else:
            # What is sent inside a pipeline is waited for once, at its end: nothing may be fetched before.
            driver: Any = connection.connection.driver_connection
            with driver.pipeline():
                begin_postgresql(connection, _cursors(connection, 1)[0])
                yield
    except raised as failed:
        raise _as_sqlalchemy(failed, connection) from failed


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
    "postgresql": lambda: postgresql.psycopg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
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
    text = str(compiled)
    return _Text(
        text=text,
        sent=text.encode() if dialect == "postgresql" else text,
        order=tuple(compiled.positiontup or ()),
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required and not insert},
        columns=tuple(name for name, _ in columns),
        booleans=tuple(place for place, (_, kind) in enumerate(columns) if isinstance(kind, sa.Boolean)),
    )


def _keys(table: sa.Table) -> list[str]:
    """The columns that a row is inserted with: all but a number that the database gives."""
    return [column.key for column in table.columns if column is not table.autoincrement_column]
