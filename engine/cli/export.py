"""``bihuan export``: one case as a zip that proves itself."""

from __future__ import annotations

from pathlib import Path

import click

from engine import texts
from engine.cli.opening import open_engine
from engine.errors import BihuanError
from engine.history.export import export
from engine.messages import SYSTEM


@click.command("export")
@click.argument("instance")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", default="zh-CN", type=click.Choice(texts.LANGUAGES))
def command(instance: str, file: Path, language: str) -> None:
    """Write the case INSTANCE, with the cases that it called, to the zip FILE; it holds its own verifier."""
    engine = open_engine()
    partial = file.with_name(f"{file.name}.part")
    try:
        with partial.open("wb") as target:
            export(engine, instance, target, person=SYSTEM.person, language=language)
        partial.replace(file)
    except BihuanError as failed:
        raise click.ClickException(texts.say(failed.code, language, **failed.values)) from failed
    finally:
        partial.unlink(missing_ok=True)
    click.echo(str(file))
