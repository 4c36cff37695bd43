"""A case on the second engine: the same commands as the kernel's ``Workflow``; what happened comes back as a path."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from engine import values
from engine.bpmn import Decisions, Expressions, errors, messages
from engine.errors import BihuanError
from engine.second import bodies, specs
from engine.second.joins import NoWayOn
from engine.second.library import Flow
from engine.second.parser import Process
from engine.second.path import Happening, Path, opened
from engine.second.scopes import Seen
from engine.second.variables import Variables
from engine.values import Json, Value

Task = Any

#: Steps of one case beyond which it is not taken again: SpiffWorkflow's time grows with the square of them.
MOST_STEPS = 6_000


class NotComparable(Exception):
    """Expected to be able to take the case again, but met a known defect of SpiffWorkflow, or a limit."""

    def __init__(self, defect: str, element: str = "") -> None:
        super().__init__(defect, element)
        self.defect, self.element = defect, element


class Wait(msgspec.Struct, frozen=True):
    """Something outside that has to happen."""

    kind: str
    task: Any
    happening: Happening


class _Conditions:
    """What SpiffWorkflow asks when it needs the value of a condition: our expressions, our scopes."""

    def __init__(self, case: Workflow) -> None:
        self.case = case

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        text = expression.strip()
        text = text[1:].strip() if text.startswith("=") else text
        return self.case.expressions.condition(text, Seen(self.case.scope(task)))


class Workflow(Variables):
    """A case at work on SpiffWorkflow."""

    def __init__(
        self, process: Process, *, now: datetime, expressions: Expressions, decisions: Decisions,
        most_steps: int = MOST_STEPS,
    ) -> None:  # fmt: skip
        super().__init__(process, now=now, expressions=expressions, decisions=decisions)
        self.most_steps, self.steps, self.status = most_steps, 0, "new"
        self._waits: dict[int, Wait] = {}
        self._last = 0
        #: Task → ``entering``, ``waits``, ``inside``, ``leaving``, or ``stopped-`` and where it goes on.
        self._stages: dict[Any, str] = {}
        self._listening: set[Any] = set()
        self._due: deque[tuple[str, Task]] = deque()
        self.flow = Flow(self, process.spec, process.subprocesses, _Conditions(self))

    # --- commands ---

    def start(self, variables: Mapping[str, Value]) -> Path:
        """Begins the process with its first variables; raises CaseNotActive."""
        self._begin("new")
        self.status = "active"
        for name, value in variables.items():
            self.write(self.root, name, value, here=True)
        return self._run()

    def complete(self, wait: int, answers: Mapping[str, Value]) -> Path:
        """Finishes a user task; raises WaitNotOpen."""
        return self._finish(wait, answers, None, "user")

    def deliver_result(self, wait: int, result: Mapping[str, Value]) -> Path:
        """Finishes a service task or a call activity; raises WaitNotOpen."""
        return self._finish(wait, result, "result", "job", "child")

    def deliver_error(self, wait: int, code: str) -> Path:
        """Raises a business error at a service task or call activity; raises WaitNotOpen."""
        task = self._wait(wait, "job", "child").task
        self._begin()
        self._close(wait)
        self._attempt("again", task, lambda: bodies.throw(self, task, code))
        return self._run()

    def deliver_message(self, wait: int, payload: Mapping[str, Value]) -> Path:
        """Brings a message to the event or receive task that waits for it; raises WaitNotOpen."""
        task = self._wait(wait, "message").task
        node = self.node(task)
        if node.type == "receiveTask":
            return self._finish(wait, payload, messages.UNDER, "message")
        self._begin()
        if isinstance(task.task_spec, specs.Boundary):
            self._reach(wait, task, dict(payload))
        else:
            self._close(wait)
            bodies.arrive(self, task, node, dict(payload))
            self._leave_soon(task)
        return self._run()

    def _reach(self, wait: int, event: Task, payload: dict[str, Value]) -> None:
        """A message reaches a boundary event; one that does not interrupt goes on listening for the next."""
        node = self.node(event)
        if node.interrupting:
            self._close(wait)
        else:
            again = event.parent._add_child(event.task_spec, TaskState.WAITING)
            again.task_spec._predict(again, mask=TaskState.NOT_FINISHED_MASK)
            self._listening.add(again.id)
            self._waits[wait] = msgspec.structs.replace(self._waits[wait], task=again)
        bodies.arrive(self, event, node, payload)
        self._fire(event)

    def fire_timer(self, wait: int) -> Path:
        """Lets a timer fire; raises WaitNotOpen."""
        task = self._wait(wait, "timer").task
        self._begin()
        self._close(wait)
        if isinstance(task.task_spec, specs.Boundary):
            self._fire(task)
        else:
            self._leave_soon(task)
        return self._run()

    def cancel(self) -> Path:
        """Ends the case before its end; raises CaseNotActive."""
        self._begin()
        self.flow.cancel()
        self._end("cancelled")
        return Counter(self._told)

    def retry(self, element: str, scope: str) -> Path:
        """Does again what had stopped with an incident at *element* in the scope of this label; raises WaitNotOpen."""
        for task, stage in self._stopped():
            if self.element(task) == element and self.scope(task).label == scope:
                self._begin()
                self._stages[task.id] = "entering"
                self._own.pop(task.id, None) if stage != "done" else None
                self._due.append((stage, task))
                return self._run()
        raise errors.WaitNotOpen()

    def waits(self, kind: str | None = None) -> dict[int, Wait]:
        """What the case waits for, by number."""
        return {key: wait for key, wait in self._waits.items() if kind in (None, wait.kind)}

    def variables(self, wait: int) -> Seen:
        """The variables that can be seen where the case waits; raises WaitNotOpen."""
        return Seen(self.seen_by(self._wait(wait).task))

    def evaluate(self, wait: int, text: str) -> Value:
        """The value of an attribute in the scope of a wait; raises WaitNotOpen and what the expression raises."""
        return self.evaluate_in(self.seen_by(self._wait(wait).task), text)

    # --- what happens ---

    def _begin(self, status: str = "active") -> None:
        if self.status != status:
            raise errors.CaseNotActive(status=self.status)
        self._told, self._undo = [], []
        self._due.clear()

    def _wait(self, wait: int, *kinds: str) -> Wait:
        found = self._waits.get(wait)
        if found is None or (kinds and found.kind not in kinds):
            raise errors.WaitNotOpen()
        return found

    def _finish(self, wait: int, answers: Mapping[str, Value], under: str | None, *kinds: str) -> Path:
        task = self._wait(wait, *kinds).task
        self._begin()
        bodies.answer(self, task, self.node(task), dict(answers), under)
        self._close(wait)
        self._leave_soon(task)
        return self._run()

    def _leave_soon(self, task: Task) -> None:
        self._stages[task.id] = "leaving"
        self._due.append(("done", task))

    def _run(self) -> Path:
        """Does what is to be done until nothing moves."""
        self._collect()
        while self._due:
            stage, task = self._due.popleft()
            if task.id in self._stages and task._state == TaskState.READY:
                self._step()
                self._attempt(stage, task, lambda stage=stage, task=task: self._do(stage, task))  # type: ignore[misc]
                self._collect()
        if self.flow.completed and self.status == "active":
            self._result()
            self._end("ended")
        return Counter(self._told)

    def _end(self, status: str) -> None:
        self.status = status
        self._told.append(Happening("ended", self.process.graph.id, "", status))

    def _result(self) -> None:
        """Works out what the process gives to its caller; where it cannot be worked out, the kernel does not end."""
        try:
            for extension in self.process.graph.extension_list("result"):
                values.encode(self.evaluate_in(self.root, extension.attributes.get("value", "")))
        except BihuanError as failed:
            raise NotComparable("incident-between", self.process.graph.id) from failed

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.most_steps:
            raise NotComparable("too-large")

    def _collect(self) -> None:
        """Does what is not in the diagram at once; of what is, tells that it is entered, and puts it in the queue."""
        moved = True
        while moved:
            moved = False
            for task in self.flow.ready():
                if task._state == TaskState.READY and self._one_ready(task):
                    moved = True

    def _one_ready(self, task: Task) -> bool:
        element = self.element(task) if isinstance(task.task_spec, specs.Drawn) else None
        if element is None:
            self._step()
            self._attempt("leave", task, task.run)
            return True
        stage = self._stages.get(task.id)
        if stage is None:
            self._entered(task, element)
            self._due.append(("enter", task))
        elif stage == "inside":
            self._leave_soon(task)
        return False

    def _entered(self, task: Task, element: str) -> None:
        self._stages[task.id] = "entering"
        if not self.process.graph.nodes[element].is_join:
            self._told.append(Happening("entered", element, self.scope(task).label))

    def _do(self, stage: str, task: Task) -> None:
        node = self.node(task)
        if stage in ("enter", "again"):
            said = bodies.enter(self, task, node)
            if task.id not in self._stages:
                return  # It was cancelled by what it did.
            self._stages[task.id] = said
            if said != bodies.GO:
                return
            if node.type in bodies.BODIES:
                self._leave_soon(task)
                return
        else:
            bodies.leave(self, task, node)
        task.run()

    def _attempt(self, stage: str, task: Task, act: Callable[[], Any]) -> None:
        """One step: whole, or an incident and nothing else."""
        told, self._undo = len(self._told), []
        try:
            act()
        except (BihuanError, WorkflowException, NoWayOn) as failed:
            element = self.element(task)
            if element is None or task._state == TaskState.COMPLETED:
                raise NotComparable("incident-between", element or "") from failed
            task._set_state(TaskState.READY)
            del self._told[told:]
            for undo in reversed(self._undo):
                undo()
            self._stages[task.id] = f"stopped-{stage}"
            self._told.append(Happening("incident", element, self.scope(task).label))

    def _stopped(self) -> list[tuple[Task, str]]:
        return [
            (task, self._stages[task.id].removeprefix("stopped-"))
            for task in self.flow.ready()
            if self._stages.get(task.id, "").startswith("stopped-")
        ]

    def _fire(self, event: Task) -> None:
        """A boundary event happens: it goes on at once, and what it interrupts ends with it."""
        event.internal_data["event_fired"] = True
        event.task_spec._update(event)
        self._entered(event, self.node(event).id)
        try:
            bodies.leave(self, event, self.node(event))
        except BihuanError as failed:
            raise NotComparable("incident-between", self.node(event).id) from failed
        event.run()

    # --- told by specifications and bodies ---

    def caught(self, event: Task, code: str) -> None:
        """A boundary event catches an error."""
        self._told.append(Happening("caught", self.node(event).id, "", code))
        self._fire(event)

    def taken(self, task: Task) -> None:
        """A sequence flow was taken."""
        flow = self.element(task)
        if flow is not None:
            self._told.append(Happening("flow", flow, self.scope(task).label))

    def left(self, task: Task) -> None:
        """An element was left."""
        if self._stages.pop(task.id, None) is not None:
            self._told.append(Happening("left", self.node(task).id, self.scope(task).label))
        self.flow.subprocesses.pop(task.id, None)

    def gone(self, task: Task) -> None:
        """A task was cancelled, or taken out of the tree, with all that is inside of it."""
        for number in [number for number, wait in self._waits.items() if wait.task is task]:
            self._close(number)
        inside = self.flow.subprocesses.get(task.id)
        if inside is not None and not inside.completed:
            inside.cancel()
        if self._stages.pop(task.id, None) is not None and not self.node(task).is_join:
            self._told.append(Happening("cancelled", self.node(task).id, self.scope(task).label))

    def listen(self, event: Task) -> None:
        """A timer or message is waited for at a boundary, once."""
        if event.id in self._listening:
            return
        self._listening.add(event.id)
        node = self.node(event)
        try:
            bodies.listen(self, event, node, self.scope(event))
        except BihuanError as failed:
            raise NotComparable("incident-between", node.id) from failed

    def wait(self, kind: str, task: Task, details: dict[str, Json]) -> None:
        """Opens a wait."""
        self._last += 1
        happening = opened(kind, self.node(task).id, self.scope(task).label, details)
        self._waits[self._last] = Wait(kind, task, happening)
        self._undo.append(lambda number=self._last: self._waits.pop(number, None))  # type: ignore[misc]
        self._told.append(happening)

    def _close(self, number: int) -> None:
        happening = self._waits.pop(number).happening
        told = Happening(happening.what.replace("waits", "waits-no-longer"), happening.element, happening.scope)
        self._told.append(told)
