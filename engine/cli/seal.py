"""``bihuan seal``: seals what changed, now, and shows the key's fingerprint."""

from __future__ import annotations

from contextlib import closing

import click

from engine import texts
from engine.cli.opening import open_engine, reasons_said
from engine.history import keys, seals


@click.command("seal")
@click.option("--language", default="zh-CN", type=click.Choice(texts.LANGUAGES))
def command(language: str) -> None:
    """Seal what changed since the last seal; a running installation does it by itself every minute."""
    engine = open_engine()
    with reasons_said(language), closing(engine.database):
        made = seals.seal(engine)
    said = texts.say("seal.nothing", language)
    if made is not None:
        said = texts.say("seal.made", language, number=made.number, size=made.size)
    click.echo(said)
    fingerprint = keys.grouped(keys.signing_key(engine.settings.data).public.fingerprint)
    click.echo(texts.say("seal.key", language, fingerprint=fingerprint))
