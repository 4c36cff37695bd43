"""``bihuan deploy``: puts a checked package in force at once."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.opening import language, open_engine
from engine.definitions.errors import PublishedByOwner
from engine.demo.load import deploy
from engine.texts import say


@click.command("deploy")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def command(path: Path) -> None:
    """Publish the package in PATH, a folder or a .zip, at once; the record says that no second person approved it."""
    try:
        click.echo(deploy(open_engine(), path))
    except PublishedByOwner as refused:
        raise click.ClickException(say(refused.code, language(), **refused.values)) from refused
