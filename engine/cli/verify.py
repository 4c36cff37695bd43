"""``bihuan verify``: is the record untouched, does it explain the state, do the rules, and does a second engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import msgspec

from engine import texts
from engine.cli.opening import open_engine, reasons_said
from engine.history.findings import QUESTIONS, Failure, Report, answer, limits
from engine.history.verify import verify_and_note
from engine.messages import SYSTEM


@click.command("verify")
@click.argument("instance", required=False)
@click.option("--quick", is_flag=True, help="Only whether the record is untouched: chains and seals.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--language", default="zh-CN", type=click.Choice(texts.LANGUAGES))
def command(instance: str | None, quick: bool, as_json: bool, language: str) -> None:
    """Verify the whole record, or the case INSTANCE with its called cases; exit 0 if it is sound, 1 if not."""
    engine = open_engine()
    with reasons_said(language), closing(engine.database):
        report = verify_and_note(engine, SYSTEM.person, instance, quick=quick)
    words = "\n".join(_words(report, engine.settings.seals_folder, language))
    click.echo(msgspec.json.encode(report).decode() if as_json else words)
    sys.exit(0 if report.sound else 1)


def _words(report: Report, folder: Path, language: str) -> Iterator[str]:
    word = "verify.sound" if report.sound else "verify.unsound"
    yield texts.say(word, language, streams=report.streams, entries=report.entries, seals=report.seals)
    copies = "verify.copies" if report.copies else "verify.no-copies" if folder.is_dir() else "verify.no-folder"
    yield f"  {texts.say(copies, language, folder=folder, copies=report.copies, seals=report.seals)}"
    for question in QUESTIONS:
        word, cannot = answer(report, question), len(limits(report, question))
        said = texts.say(f"verify.answer.{word}", language, count=cannot)
        yield f"  {texts.say(f'verify.question.{question}', language)} {said}"
    for failure in (*report.failures, *report.cannot):
        yield f"  - {sentence(failure, language)}"


def sentence(failure: Failure, language: str) -> str:
    """One finding in words."""
    return texts.say(f"verify.{failure.found}", language, **msgspec.structs.asdict(failure))
