"""SpiffWorkflow as it is installed, with its own classes and Python expressions: what our adapter is not."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState


def workflow(source: bytes, process: str = "p") -> Any:
    """A process that was read and has not begun to run."""
    parser = BpmnParser()
    parser.add_bpmn_str(source)
    return BpmnWorkflow(parser.get_spec(process), parser.get_subprocess_specs(process))


class Stock:
    """A case of it."""

    def __init__(self, source: bytes, **data: Any) -> None:
        self.flow = workflow(source)
        self.flow.task_tree.data.update(data)
        self.flow.do_engine_steps()

    @property
    def waits(self) -> str:
        """The elements at which people are waited for, in the order of the alphabet."""
        return " ".join(sorted(task.task_spec.name.removesuffix(" [child]") for task in self._manual()))

    @property
    def ended(self) -> bool:
        return bool(self.flow.completed)

    def complete(self, name: str, number: int = 0, **data: Any) -> Stock:
        """Finishes the first task, or the one of this *number*, at an element."""
        found = [task for task in self._manual() if task.task_spec.name.removesuffix(" [child]") == name]
        found[number].data.update(data)
        found[number].run()
        self.flow.do_engine_steps()
        return self

    def data(self, name: str) -> dict[str, Any]:
        """The data of the first waiting task at an element."""
        return next(task.data for task in self._manual() if task.task_spec.name == name)

    def _manual(self) -> list[Any]:
        return [task for task in self.flow.get_tasks(state=TaskState.READY) if task.task_spec.manual]
