"""Lets persons of the demonstration act, in the order in which people would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import forms, values
from engine.dispatch import Engine
from engine.documents import uploads
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.jobs.worker import Worker
from engine.messages import Actor
from engine.tasks import commands as tasks
from engine.tasks import queries, work
from engine.values import Value


class Play:
    """People at work on an installation."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.worker = Worker(engine)

    def start(self, definition: str, by: str, **answers: Any) -> str:
        """A case, with its jobs done."""
        command = cases.StartCase(definition=definition, values=answers)
        case = self.engine.dispatch(command, Actor(person=by)).stream
        self.worker.work()
        return case

    def sees(self, person: str, element: str, unit: str | None = None) -> tuple[str, Mapping[str, Value]]:
        """The task of this element that waits for *person*, and the variables of its form."""
        with self.engine.database.reading() as connection:
            seen = look(connection, person)
            for item in queries.todo(connection, seen, queries.Filter(), offset=0, limit=200).items:
                if unit not in (None, item.unit):
                    continue
                found = work.find(connection, self.engine.store, seen, item.task, self.engine.clock.now())
                if found is not None and found.task.element == element:
                    return item.task, found.scope
        raise LookupError(f"{person} has no task {element} ({unit})")

    def complete(
        self, person: str, element: str, answers: dict[str, Any], outcome: str, unit: str | None = None
    ) -> None:  # fmt: skip
        """*person* finishes the task of this element; then its jobs are done."""
        task, _ = self.sees(person, element, unit)
        self.engine.dispatch(
            tasks.CompleteTask(task=task, values=answers, outcome=outcome), Actor(person=person)
        )
        self.worker.work()

    def upload(self, person: str, name: str, body: bytes) -> dict[str, Any]:
        """A file of *person*; gives the reference that a form carries."""
        file: values.File = uploads.examine(name, body, self.engine.settings.file_limit)
        self.engine.store.put(body)
        with self.engine.database.writing() as connection:
            uploads.note(connection, file, person, self.engine.clock.now())
        return forms.refer(file)
