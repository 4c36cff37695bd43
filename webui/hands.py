"""Through whose hands a letter went, and what each of them decided about it, where a batch was decided at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import sqlalchemy as sa

from engine.db import moment
from engine.documents.queries import Document
from engine.forms.definition import CHOICES, Component, Form, keyed
from engine.history import places, replay
from engine.history.replay import Moment
from engine.tasks.queries import Task, as_finished
from engine.tasks.work import shows_letters, title_of, titles_then
from engine.values import Value
from webui.moments import Answer, Setting, answered, read


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """A finished task that showed the letter, the entry by which it ended, and what was answered about the letter."""

    task: Task
    entry: int
    said: list[Answer]


def of_letter(
    connection: sa.Connection, setting: Setting, instance: str, course: list[Task], letter: Document
) -> list[Hand]:
    """Who last finished each step of the case with the letter before it was filed."""
    process, entries = setting.process, places.finished(connection, instance)
    shown = [
        one for one in as_finished(course)
        if shows_letters(process, one.element) and one.state == "done" and (one.closed_at or "") <= letter.filed_at
    ]  # fmt: skip
    ends = {entries[one.id] for one in shown}
    moments = {one.line.seq: one for one in replay.moments_at(connection, instance, ends)}
    # A batch that came back may hold other letters only; where no batch names the letter, any may have held it.
    held = [one for one in shown if _holds(moments[entries[one.id]], one, letter, setting)]
    last: dict[str, Task] = {}
    for one in held or shown:
        last.pop(one.element, None)
        last[one.element] = one
    return [
        Hand(task=one, entry=entries[one.id], said=_said(moments[entries[one.id]], letter, setting))
        for one in last.values()
    ]


def _holds(found: Moment, task: Task, letter: Document, setting: Setting) -> bool:
    titles = titles_then(setting.process, task.element, found.seen_by_form, moment(found.line.at))
    return any(_is_called(letter, title) for title in titles)


def _is_called(letter: Document, title: str) -> bool:
    """A letter is filed under its title, with its number before it."""
    return bool(title) and letter.name.removesuffix(".md").endswith(title)


def _said(found: Moment, letter: Document, setting: Setting) -> list[Answer]:
    """What the person decided about the letter, in the row that is about it; nothing where no row holds a decision."""
    form, scope = answered(found, setting)
    for fields, row in _rows(form, scope, letter):
        given = [one for one in fields if not one.readonly and row.get(one.key) not in (None, "")]
        if any(one.kind in CHOICES for one in given):
            return [
                Answer(label=setting.translate(one.label) or one.key, text=read(one, row[one.key], setting))
                for one in given
            ]
    return []


def _rows(
    form: Form | None, scope: Mapping[str, Value], letter: Document
) -> Iterator[tuple[list[Component], Mapping[str, Value]]]:
    """The fields and the row of each list of the form in which one row alone is about the letter."""
    for component in keyed(form.components) if form is not None else ():
        rows = scope.get(component.key) if component.kind == "dynamiclist" else None
        about = [row for row in rows or [] if _is_called(letter, title_of(row))]
        if len(about) == 1:
            yield list(keyed(component.components)), about[0]
