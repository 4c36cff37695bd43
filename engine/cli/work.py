"""``bihuan work``: a worker as a process of its own; ``bihuan migrate``: the schema brought up to date."""

from __future__ import annotations

import signal

import click

from engine.cli.opening import open_engine
from engine.history.sealer import sealing
from engine.jobs.worker import Worker


@click.command("work")
def command() -> None:
    """Work the jobs that are due, until stopped."""
    worker = Worker(open_engine())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.stop())
    click.echo("working")
    with sealing(worker.engine):
        worker.run()


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's schema up to date."""
    open_engine()
    click.echo("up to date")
