"""Sends a batch of statements to PostgreSQL in one go, through the pipeline of libpq, and waits for it once.

A cursor of psycopg waits at each statement, if only for a moment, and gives way to other threads each time: for the six
to ten statements of a click that was a third of what the click cost (docs/decisions/0012). So a batch goes through
``psycopg.pq``, psycopg's own binding of libpq (PostgreSQL 18, 32.5 Pipeline Mode).
"""

from __future__ import annotations

import itertools
import select
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

#: libpq's PGRES_FATAL_ERROR, PGRES_PIPELINE_SYNC and CONNECTION_BAD; psycopg is imported only where it is used, for an
#: installation on SQLite does without it.
_FATAL_ERROR: Final = 7
_PIPELINE_SYNC: Final = 10
_BAD: Final = 1

_NAME: Final = b"bihuan%d"
_numbers = itertools.count()

#: Statements that a connection keeps prepared; those that come later are sent with their text.
KEPT: Final = 200


class Sent(NamedTuple):
    """A statement as it is sent."""

    #: Places are ``$1``, ``$2`` …
    text: bytes
    #: In the text format of PostgreSQL.
    values: Sequence[bytes | None] = ()
    #: What begins or ends a transaction is not prepared.
    prepared: bool = True


def encoded(value: Any) -> bytes | None:
    """A value of a row in PostgreSQL's text format; raises TypeError for what no column of ours holds."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, int):
        return b"%d" % value
    raise TypeError(f"expected text, a number or a truth value, found {type(value).__name__}")


class Prepared:
    """What a connection has prepared in batches: the text of each statement and its name."""

    def __init__(self) -> None:
        self.names: dict[bytes, bytes] = {}
        #: psycopg forgets what was prepared, ours too, when something is rolled back or a table is altered through it.
        self.doubted = False

    def ascertain(self, driver: Any) -> None:
        """Asks the server what is left where there is a doubt."""
        if self.doubted:
            (left,) = _send(driver, {}, {}, [_LEFT])
            there = {left.get_value(row, 0) for row in range(left.ntuples)}
            self.names = {text: name for text, name in self.names.items() if name in there}
            self.doubted = False


_LEFT: Final = Sent(b"SELECT name FROM pg_prepared_statements", prepared=False)


def run(driver: Any, prepared: Prepared, batch: Sequence[Sent]) -> list[Any]:
    """The result of each statement.

    Raises the driver's error of the first statement that was refused; those after it were not done then.
    """
    prepared.ascertain(driver)
    fresh: dict[bytes, bytes] = {}
    found = _send(driver, prepared.names, fresh, batch)
    # Only where nothing was refused; names are never used again, for some may be prepared all the same.
    prepared.names.update(fresh)
    return found


def _send(driver: Any, known: dict[bytes, bytes], fresh: dict[bytes, bytes], batch: Sequence[Sent]) -> list[Any]:
    """Sends the batch; what it prepares is added to *fresh*, text → name."""
    connection = driver.pgconn
    places: list[int] = []
    try:
        connection.enter_pipeline_mode()
        for sent in batch:
            name = known.get(sent.text) or fresh.get(sent.text)
            if name is None and sent.prepared and len(known) + len(fresh) < KEPT:
                name = fresh[sent.text] = _NAME % next(_numbers)
                connection.send_prepare(name, sent.text)
            places.append(len(places) + len(fresh))
            _queue(connection, name, sent)
        connection.pipeline_sync()
        results = _results(connection)
        connection.exit_pipeline_mode()
    except BaseException:
        # Nobody knows what the server has still to say on this connection.
        driver.close()
        raise
    refused = next((one for one in results if one.status == _FATAL_ERROR), None)
    if refused is not None:
        raise _errors().error_from_result(refused)
    return [results[place] for place in places]


def _queue(connection: Any, name: bytes | None, sent: Sent) -> None:
    if name is not None:
        connection.send_query_prepared(name, sent.values)
    else:
        connection.send_query_params(sent.text, sent.values)


def _results(connection: Any) -> list[Any]:
    """Everything that the server says up to the end of the batch."""
    ready = select.poll()
    ready.register(connection.socket, select.POLLIN)
    writing = select.poll()
    writing.register(connection.socket, select.POLLIN | select.POLLOUT)
    while connection.flush():
        # The server stops to read where nobody takes what it says.
        writing.poll()
        connection.consume_input()
    found: list[Any] = []
    while True:
        while connection.is_busy():
            ready.poll()
            connection.consume_input()
        result = connection.get_result()
        if result is not None and result.status == _PIPELINE_SYNC:
            return found
        if result is not None:
            found.append(result)
        if connection.status == _BAD:
            raise _errors().OperationalError(connection.get_error_message())


def _errors() -> Any:
    from psycopg import errors

    return errors
