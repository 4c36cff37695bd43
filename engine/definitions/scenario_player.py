"""Plays one scenario: persons act on an installation in the order in which the story tells, and what it expects is
compared; the first thing that goes otherwise ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine import forms, values
from engine.correlation import commands as correlation
from engine.definitions.check_scenarios import Expected, Rows, Scenario, Step
from engine.demo.play import Play
from engine.dispatch import Engine
from engine.errors import BihuanError
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.instances import queries as case_queries
from engine.instances import view
from engine.jobs.tables import job_leases
from engine.messages import SYSTEM, Actor
from engine.tasks import commands as tasks
from engine.tasks import queries, work

#: Seconds for which a message of a story is kept.
KEPT = 24 * 3600

#: Longest piece of a value that a result shows.
SHOWN = 200


class Otherwise(Exception):
    """The story went otherwise than it is told: a code of a sentence, and its values."""

    def __init__(self, code: str, step: int = 0, element: str = "", **said: Any) -> None:
        super().__init__(code)
        self.code, self.step, self.element = code, step, element
        self.values = {name: str(value)[:SHOWN] for name, value in said.items()}


class Player:
    """The persons of one story at work."""

    def __init__(self, engine: Engine, definition: str) -> None:
        self.engine, self.definition = engine, definition
        self.play = Play(engine)
        self.case = ""

    def run(self, scenario: Scenario) -> None:
        """Plays the scenario to its end; raises Otherwise."""
        for number, step in enumerate(scenario.steps, start=1):
            self.play_step(number, step)
        self._end(scenario.expect)

    def play_step(self, number: int, step: Step) -> None:
        """Plays one step, told as the *number*-th; raises Otherwise."""
        try:
            self._step(step)
        except BihuanError as refused:
            raise self._refused(refused, number, step) from refused
        except Otherwise as otherwise:
            otherwise.step = number
            otherwise.element = otherwise.element or step.element
            raise

    def _step(self, step: Step) -> None:
        if step.do == "start":
            command = cases.StartCase(definition=self.definition, values=values.encode(step.values))
            self.case = self.engine.dispatch(command, Actor(person=step.by)).stream
            self.play.worker.work()
        else:
            for office in self._offices(step):
                (self._send if step.do == "send" else self._complete)(step, office)
        self._sound()
        if step.expect_open is not None:
            found = self._open()
            if found != sorted(set(step.expect_open)):
                expected = ", ".join(sorted(set(step.expect_open)))
                raise Otherwise("story-open", expected=expected or "—", found=", ".join(found) or "—")

    def waiting(self, step: Step, office: str | None) -> str:
        """The task that the step completes for *office*; raises Otherwise where none or several wait."""
        return self._task(filled(step.by, office), step.element, filled(step.unit, office))

    def state(self) -> str:
        """The state of the case."""
        with self.engine.database.reading() as connection:
            case = case_queries.case(connection, look(connection, "auditor"), self.case)
        return case.state if case is not None else ""

    def _complete(self, step: Step, office: str | None) -> None:
        by, unit, task = filled(step.by, office), filled(step.unit, office), self.waiting(step, office)
        answers = filled(step.values, office)
        if step.rows is not None:
            answers = {**answers, step.rows.list: self._rows(by, task, step.rows)}
        for field in step.upload:
            body = f"%PDF-1.7 {unit or by} {field}".encode()
            answers = {**answers, field: [self.play.upload(by, f"{field}.pdf", body)]}
        done = tasks.CompleteTask(task=task, values=answers, outcome=step.outcome or None)
        self.engine.dispatch(done, Actor(person=by))
        self.play.worker.work()

    def _send(self, step: Step, office: str | None) -> None:
        """Another system sends a message; one that nobody waits for yet is kept, as in life."""
        name, key, said = (filled(value, office) for value in (step.message, step.key, step.values))
        command = correlation.SendMessage(name=name, key=key, values=said, time_to_live=KEPT)
        self.engine.dispatch(command, SYSTEM)
        self.play.worker.work()

    def _offices(self, step: Step) -> list[str | None]:
        """The offices for which a step is played; once without one where it says none."""
        if not step.for_each:
            return [None]
        listed: Any = step.for_each
        if isinstance(listed, str):
            found = self._variables().get(listed)
            if not isinstance(found, (list, tuple)):
                raise Otherwise("story-offices", name=listed, found=shown(found))
            listed = [office["id"] for office in found]
        return [office for office in listed if office not in step.but]

    def _task(self, person: str, element: str, unit: str) -> str:
        with self.engine.database.reading() as connection:
            seen = look(connection, person)
            found = []
            for item in queries.todo(connection, seen, queries.Filter(), offset=0, limit=200).items:
                if unit and item.unit != unit:
                    continue
                task = queries.task(connection, seen, item.task)
                if task is not None and task.element == element:
                    found.append(item.task)
        if len(found) != 1:
            self._sound()
            code = "story-no-task" if not found else "story-many-tasks"
            opened = ", ".join(self._open()) or "—"
            raise Otherwise(code, element=element, person=person, found=opened, count=len(found))
        return found[0]

    def _rows(self, person: str, task: str, wanted: Rows) -> list[dict[str, Any]]:
        """One row of answers for each row that the form shows."""
        with self.engine.database.reading() as connection:
            seen = look(connection, person)
            found = work.find(connection, self.engine.store, seen, task, self.engine.clock.now())
        listed = found.scope.get(wanted.list) if found is not None else None
        if not isinstance(listed, (list, tuple)):
            raise Otherwise("story-rows", name=wanted.list, found=shown(listed))
        return [_row(one, wanted) for one in listed]

    def _open(self) -> list[str]:
        """The elements of the main case at which tasks are open, each once."""
        with self.engine.database.reading() as connection:
            return sorted({task.element for task in queries.of_case(connection, self.case) if task.state == "open"})

    def _variables(self) -> dict[str, Any]:
        with self.engine.database.reading() as connection:
            return view.data(connection, self.case)

    def _sound(self) -> None:
        """Raises where something stands still: a person would have to mend it, and the story does not tell that."""
        with self.engine.database.reading() as connection:
            stopped = case_queries.open_incidents(connection)
            failing = connection.execute(
                sa.select(job_leases.c.error).where(job_leases.c.error.is_not(None)).limit(1)
            ).scalar()
        if stopped:
            first = stopped[0]
            raise Otherwise("story-incident", element=first.element, reason=first.code, **_said(first.values))
        if failing:
            raise Otherwise("story-job", found=failing)

    def _end(self, expected: Expected) -> None:
        state = self.state()
        if state != expected.state:
            raise Otherwise("story-state", expected=expected.state, found=state)
        variables = self._variables()
        for key, value in expected.variables.items():
            compare(key, variables.get(key), value)

    def _refused(self, refused: BihuanError, number: int, step: Step) -> Otherwise:
        detail = ""
        if isinstance(refused, forms.AnswersInvalid):
            detail = "; ".join(f"{error.path}: {error.code}" for error in refused.errors)
        said = _said(refused.values)
        said["detail"] = detail
        return Otherwise("story-refused", number, step.element, person=step.by, reason=refused.code, **said)


def filled(value: Any, office: str | None) -> Any:
    """The value with ``{unit}`` replaced by the office's id, wherever it stands."""
    if office is None:
        return value
    if isinstance(value, dict):
        return {key: filled(item, office) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(item, office) for item in value]
    return value.replace("{unit}", office) if isinstance(value, str) else value


