"""Stories: what people do, told in the order in which they do it, on a real installation without a browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import values
from engine.db import text
from engine.dispatch import Engine
from engine.history.verify import Report, verify
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.instances import queries as case_queries
from engine.jobs.tables import job_leases, jobs
from engine.jobs.worker import Worker
from engine.messages import SYSTEM, Actor, Command, Outcome
from engine.second import seam
from engine.tasks import commands as tasks
from engine.tasks import queries as task_queries
from engine.tasks import work
from engine.tasks.queries import WorkItem


class City:
    """The demonstration city: persons act by name, jobs are worked when the story says so."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.worker = Worker(engine)
        seam.install()

    def does(self, person: str, command: Command, request: str | None = None) -> Outcome:
        """*person* asks the engine for something."""
        actor = SYSTEM if person == "system" else Actor(person=person)
        return self.engine.dispatch(command, actor, request)

    def start(self, definition: str, by: str, **answers: Any) -> str:
        """*by* starts a case with the start form's answers; gives its id, after its jobs are done."""
        outcome = self.does(by, cases.StartCase(definition=definition, values=values.encode(answers)))
        self.work()
        return outcome.stream

    def inbox(self, person: str) -> list[WorkItem]:
        """What waits for *person*."""
        with self.engine.database.reading() as connection:
            seen = look(connection, person)
            return task_queries.todo(connection, seen, task_queries.Filter(), offset=0, limit=100).items

    def find(self, person: str, element: str, unit: str | None = None, case: str | None = None) -> str:
        """The one task of this element that waits for *person*."""
        with self.engine.database.reading() as connection:
            seen = look(connection, person)
            found = [
                item.task
                for item in self.inbox(person)
                if (task := task_queries.task(connection, seen, item.task)) is not None
                and task.element == element
                and unit in (None, item.unit)
                and case in (None, item.stream)
            ]
        assert len(found) == 1, f"{person} has {len(found)} tasks {element} ({unit}), not one"
        return found[0]

    def complete(
        self, person: str, element: str, answers: dict[str, Any] | None = None, *, outcome: str | None = None,
        unit: str | None = None, case: str | None = None,
    ) -> Outcome:  # fmt: skip
        """*person* finishes the task of this element; then its jobs are done."""
        task = self.find(person, element, unit, case)
        done = self.does(person, tasks.CompleteTask(task=task, values=answers or {}, outcome=outcome))
        self.work()
        return done

    @contextmanager
    def work_on(self, person: str, element: str, unit: str | None = None) -> Iterator[work.Work]:
        """What *person* sees on the page of the task."""
        task = self.find(person, element, unit)
        with self.engine.database.reading() as connection:
            seen = look(connection, person)
            found = work.find(connection, self.engine.store, seen, task, self.engine.clock.now())
        assert found is not None
        yield found

    def work(self) -> int:
        """Works all jobs that are due, and waits for those that the server of a browser story has begun meanwhile."""
        tried = self.worker.work()
        while self._others_work():
            time.sleep(0.01)
            tried += self.worker.work()
        return tried

    def _others_work(self) -> bool:
        if not isinstance(getattr(self.engine.after_commit, "__self__", None), Worker):
            return False
        now = text(self.engine.clock.now())
        leased = (
            sa.select(sa.func.count())
            .select_from(jobs.join(job_leases, job_leases.c.id == jobs.c.id))
            .where(jobs.c.state == "waiting", jobs.c.due <= now)
            .where(job_leases.c.not_before > now, job_leases.c.error.is_(None))
        )
        with self.engine.database.reading() as connection:
            return bool(connection.execute(leased).scalar_one())

    def wait(self, **more: float) -> None:
        """Lets time pass, then works what is due."""
        self.engine.clock.move(timedelta(**more))  # type: ignore[attr-defined]
        self.work()

    def state(self, case: str) -> str:
        """open, ended or cancelled."""
        with self.engine.database.reading() as connection:
            seen = look(connection, "auditor")
            found = case_queries.case(connection, seen, case)
        assert found is not None
        return found.state

    def variables(self, case: str) -> dict[str, Any]:
        """The variables of the process scope."""
        from engine.instances import view

        with self.engine.database.reading() as connection:
            return view.data(connection, case)

    def children(self, case: str) -> list[case_queries.Case]:
        """The called cases."""
        with self.engine.database.reading() as connection:
            return case_queries.children(connection, look(connection, "auditor"), case)

    def open_elements(self, case: str) -> list[str]:
        """Elements at which open tasks stand, sorted."""
        with self.engine.database.reading() as connection:
            return sorted(task.element for task in task_queries.of_case(connection, case) if task.state == "open")

    def verify(self, stream: str | None = None) -> Report:
        """What verification says."""
        return verify(self.engine, stream)

    def upload(self, person: str, name: str, body: bytes) -> dict[str, Any]:
        """*person* uploads a file; gives the reference that a form carries."""
        from engine import forms
        from engine.documents import uploads

        file = uploads.examine(name, body, self.engine.settings.file_limit)
        self.engine.store.put(body)
        with self.engine.database.writing() as connection:
            uploads.note(connection, file, person, self.engine.clock.now())
        return forms.refer(file)


PROCESSES = Path(__file__).parent.parent / "processes"
