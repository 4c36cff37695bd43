"""``bihuan run``: the web process with its worker thread, on the command line beside the engine's commands."""

from __future__ import annotations

import ipaddress
import logging
from contextlib import suppress

import click
import waitress
from flask import Flask
from whitenoise import WhiteNoise

from engine.cli import export
from engine.cli import main as group
from engine.cli.opening import open_engine
from engine.definitions.errors import PublishedByOwner
from engine.demo import cases, load
from engine.demo.past import past
from engine.dispatch import Engine
from engine.history.sealer import sealing
from engine.jobs.worker import working
from engine.settings import Settings, from_environment
from webui import cluster, create_app, offline


@click.command("run")
@click.option("--demo/--no-demo", default=None, help="With or without the demonstration city.")
def run(demo: bool | None) -> None:
    """Serve the platform: http://127.0.0.1:8000 unless HOST and PORT say otherwise."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = from_environment(demo=demo)
    if settings.demo:
        require_loopback(settings)
    engine = open_engine(settings)
    if settings.demo:
        demonstrate(engine)
    with working(engine), sealing(engine):
        serve(create_app(engine), settings)


def serve(app: Flask, settings: Settings) -> None:
    """Answers requests until the process is stopped."""
    static = WhiteNoise(app.wsgi_app)
    click.echo(f"Bihuan 闭环: http://{settings.host}:{settings.port}")
    waitress.serve(static, host=settings.host, port=settings.port, threads=8, ident="bihuan")


def require_loopback(settings: Settings) -> None:
    """Stops a demonstration, into which everybody signs in by one click, from listening to other machines."""
    if not _loopback(settings.host):
        raise click.ClickException(
            f"The demonstration listens on this machine only, not on {settings.host}. "
            "Use HOST=127.0.0.1, or serve without it: DEMO=0 or bihuan run --no-demo."
        )


def demonstrate(engine: Engine) -> None:
    """The demonstration city with the packages of the installation, and its first cases."""
    # Before the worker begins: the cases are played step by step, each with its jobs done.
    if load.is_loaded(engine):
        _deploy(engine)
    else:
        click.echo("Loading the demonstration city ...")
        with past(engine):
            load.load(engine)
            _deploy(engine)
    cases.begin(engine)


def _deploy(engine: Engine) -> None:
    for folder in sorted(engine.settings.processes.iterdir()):
        if (folder / "package.toml").is_file():
            # What an owner has published since stays in force.
            with suppress(PublishedByOwner):
                load.deploy(engine, folder)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def main() -> None:
    """The whole command line."""
    export.FURTHER.append(offline.files)
    group.add_command(run)
    group.add_command(cluster.command)
    group()
