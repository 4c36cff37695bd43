"""``bihuan export``: one case as a zip that proves itself, or many cases as an event log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import IO

import click

from engine import texts
from engine.cli.opening import open_engine, reasons_said
from engine.dispatch import Engine
from engine.history import xes
from engine.history.export import export
from engine.messages import SYSTEM

#: Further files of a case's export; the web puts its replay page there.
FURTHER: list[Callable[[Engine, str], Mapping[str, bytes]]] = []


@click.command("export")
@click.argument("what", nargs=-1, required=True, metavar="[INSTANCE] FILE")
@click.option("--xes", "as_log", is_flag=True, help="Many cases as an event log (XES, IEEE 1849).")
@click.option("--definition", default="", help="With --xes: only cases of this process.")
@click.option("--from", "begin", default="", help="With --xes: begun on this day (2026-11-01) or later.")
@click.option("--to", "end", default="", help="With --xes: begun on this day or earlier.")
@click.option("--language", default="zh-CN", type=click.Choice(texts.LANGUAGES))
def command(what: tuple[str, ...], as_log: bool, definition: str, begin: str, end: str, language: str) -> None:
    """Write the case INSTANCE, with the cases that it called, to the zip FILE; it holds its own verifier.

    With --xes, write many cases as an event log for mining tools to FILE.
    """
    if len(what) != (1 if as_log else 2):
        raise click.UsageError("FILE, with --xes; otherwise INSTANCE and FILE.")
    file = Path(what[-1])
    if as_log:
        _whole(file, lambda target: _log(target, definition, begin, end))
    else:
        _whole(file, lambda target: _case(target, what[0], language))
    click.echo(str(file))


def _case(target: IO[bytes], instance: str, language: str) -> None:
    engine = open_engine()
    with reasons_said(language), closing(engine.database):
        extra = {name: body for more in FURTHER for name, body in more(engine, instance).items()}
        export(engine, instance, target, person=SYSTEM.person, language=language, extra=extra)


def _log(target: IO[bytes], definition: str, begin: str, end: str) -> None:
    try:
        wanted = xes.Wanted(definition=definition, begin=begin, end=end)
    except ValueError as unreadable:
        raise click.UsageError(f"A day is written 2026-11-01: {unreadable}") from unreadable
    engine = open_engine()
    with closing(engine.database), engine.database.reading() as connection:
        target.writelines(xes.log(connection, engine.store, wanted))


def _whole(file: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Writes the whole file or none."""
    partial = file.with_name(f"{file.name}.part")
    try:
        with partial.open("wb") as target:
            write(target)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
