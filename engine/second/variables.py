"""The variables of a case on the second engine: in which scope a task stands, and what is written there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine import values
from engine.bpmn import Decisions, Expressions, Node
from engine.second.library import Flow
from engine.second.parser import Process
from engine.second.path import Happening, written
from engine.second.scopes import Scope, Seen
from engine.values import Json, Value

Task = Any


class Variables:
    """Scopes by the tasks to which they belong."""

    flow: Flow

    def __init__(self, process: Process, *, now: datetime, expressions: Expressions, decisions: Decisions) -> None:
        self.process = process
        self.root = Scope.process()
        self._scopes: dict[Any, Scope] = {}
        self._own: dict[Any, Scope] = {}
        self._items: dict[Any, list[Value]] = {}
        self._outputs: dict[Any, dict[int, Json]] = {}
        #: The number of the instance that SpiffWorkflow is about to begin.
        self._next = 0
        self._told: list[Happening] = []
        #: What takes back what the running step did.
        self._undo: list[Callable[[], Any]] = []
        self.at(now, expressions, decisions)

    def at(self, now: datetime, expressions: Expressions, decisions: Decisions) -> None:
        """The next command comes at this time."""
        self.now, self.expressions, self.decisions = now, expressions, decisions

    def element(self, task: Task) -> str | None:
        """The element of the diagram at which a task stands."""
        return self.process.element(task.task_spec)

    def node(self, task: Task) -> Node:
        """The attributes of that element."""
        element = self.element(task)
        assert element is not None
        return self.process.graph.nodes[element]

    def owner(self, task: Task) -> Task | None:
        """The sub-process in which a task stands."""
        parent = task.workflow.parent_task_id
        return self.flow.get_task_from_id(parent) if parent is not None else None

    def scope(self, task: Task) -> Scope:
        """The scope in which a task stands: an instance's, or its container's."""
        if task.id in self._scopes:
            return self._scopes[task.id]
        parent = task.workflow.parent_task_id
        return self._scopes[(parent, "inside")] if parent is not None else self.root

    def own(self, task: Task) -> Scope | None:
        """The scope of an activity's mapping."""
        return self._own.get(task.id)

    def seen_by(self, task: Task) -> Scope:
        """The scope in which its expressions are evaluated."""
        return self.own(task) or self.scope(task)

    def open_own(self, task: Task) -> Scope:
        """Opens the scope of an activity's mapping."""
        self._own[task.id] = self.scope(task).activity(self.node(task).id)
        self._undo.append(lambda: self._own.pop(task.id, None))
        return self._own[task.id]

    def open_inside(self, task: Task) -> None:
        """Opens the scope of a sub-process."""
        self._scopes[(task.id, "inside")] = self.seen_by(task).subprocess(self.node(task).id)

    def open_instances(self, task: Task, items: list[Value]) -> Scope:
        """Opens the scope of several instances."""
        scope = self.scope(task).instances(self.node(task).id)
        self._scopes[(task.id, "instances")], self._items[task.id], self._outputs[task.id] = scope, items, {}
        return scope

    def instance_begins(self, task: Task, number: int) -> None:
        """SpiffWorkflow is about to begin an instance."""
        self._next = number

    def instance_begun(self, task: Task, child: Task) -> None:
        """It has: the instance gets its scope, its number and its item."""
        scope = self._scopes[(task.id, "instances")]
        self._scopes[child.id] = instance = scope.instance()
        self.write(instance, "loopCounter", self._next + 1, here=True)
        loop = self.node(task).loop
        if loop is not None and loop.item:
            self.write(instance, loop.item, self._items[task.id][self._next], here=True)
        child.internal_data["number"] = self._next
        self._count(scope, "nrOfActiveInstances", 1)

    def instance_done(self, child: Task) -> None:
        """An instance has ended: its output is kept by its number."""
        task, scope = child.parent, self._scopes[child.id]
        loop = self.node(child).loop
        if loop is not None and loop.output:
            value = self.evaluate_in(scope, loop.output_item) if loop.output_item else None
            self._outputs[task.id][child.internal_data["number"]] = values.encode(value)
        outer = self._scopes[(task.id, "instances")]
        self._count(outer, "nrOfCompletedInstances", 1)
        self._count(outer, "nrOfActiveInstances", -1)

    def gathered(self, task: Task) -> list[Value]:
        """The outputs of the instances, in the order of the items."""
        return [values.decode(value) for _, value in sorted(self._outputs[task.id].items())]

    def _count(self, scope: Scope, name: str, by: int) -> None:
        self.write(scope, name, scope.variables[name] + by, here=True)

    def write(self, scope: Scope, name: str, value: Value, *, here: bool = False) -> None:
        """Writes a variable: into this very scope, or where the rule says."""
        encoded = values.encode(value)
        holder = scope if here else scope.holder(name)
        before = dict(holder.variables)
        self._undo.append(lambda: setattr(holder, "variables", before))
        holder.variables[name] = encoded
        self._told.append(written(name, holder.label, encoded))

    def evaluate_in(self, scope: Scope, text: str) -> Value:
        """The value of an attribute: FEEL after an equals sign, else the text itself."""
        return self.expressions.evaluate(text[1:], Seen(scope)) if text.startswith("=") else text

    def decide(self, scope: Scope, ref: str) -> Value:
        """The value of a decision."""
        return self.decisions.decide(ref, Seen(scope)).value
