"""Sends statements straight to the driver: several reads in one round trip, all writes and the commit in one.

SQLAlchemy builds each statement and compiles it once per dialect; what is sent is its text and the values. On
PostgreSQL a batch goes through :mod:`engine.pipeline`, its writes as one statement; SQLite has no round trips and takes
one statement after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine import pipeline
from engine.db import beginning, has_begun, prepared_of
from engine.pipeline import Sent

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
    sent: bytes
    #: Names of its parameters in the order of their places.
    order: tuple[str, ...]
    #: Values that the statement itself holds.
    fixed: Values
    #: Names of the columns that come back, and which of them are booleans.
    columns: tuple[str, ...]
    booleans: tuple[int, ...]
    #: What reads the columns as PostgreSQL sends them.
    loads: tuple[Callable[[bytes], Any], ...]

    def bind(self, values: Values) -> list[Any]:
        whole = {**self.fixed, **values} if self.fixed else values
        return [whole[name] for name in self.order]

    def read(self, result: Any) -> list[Row]:
        """The rows of a result of libpq."""
        value, places = result.get_value, list(enumerate(zip(self.columns, self.loads, strict=True)))
        return [
            {
                name: None if (found := value(row, place)) is None else load(found)
                for place, (name, load) in places
            }
            for row in range(result.ntuples)
        ]

    def rows(self, found: Iterable[Sequence[Any]]) -> list[Row]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in found]
        for place in self.booleans:
            name = self.columns[place]
            for row in rows:
                row[name] = None if row[name] is None else bool(row[name])
        return rows


def fetch(connection: sa.Connection, asked: Sequence[Ask]) -> list[list[Row]]:
    """The rows that each of the reads gives, as dictionaries, asked together."""
    name = connection.dialect.name
    texts = [_compiled(ask.statement, name) for ask in asked]
    for text, ask in zip(texts, asked, strict=True):
        _note(text, (ask.values,))
    with _errors(connection):
        if name == "postgresql":
            batch = [Sent(text.sent, _encoded(text, ask.values)) for text, ask in zip(texts, asked, strict=True)]
            return [text.read(result) for text, result in zip(texts, _run(connection, batch), strict=True)]
        driver: Any = connection.connection.driver_connection
        return [
            text.rows(driver.execute(text.text, text.bind(ask.values)))
            for text, ask in zip(texts, asked, strict=True)
        ]


def send(connection: sa.Connection, told: Sequence[Tell]) -> None:
    """Sends all writes and commits the transaction of *connection*: together, and on PostgreSQL in one round trip.

    What the database refuses (a constraint) is raised as SQLAlchemy raises it, and rolls everything back.
    """
    name = connection.dialect.name
    writes = [(_compiled(tell.statement, name), tell.rows) for tell in told if tell.rows]
    for text, rows in writes:
        _note(text, rows)
    with _errors(connection):
        if name == "postgresql":
            _run(connection, [*_woven_writes(writes), _COMMIT])
        else:
            driver: Any = connection.connection.driver_connection
            for text, rows in writes:
                driver.executemany(text.text, [text.bind(row) for row in rows])
    connection.commit()


_COMMIT = Sent(b"COMMIT", prepared=False)


def _run(connection: sa.Connection, batch: Sequence[Sent]) -> list[Any]:
    """The results of a batch on PostgreSQL, the beginning of the transaction sent with it where it has not begun."""
    driver: Any = connection.connection.driver_connection
    prepared = prepared_of(connection)
    if has_begun(connection):
        return pipeline.run(driver, prepared, batch)
    return pipeline.run(driver, prepared, [Sent(beginning(connection).encode(), prepared=False), *batch])[1:]


def _encoded(text: _Text, values: Values) -> list[bytes | None]:
    return [pipeline.encoded(value) for value in text.bind(values)]


def _woven_writes(writes: Sequence[tuple[_Text, Sequence[Values]]]) -> Iterator[Sent]:
    """The writes of one row as one statement, which the server does faster than one each; others row by row."""
    alone = [(text, rows[0]) for text, rows in writes if len(rows) == 1]
    for text, rows in writes:
        if len(rows) > 1:
            yield from (Sent(text.sent, _encoded(text, row)) for row in rows)
    if alone:
        bound = [value for text, row in alone for value in _encoded(text, row)]
        yield Sent(_woven(tuple(text.text for text, _ in alone)), bound)


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


@contextmanager
def _errors(connection: sa.Connection) -> Iterator[None]:
    """Errors of the driver under SQLAlchemy's names."""
    dialect: Any = connection.dialect
    try:
        yield
    except dialect.dbapi.Error as failed:
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


_DIALECTS: dict[str, Callable[[], sa.Dialect]] = {
    "postgresql": lambda: postgresql.psycopg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
    "sqlite": lambda: sqlite.dialect(),
}


#: Kind of a column → what reads it as PostgreSQL sends it, in its text format.
_LOADS: dict[type, Callable[[bytes], Any]] = {str: bytes.decode, int: int, bool: b"t".__eq__}


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
        sent=text.encode(),
        order=tuple(compiled.positiontup or ()),
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required and not insert},
        columns=tuple(name for name, _ in columns),
        loads=tuple(_LOADS[kind.python_type] for _, kind in columns) if dialect == "postgresql" else (),
        booleans=tuple(place for place, (_, kind) in enumerate(columns) if isinstance(kind, sa.Boolean)),
    )


def _keys(table: sa.Table) -> list[str]:
    """The columns that a row is inserted with: all but a number that the database gives."""
    return [column.key for column in table.columns if column is not table.autoincrement_column]
