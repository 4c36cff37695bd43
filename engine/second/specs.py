"""SpiffWorkflow's elements as we use them: its own classes, which tell what happens to the case that they belong to.

What an activity *does* (a script, a wait) is ours: :mod:`engine.second.bodies`. What follows what, how many instances
there are, when they are over, what a boundary event ends and when a container is over, stays SpiffWorkflow's.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    StartEvent,
    SubWorkflowTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

Task = Any


class Drawn(BpmnSpecMixin):
    """An element of the diagram."""

    def _on_complete_hook(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.case.left(my_task)
        super()._on_complete_hook(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.case.gone(my_task)
        super()._on_cancel(my_task)


class Taken(BpmnSpecMixin):
    """A sequence flow, as a step of its own between two elements: so that two flows between the same two are two."""

    def _on_complete_hook(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.case.taken(my_task)
        super()._on_complete_hook(my_task)


class Start(Drawn, StartEvent):
    """A start event."""


class End(Drawn, EndEvent):
    """An end event: plain or terminate. Errors are thrown by :mod:`engine.second.bodies` (defect ``error-end``)."""


class Activity(Drawn):
    """A task, a call, or a timer or message on the way: what it does and waits for is ours."""


class Choice(Drawn, ExclusiveGateway):
    """An exclusive gateway."""


class Fork(Drawn, ParallelGateway):
    """A parallel gateway that no way leads back to."""


class Some(Drawn, InclusiveGateway):
    """An inclusive gateway that no way leads back to."""


class Boundary(Drawn, BoundaryEvent):
    """A boundary event."""


class Subprocess(Drawn, SubWorkflowTask):
    """A sub-process. It begins when it is its turn, not while the element before it ends."""

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def begin(self, my_task: Task) -> None:
        """Starts what is inside."""
        super()._update_hook(my_task)


class Items:
    """What a multi-instance activity goes through: numbers, behind which the case keeps the values."""

    bpmn_id = "items"

    def exists(self, my_task: Task) -> bool:
        return True

    def get(self, my_task: Task) -> list[int]:
        return list(range(my_task.internal_data["items"]))


class _Instances:
    """Several instances: SpiffWorkflow counts, begins and ends them; variables and outputs are ours."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.data_input, self.data_output, self.input_item, self.output_item = Items(), None, None, None

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def begin(self, my_task: Task) -> bool:
        """Begins the first or all; True where there are none."""
        return bool(super()._update_hook(my_task))  # type: ignore[misc]

    def create_child(self, my_task: Task, item: int, key_or_index: int | None = None) -> None:
        my_task.workflow.top_workflow.case.instance_begins(my_task, item)
        super().create_child(my_task, item, key_or_index)  # type: ignore[misc]
        my_task.workflow.top_workflow.case.instance_begun(my_task, my_task.children[-1])

    def merge_child(self, workflow: Any, child: Task) -> None:
        child.workflow.top_workflow.case.instance_done(child)
        super().merge_child(workflow, child)  # type: ignore[misc]


class Together(_Instances, Drawn, ParallelMultiInstanceTask):
    """Instances at once."""


class InTurn(_Instances, Drawn, SequentialMultiInstanceTask):
    """Instances one after the other."""


class Listener(TimerEventDefinition):
    """What listens at a boundary: our clock and our words for time (defect ``timers``), our keys for messages."""

    def has_fired(self, my_task: Task) -> bool:
        my_task.workflow.top_workflow.case.listen(my_task)
        return bool(my_task.internal_data.get("event_fired", False))


class EndJoin(_EndJoin):
    """The end of a container; looks at its tasks one by one and not down the tree (defect ``depth``)."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        return not any(
            task.task_spec is not self and task.task_spec.name != "End"
            for task in my_task.workflow.tasks.unfinished()
        )


class Container(BpmnProcessSpec):
    """A process or sub-process."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        del self.task_specs[self.end.name]
        end = self.task_specs.pop("End")
        self.end: Any = EndJoin(self, f"{self.name}.EndJoin")
        self.task_specs["End"] = end
        end.inputs = []
        self.end.connect(end)
