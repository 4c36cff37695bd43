"""Joins that a way leads back to: one token of each flow goes on, the others wait for their turn.

SpiffWorkflow's own classes go on too early or crash there (defects ``parallel-in-loop`` and ``inclusive-in-loop``), so
these count tokens as BPMN 2.0 §13.3.1 and §13.3.3 say. Everywhere else its own classes are used.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.util.task import TaskState

from engine.second.specs import Drawn

Task = Any

_MOVING = TaskState.READY | TaskState.STARTED | TaskState.WAITING


class _Counting(Drawn):
    """Tokens wait, each as a task of its own, until a set of them goes on as one."""

    def _update_hook(self, my_task: Task) -> bool:
        arrived = self._arrived(my_task)
        if not self._complete(my_task, arrived):
            my_task._set_state(TaskState.WAITING)
            return False
        for waiting in arrived.values():
            if waiting is not my_task and my_task.parent.task_spec is not waiting.parent.task_spec:
                waiting.cancel()
        return True

    def _arrived(self, my_task: Task) -> dict[str, Task]:
        """Flow → the first token that came over it and waits; *my_task* for its own."""
        found = {my_task.parent.task_spec.name: my_task}
        for task in my_task.workflow.tasks.unfinished():
            if task.task_spec is self and task._state == TaskState.WAITING:
                found.setdefault(task.parent.task_spec.name, task)
        return found

    def _complete(self, my_task: Task, arrived: dict[str, Task]) -> bool:
        raise NotImplementedError


class CountingFork(_Counting, ParallelGateway):
    """A parallel gateway in a loop."""

    def _complete(self, my_task: Task, arrived: dict[str, Task]) -> bool:
        return set(self._inputs) <= set(arrived)

    def _run_hook(self, my_task: Task) -> bool:
        return True


class CountingSome(_Counting, InclusiveGateway):
    """An inclusive gateway in a loop."""

    def _complete(self, my_task: Task, arrived: dict[str, Task]) -> bool:
        missing = [name for name in self._inputs if name not in arrived]
        to_missing, to_arrived = self._before(missing), self._before(list(arrived))
        for task in my_task.workflow.tasks.unfinished():
            if task._state & _MOVING and task.task_spec is not self:
                name = _standing(task)
                if name in to_missing and name not in to_arrived:
                    return False
        return True

    def _before(self, names: list[str]) -> set[str]:
        """From where one of these can be reached without passing this gateway."""
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen and name != self.name:
                seen.add(name)
                waiting += self._wf_spec.task_specs[name]._inputs
        return seen

    def _run_hook(self, my_task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        if not my_task.children:
            raise NoWayOn
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class NoWayOn(Exception):
    """Expected a flow whose condition is true, found none."""


def _standing(task: Task) -> str:
    """Where a token stands: for an activity with boundary events, before both."""
    name: str = task.task_spec.name.removesuffix(" [child]")
    before = f"{name}.BoundaryEventSplit"
    if task.parent is not None and task.parent.task_spec.name.endswith(".BoundaryEventSplit"):
        return str(task.parent.task_spec.name)
    return before if before in task.workflow.spec.task_specs else name
