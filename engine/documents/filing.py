"""Makes the files of answers and results documents of the case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.documents import events
from engine.step import Step
from engine.values import File, Value


def file_answers(step: Step, files: list[File], task: str | None) -> None:
    """Files the evidence that came with a form and that the case does not hold yet."""
    _file(step, files, "evidence", task)


def file_letters(step: Step, result: Value) -> None:
    """Files the documents that a worker made."""
    _file(step, result, "letter", None)


def _file(step: Step, value: Value, kind: str, task: str | None) -> None:
    for file in _files(value):
        step.record(
            events.DocumentFiled(
                id=step.new_id(), document_kind=kind, digest=file.digest, name=file.name, media_type=file.type,
                size=file.size, task=task,
            )
        )  # fmt: skip


def _files(value: Value) -> Iterator[File]:
    if isinstance(value, File):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _files(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _files(item)
