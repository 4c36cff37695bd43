"""``bihuan deploy``: puts a checked package in force at once."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.check import language
from engine.cli.opening import open_engine
from engine.definitions.errors import PublishedByOwner
from engine.demo.load import deploy
from engine.texts import say


@click.command("deploy")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Publish the package in FOLDER at once; the record says that no second person approved it."""
    try:
        click.echo(deploy(open_engine(), folder))
    except PublishedByOwner as refused:
        raise click.ClickException(say(refused.code, language(), **refused.values)) from refused