def compare(place: str, found: Any, expected: Any) -> None:
    """Compares what is expected; of a context only the named keys, of a list every item. Raises Otherwise."""
    if isinstance(expected, dict) and isinstance(found, Mapping):
        for key, value in expected.items():
            compare(f"{place}.{key}", found.get(key), value)
    elif isinstance(expected, list) and isinstance(found, (list, tuple)) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
            compare(f"{place}[{number}]", one, other)
    elif found != expected:
        raise Otherwise("story-variable", name=place, expected=shown(expected), found=shown(found))


def shown(value: Any) -> str:
    """A value in one line, as JSON where it is one."""
    try:
        return values.canonical(values.encode(value)).decode()[:SHOWN]
    except (BihuanError, TypeError, ValueError):
        return str(value)[:SHOWN]


def _row(row: Mapping[str, Any], wanted: Rows) -> dict[str, Any]:
    """The answers of one row: ``each``, changed by every ``where`` that the row matches."""
    answers = dict(wanted.each)
    for rule in wanted.where:
        if all(row.get(key) == value for key, value in rule.items() if key != "set"):
            answers |= rule.get("set", {})
    return answers


def _said(said: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a reason, without those that the sentence around it has itself."""
    return {name: value for name, value in said.items() if name not in ("code", "step", "element", "person", "reason")}
