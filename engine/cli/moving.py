"""``bihuan backup``, ``restore`` and ``copy``: an installation as one file, back again, and to another database."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from engine import transfer
from engine.cli.opening import language, open_database, reasons_said
from engine.db import Database
from engine.dispatch import Engine
from engine.documents.store import Store
from engine.history import seals
from engine.history.verify import verify
from engine.settings import from_environment
from engine.texts import say


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write database and file store, as of one moment, into FILE; people may go on working."""
    settings = from_environment()
    with reasons_said(language()), open_database(settings) as database:
        counts = transfer.backup(database, settings.data / "files", file)
    click.echo(say("backup.done", language(), file=file, entries=counts["journal"], files=counts["files"]))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Fill an empty installation from FILE, then verify the record; exit 1 if it is not sound."""
    settings = from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    _fill(lambda target: transfer.restore(file, target, Store(settings.data / "files")))


@click.command("copy")
@click.argument("source")
def copy_command(source: str) -> None:
    """Copy the database at the address SOURCE into the empty one at DATABASE_URL, then verify the record."""
    with reasons_said(language()), closing(Database(source)) as old:
        _fill(lambda target: transfer.copy(old, target))


def _fill(fill: Callable[[Database], dict[str, int]]) -> None:
    settings = from_environment()
    with reasons_said(language()), open_database(settings) as target:
        fill(target)
    engine = Engine(settings)
    # Into a new folder go the seals that the backup holds; what a kept folder holds beyond them is for verify to name.
    with closing(engine.database):
        seals.write_missing(engine)
        report = verify(engine)
    word = "restore.sound" if report.sound else "restore.unsound"
    click.echo(say(word, language(), streams=report.streams, entries=report.entries))
    sys.exit(0 if report.sound else 1)
