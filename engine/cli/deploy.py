"""``bihuan deploy``: puts a package in force at once, or makes it a draft where an owner publishes the process."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.opening import language, opened
from engine.definitions import arriving
from engine.definitions.errors import PublishedByOwner
from engine.definitions.package import MOST_BYTES, pack, read_folder
from engine.demo.load import deploy
from engine.dispatch import Engine
from engine.messages import SYSTEM
from engine.texts import say


@click.command("deploy")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def command(path: Path) -> None:
    """Publish the package in PATH, a folder or a .zip, at once; the record says that no second person approved it.

    A process that an owner has published on the platform takes the package as its draft instead.
    """
    with opened() as engine:
        try:
            click.echo(deploy(engine, path))
        except PublishedByOwner:
            click.echo(_draft(engine, path))


def _draft(engine: Engine, path: Path) -> str:
    body = pack(read_folder(path)) if path.is_dir() else path.read_bytes()[: MOST_BYTES + 1]
    draft = arriving.arrive(engine, body, SYSTEM.person).draft
    return say("deploy-became-draft", language(), definition=draft.definition, revision=draft.revision)
