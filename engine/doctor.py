"""Examines an installation: the disk, the settings of its database server, the rights of its role, its schema."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine import rights
from engine.clock import SystemClock
from engine.db import Database
from engine.schema import newest_revision, revision
from engine.settings import Settings

#: The oldest PostgreSQL that is tested.
OLDEST = 15

#: Seconds that the clocks of the server and of this machine may differ.
CLOCKS = 2.0


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; the sentence is ``doctor.<code>``, what to do ``doctor.<code>.advice``."""

    code: str
    severity: Literal["ok", "warning", "error"] = "ok"
    values: dict[str, Any] = {}


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that can be looked at; ends early where the database cannot be reached."""
    yield from _disk(settings)
    database = Database(settings.url)
    try:
        with database.reading() as connection:
            yield Finding(code="reached", values={"database": connection.dialect.name})
            yield from _schema(connection)
            yield from (_sqlite(connection) if database.is_sqlite else _postgresql(connection, settings))
    except sa.exc.OperationalError as failed:
        yield Finding(code="not-reached", severity="error", values={"reason": str(failed.orig)[:300]})
    finally:
        database.close()


def _disk(settings: Settings) -> Iterator[Finding]:
    settings.data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data).free
    severity: Literal["ok", "error"] = "error" if free < settings.disk_warning else "ok"
    yield Finding(code="disk", severity=severity, values={"free": f"{free / 1024**3:.1f} GiB"})


def _schema(connection: sa.Connection) -> Iterator[Finding]:
    found, newest = revision(connection), newest_revision()
    yield _judged("schema", found == newest, "error", found=found or "-", newest=newest)


def _sqlite(connection: sa.Connection) -> Iterator[Finding]:
    def pragma(name: str) -> str:
        return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())

    yield _judged("sqlite-sound", pragma("quick_check") == "ok", "error", found=pragma("quick_check")[:200])
    yield _judged("sqlite-durable", pragma("synchronous") == "2", "error", found=pragma("synchronous"))


#: Settings of the server without which an acknowledged click can be lost.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}

#: Settings of the session that must be set, else a client that is cut off keeps its locks.
BOUNDED = ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")


def _postgresql(connection: sa.Connection, settings: Settings) -> Iterator[Finding]:
    def setting(name: str) -> str:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar())

    version = int(setting("server_version_num")) // 10_000
    yield _judged("version", version >= OLDEST, "error", found=version, oldest=OLDEST)
    for name, wanted in DURABLE.items():
        yield _judged("durable", setting(name) == wanted, "error", name=name, found=setting(name), wanted=wanted)
    for name in BOUNDED:
        yield _judged("bounded", setting(name) != "0", "error", name=name, found=setting(name))
    yield _judged("encoding", setting("server_encoding") == "UTF8", "error", found=setting("server_encoding"))
    yield from _role(connection, settings)
    yield from _journal(connection)
    yield _clocks(connection)
    yield from _room(connection)


def _role(connection: sa.Connection, settings: Settings) -> Iterator[Finding]:
    role, almighty = connection.exec_driver_sql(
        "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
    ).one()
    yield _judged("role", not almighty, "error", role=role)
    found = rights.too_many(connection)
    yield _judged("rights", not found, "error" if settings.owner_url else "warning", role=role, found=", ".join(found))


def _journal(connection: sa.Connection) -> Iterator[Finding]:
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_trigger"
        " WHERE tgrelid = to_regclass('journal') AND tgenabled = 'O' AND NOT tgisinternal"
    ).scalar_one()
    yield _judged("trigger", found > 0, "error")


def _clocks(connection: sa.Connection) -> Finding:
    there = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    apart = abs((SystemClock().now() - there).total_seconds())
    return _judged("clocks", apart <= CLOCKS, "warning", apart=f"{apart:.1f}")


def _room(connection: sa.Connection) -> Iterator[Finding]:
    most = int(connection.exec_driver_sql("SHOW max_connections").scalar_one())
    used = int(connection.exec_driver_sql("SELECT count(*) FROM pg_stat_activity").scalar_one())
    yield _judged("connections", used < most * 0.8, "warning", used=used, most=most)


def _judged(code: str, fine: bool, severity: Literal["warning", "error"], **values: Any) -> Finding:
    return Finding(code=code if fine else f"{code}-wrong", severity="ok" if fine else severity, values=values)
