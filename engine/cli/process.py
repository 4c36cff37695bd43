"""``bihuan new-process``: a new package, copied from the smallest complete one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click

EXAMPLE = Path(__file__).parents[2] / "processes" / "example"


@click.command("new-process")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path("processes"))
def command(name: str, into: Path) -> None:
    """Create the package NAME (letters, digits, underscores) as a copy of the example."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name):
        raise click.ClickException("A package's name has 2 to 40 small letters, digits and underscores.")
    target = into / name
    if target.exists():
        raise click.ClickException(f"{target} exists already; choose another name.")
    shutil.copytree(EXAMPLE, target)
    for path in target.rglob("*"):
        if path.is_file() and path.suffix in (".toml", ".bpmn", ".md", ".po"):
            path.write_text(re.sub(r"\bexample\b", name, path.read_text()))
    click.echo(str(target))
