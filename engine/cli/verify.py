"""``bihuan verify``: is the record untouched, and does it explain the state."""

from __future__ import annotations

import sys

import click
import msgspec

from engine import texts
from engine.cli.opening import open_engine
from engine.history.verify import Failure, Report, verify


@click.command("verify")
@click.argument("instance", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--language", default="zh-CN", type=click.Choice(texts.LANGUAGES))
def command(instance: str | None, as_json: bool, language: str) -> None:
    """Verify the whole record, or the case INSTANCE; exit 0 if it is sound, 1 if not."""
    engine = open_engine()
    with engine.database.reading() as connection:
        report = verify(connection, instance)
    click.echo(_json(report) if as_json else _words(report, language))
    sys.exit(0 if report.sound else 1)


def _json(report: Report) -> str:
    return msgspec.json.encode(report).decode()


def _words(report: Report, language: str) -> str:
    word = "verify.sound" if report.sound else "verify.unsound"
    head = texts.say(word, language, streams=report.streams, entries=report.entries)
    return "\n".join([head, *(_failure(failure, language) for failure in report.failures)])


def _failure(failure: Failure, language: str) -> str:
    return texts.say(f"verify.{failure.found}", language, **msgspec.structs.asdict(failure))
