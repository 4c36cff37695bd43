"""What a person needs to work on a task: the form with its data, the buttons, the letters, the course so far."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from engine import bpmn, forms, values
from engine.definitions.compiled import Compiled, Decisions, Expressions, compiled
from engine.documents import letters
from engine.documents.store import Store
from engine.errors import BihuanError
from engine.identity.seen import Seen
from engine.instances import queries as cases
from engine.tasks import queries
from engine.values import Value


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One button."""

    name: str
    label: str
    style: str
    #: The sentence that tells what it leads to, before it is confirmed.
    effect: str
    requires: frozenset[str]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter as it stands: a title, and its HTML."""

    title: str
    html: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the case for the line of steps: ``done``, ``now``, ``later``, or ``maybe`` where a way misses it."""

    name: str
    state: str


_Made = TypeVar("_Made")

#: Task → (package, form's key); neither ever changes. Bounded: the oldest are forgotten.
_FORMS: OrderedDict[str, tuple[str, str]] = OrderedDict()

#: What :func:`known_form` gives for a task that no page has shown in this process.
UNKNOWN = object()


def known_form(store: Store, task: str) -> object:
    """The form of a task (None where it has none) that was shown before, or UNKNOWN."""
    if task not in _FORMS:
        return UNKNOWN
    package, key = _FORMS[task]
    return compiled(store, package).form(key)


def _remember(task: str, package: str, key: str) -> None:
    _FORMS[task] = (package, key)
    if len(_FORMS) > 10_000:
        _FORMS.popitem(last=False)


class Work:
    """A task with everything around it."""

    def __init__(self, task: queries.Task, case: cases.Case | None, process: Compiled, workflow: bpmn.Workflow) -> None:
        self.task, self.case, self.process = task, case, process
        self._workflow = workflow
        self._node = process.graph.nodes[task.element]

    @property
    def form(self) -> forms.Form | None:
        """The form, or None where the task is done by a click."""
        return self.process.form(self.task.form)

    @property
    def scope(self) -> Mapping[str, Value]:
        """The variables that the form sees; empty when the task is closed."""
        is_open = self.task.wait in self._workflow.state.waits
        return self._workflow.variables(self.task.wait) if is_open else {}

    @property
    def standing(self) -> set[str]:
        """The elements at which the case stands."""
        return bpmn.positions(self._workflow.state)

    @property
    def outcomes(self) -> list[Outcome]:
        """The buttons in the order of the diagram; one without a name where the diagram gives none."""
        found = [_outcome(extension.attributes) for extension in self._node.extension_list("outcome")]
        return found or [Outcome(name="", label="", style="primary", effect="", requires=frozenset())]

    @property
    def letters(self) -> list[Letter]:
        """The letters as they stand with the data of the case; empty when the task is closed or shows none."""
        if self.task.wait not in self._workflow.state.waits:
            return []
        return _set(
            self.process, self.task.element, lambda text: self._workflow.evaluate(self.task.wait, text), _letter
        )

    def refers_to(self, seen: Seen) -> bool:
        """True where the task is addressed to the person or to a post that the person holds."""
        return self.task.item.is_addressed_to(seen)


def find(
    connection: sa.Connection, store: Store, seen: Seen, task_id: str, now: datetime
) -> Work | None:  # fmt: skip
    """The task with what is around it, or None where the person may not see it."""
    task = queries.task(connection, seen, task_id)
    if task is None:
        return None
    instance = task.item.stream
    package = cases.package_of(connection, instance)
    process = compiled(store, package)
    _remember(task_id, package, task.form)
    workflow = bpmn.Workflow(
        process.graph, cases.snapshot(connection, instance), ids=_no_ids, now=now, expressions=Expressions(now),
        decisions=Decisions(process, now),
    )  # fmt: skip
    return Work(task, cases.case(connection, seen, instance), process, workflow)


def steps(process: Compiled, found: list[queries.Task], now: set[str]) -> list[Step]:
    """The tasks and calls of a process along its flows: what is done, what is at work (*now*), what comes or may come.

    Of a case that has ended only what was done is left.
    """
    course = bpmn.Course(process.graph)
    done = {task.element for task in found if task.state == "done"}
    # What was done before the case came back to an earlier step is to be done again.
    beyond = course.beyond(now)
    line = []
    for node in course.order:
        if node.type not in ("userTask", "callActivity"):
            continue
        before = node.id in done or (node.type == "callActivity" and _called(course, node.id, done | now))
        if node.id in now:
            state = "now"
        elif before and node.id not in beyond:
            state = "done"
        else:
            state = "later" if course.sure(node.id, now) else "maybe"
        if now or state == "done":
            line.append(Step(name=node.name or node.id, state=state))
    return line


def letters_then(process: Compiled, element: str, scope: Mapping[str, Value], when: datetime) -> list[Letter]:
    """The letters as a task showed them to the person who finished it then; *scope* are the variables that it saw."""
    return _set(process, element, _then(scope, when), _letter)


def titles_then(process: Compiled, element: str, scope: Mapping[str, Value], when: datetime) -> list[str]:
    """The titles of those letters."""
    return _set(process, element, _then(scope, when), lambda _, item: title_of(item))


def title_of(item: Mapping[str, Value]) -> str:
    """What the letter that is made of *item* is called."""
    return str(item.get("title") or item.get("county_name") or "")


def _then(scope: Mapping[str, Value], when: datetime) -> Callable[[str], Value]:
    expressions = Expressions(when)
    return lambda text: expressions.evaluate(text[1:], scope) if text.startswith("=") else text


def shows_letters(process: Compiled, element: str) -> bool:
    """True where the task shows letters beside its form."""
    return _shown(process, element) is not None


def _shown(process: Compiled, element: str) -> bpmn.Extension | None:
    node = process.graph.nodes.get(element)
    return node.extension("letter") if node is not None else None


def _set(
    process: Compiled, element: str, evaluate: Callable[[str], Value], make: Callable[[str, dict[str, Any]], _Made]
) -> list[_Made]:
    """What *make* makes of the template and the data of each letter that a task shows."""
    shown = _shown(process, element)
    if shown is None:
        return []
    try:
        template = process.letter(shown.attributes["template"])
        return [make(template, item) for item in evaluate(shown.attributes.get("items", "")) or []]
    except BihuanError:
        # A letter that cannot be set must not keep the task from being worked on; check says what is wrong with it.
        return []


def _called(course: bpmn.Course, call: str, reached: set[str]) -> bool:
    """A call is behind the case when it came to where every way leads over the call, or none misses it."""
    steps = [one for one in reached if course.graph.flow_node(one) is not None]
    return bool(steps) and (course.sure(call, ()) or any(course.leads_through(call, one) for one in steps))


def _outcome(attributes: Mapping[str, str]) -> Outcome:
    return Outcome(
        name=attributes["name"],
        label=attributes.get("label") or attributes["name"],
        style=attributes.get("style", "primary"),
        effect=attributes.get("effect", ""),
        requires=frozenset(attributes.get("requires", "").split()),
    )


def _letter(template: str, item: dict[str, Any]) -> Letter:
    markdown = letters.render(template, item)
    return Letter(title=title_of(item), html=letters.to_html(markdown))


def _no_ids() -> int:
    raise AssertionError("a page changes nothing")


__all__ = ["Letter", "Outcome", "Step", "Work", "find", "letters_then", "steps", "values"]
