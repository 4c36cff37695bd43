"""``bihuan doctor``: what is wrong with the machine, the database server and its rights, before it costs a record."""

from __future__ import annotations

import sys

import click

from engine.cli.opening import language
from engine.doctor import examine
from engine.settings import from_environment
from engine.texts import say

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


@click.command("doctor")
def command() -> None:
    """Examine this installation; exit 1 if something endangers the record."""
    found = list(examine(from_environment()))
    for one in found:
        click.echo(f"{_MARKS[one.severity]} {say(f'doctor.{one.code}', language(), **one.values)}")
        if one.severity != "ok":
            click.echo(f"    {say(f'doctor.{one.code}.advice', language(), **one.values)}")
    sys.exit(1 if any(one.severity == "error" for one in found) else 0)
