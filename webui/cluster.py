"""``bihuan run-postgres``: the platform as it grows, on one machine: a PostgreSQL server, web processes and workers."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa

from engine import local_postgres
from engine.cli.opening import language, open_engine, reasons_said
from engine.settings import Settings, from_environment

#: Roles of the two duties: the owner makes the tables, the application works with them.
OWNER, APPLICATION = "bihuan_owner", "bihuan"


@click.command("run-postgres")
@click.option("--web", default=2, show_default=True, help="Web processes.")
@click.option("--workers", default=2, show_default=True, help="Processes that work the jobs.")
@click.option("--demo/--no-demo", default=None, help="With or without the demonstration city.")
def command(web: int, workers: int, demo: bool | None) -> None:
    """Serve the platform on a PostgreSQL server of its own, for trying out what many processes do."""
    from webui.serve import demonstrate, require_loopback

    settings = from_environment(demo=demo)
    if settings.demo:
        require_loopback(settings)
    with reasons_said(language()), server(settings) as environment:
        os.environ.update(environment)
        settings = from_environment(demo=settings.demo)
        engine = open_engine(settings)
        if settings.demo:
            demonstrate(engine)
        engine.database.close()
        _run(web, workers, settings)


@contextmanager
def server(settings: Settings) -> Iterator[dict[str, str]]:
    """A server with its two roles and one database; gives the environment that finds it."""
    with local_postgres.running(folder_of(settings)) as address:
        administrator = sa.create_engine(address.format(database="postgres"), isolation_level="AUTOCOMMIT")
        with administrator.connect() as connection:
            _make_roles(connection)
        administrator.dispose()
        urls = {role: _with_role(address, role) for role in (OWNER, APPLICATION)}
        yield {"DATABASE_URL": urls[APPLICATION], "BIHUAN_OWNER_URL": urls[OWNER]}


def folder_of(settings: Settings) -> Path:
    """Where the server keeps its data: not among ours for root, since the server runs as somebody else."""
    if os.geteuid() != 0:
        return (settings.data / "postgres").absolute()
    name = hashlib.sha256(str(settings.data.absolute()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"bihuan-postgres-{name}"


def _make_roles(connection: sa.Connection) -> None:
    known = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
    for role in (OWNER, APPLICATION):
        if role not in known:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    if connection.exec_driver_sql("SELECT 1 FROM pg_database WHERE datname = 'bihuan'").first() is None:
        connection.exec_driver_sql(
            f"CREATE DATABASE bihuan OWNER {OWNER} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'"
        )


def _with_role(address: str, role: str) -> str:
    url = sa.make_url(address.format(database="bihuan")).set(username=role, password=None)
    return url.render_as_string(hide_password=False)


def _run(web: int, workers: int, settings: Settings) -> None:
    """Starts the processes, and ends all of them as soon as one ends or somebody asks for it."""
    granian = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(web), "--blocking-threads", "2",
        "--host", settings.host, "--port", str(settings.port), "--log-level", "warning", "webui.wsgi:app",
    ]  # fmt: skip
    work = [sys.executable, "-c", "from webui.serve import main; main()", "work"]
    environment = {**os.environ, "DEMO": "1" if settings.demo else "0"}
    started = [subprocess.Popen(words, env=environment) for words in (granian, *[work] * workers)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"Bihuan 闭环: http://{settings.host}:{settings.port} ({web} + {workers})")
    try:
        os.wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)
