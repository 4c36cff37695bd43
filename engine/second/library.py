"""SpiffWorkflow's workflow as we run it: it tells a case what happens, and finds its tasks without walking the tree."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

Task = Any

#: The version that is installed; the defects are those of this one.
VERSION = version("SpiffWorkflow")

# Its loggers gather what they would say even where nobody listens, which takes a third of its time.
for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class Tasks(dict[Any, Task]):
    """The tasks of a workflow; it knows which of them are not finished, however many are."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._open: dict[Any, Task] = dict(self)

    def __setitem__(self, key: Any, task: Task) -> None:
        super().__setitem__(key, task)
        self._open[key] = task

    def unfinished(self) -> list[Task]:
        """The tasks that are not finished, the oldest first."""
        for key, task in list(self._open.items()):
            if task._state & TaskState.FINISHED_MASK or key not in self:
                del self._open[key]
        return list(self._open.values())


class _Scanned:
    """Looks at open tasks one by one: walking the tree stops silently at a depth of 1,000 (defect ``depth``)."""

    _tasks: Tasks

    @property
    def tasks(self) -> Tasks:
        """All tasks by their ids."""
        return self._tasks

    @tasks.setter
    def tasks(self, tasks: dict[Any, Task]) -> None:
        self._tasks = Tasks(tasks)

    def update_waiting_tasks(self) -> None:
        for task in self.tasks.unfinished():
            if task._state == TaskState.WAITING:
                task.task_spec._update(task)


class Inside(_Scanned, BpmnSubWorkflow):
    """A sub-process at work."""


class Flow(_Scanned, BpmnWorkflow):
    """A process at work, for one case."""

    def __init__(self, case: Any, spec: Any, subprocesses: dict[str, Any], conditions: Any) -> None:
        self.case = case
        super().__init__(spec, subprocesses, script_engine=conditions)
        self.task_removed_event.connect(self._removed)

    def create_subprocess(self, my_task: Task, spec_name: str) -> Any:
        subprocess = Inside(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def ready(self) -> Iterator[Task]:
        """The tasks whose turn it is, or which wait for us."""
        for workflow in (self, *list(self.subprocesses.values())):
            for task in workflow.tasks.unfinished():
                if task._state == TaskState.READY:
                    yield task

    def _removed(self, _workflow: Any, task: Task) -> None:
        self.case.gone(task)
