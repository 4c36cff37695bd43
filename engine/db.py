"""The database: connections with the settings that the promises need, table definitions in one metadata."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine.pipeline import Prepared

#: All tables of the product.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Tables that hold what events say; ``fold`` rebuilds each of them, and only appliers write them.
APPLIED: list[sa.Table] = []


def applied_table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table of the record: each row has an ``id`` and belongs to exactly one ``stream``."""
    table = sa.Table(
        name,
        metadata,
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("stream", sa.String(64), nullable=False, index=True),
        *columns,
    )
    APPLIED.append(table)
    return table


def text(moment: datetime) -> str:
    """The one spelling of a moment in the database: RFC 3339 in UTC with microseconds; it sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(spelled: str) -> datetime:
    """The aware moment that :func:`text` spelled."""
    return datetime.strptime(spelled, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


SQLITE: dict[str, Any] = {"timeout": 20, "check_same_thread": False}

#: Without them a client that is cut off keeps its locks, and waits itself, for hours (the defaults of TCP): seconds
#: after which the server gives up a transaction that stands still, a lock, a statement; and the client a dead server.
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "bihuan",
    "options": (
        "-c idle_in_transaction_session_timeout=10s -c lock_timeout=10s -c statement_timeout=60s"
        " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000"
    ),
}


class Database:
    """One database behind an address, for reading and for writing transactions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_size": 16, "max_overflow": 16}
        if self.is_sqlite:
            self.pool = sa.create_engine(url, connect_args=SQLITE, **options)
            event.listen(self.pool, "connect", _prepare_sqlite)
            event.listen(self.pool, "begin", _begin_sqlite)
        else:
            # The driver must not begin transactions by itself: that would be a round trip of its own.
            self.pool = sa.create_engine(url, connect_args=POSTGRESQL, isolation_level="AUTOCOMMIT", **options)
            event.listen(self.pool, "before_cursor_execute", _begin_before)
            event.listen(self.pool, "rollback", _doubt)
            event.listen(self.pool, "rollback_savepoint", _doubt)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        with self.pool.connect().execution_options(bihuan_read=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes; it commits at the end, or rolls back when an exception leaves it."""
        with self.pool.connect().execution_options(bihuan_write=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Closes all connections."""
        self.pool.dispose()


def beginning(connection: sa.Connection) -> str:
    """What begins the transaction of *connection* on PostgreSQL.

    A page that only reads does so several times and should see one moment.
    """
    reads = connection.get_execution_options().get("bihuan_read")
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if reads else "BEGIN"


def has_begun(connection: sa.Connection) -> bool:
    """Whether the transaction has begun on the server of PostgreSQL."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.pgconn.transaction_status != _IDLE)


def prepared_of(connection: sa.Connection) -> Prepared:
    """What the connection of the driver has prepared; it is forgotten with the connection."""
    found: Prepared = connection.info.setdefault("prepared", Prepared())
    return found


def _begin_before(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if not has_begun(connection):
        driver: Any = connection.connection.driver_connection
        driver.execute(beginning(connection), prepare=False)
    if statement.startswith(("ALTER", "DROP")):
        _doubt(connection)


def _doubt(connection: sa.Connection, *_: Any) -> None:
    if not connection.invalidated:
        prepared_of(connection).doubted = True


#: libpq's PQTRANS_IDLE: no transaction has begun.
_IDLE = 0


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite decides which kind is needed.
    connection.isolation_level = None
    # Entries are about 2 kB: on pages of 4 kB often only one fits.
    for pragma in (
        "page_size=8192", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY",
        "cache_size=-32000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes the lock at once: two of them never read the same state and then both write.
    writes = connection.get_execution_options().get("bihuan_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
