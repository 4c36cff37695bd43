"""The kernel: moves a case until it waits again; the step of each element succeeds whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import values
from engine.bpmn import activity, errors, events, facts, joins, messages
from engine.bpmn.facts import Fact
from engine.bpmn.flows import leave
from engine.bpmn.graph import ACTIVITIES, Graph
from engine.bpmn.machine import Decisions, Expressions, Limits, Machine
from engine.bpmn.scope import View
from engine.bpmn.state import State, Wait
from engine.errors import BihuanError
from engine.values import Value


class Workflow:
    """A case at work: commands in, facts out."""

    def __init__(
        self, graph: Graph, state: State, *, ids: Callable[[], int], now: datetime, expressions: Expressions,
        decisions: Decisions, limits: Limits | None = None,
    ) -> None:  # fmt: skip
        self.graph, self.state = graph, state
        self._machine = Machine(
            graph, state, ids=ids, now=now, expressions=expressions, decisions=decisions, limits=limits or Limits()
        )

    @property
    def facts(self) -> list[Fact]:
        """What has happened since the last command began."""
        return self._machine.facts

    def start(self, variables: Mapping[str, Value]) -> list[Fact]:
        """Begins the process with its first variables; raises CaseNotActive where it has begun."""
        self._begin("new")
        self._whole(lambda: self._open(variables))
        return self._run()

    def complete(self, wait: int, answers: Mapping[str, Value]) -> list[Fact]:
        """Finishes a user task with its answers; raises WaitNotOpen."""
        return self._finish(self._wait(wait, "user"), wait, answers, None)

    def deliver_result(self, wait: int, result: Mapping[str, Value]) -> list[Fact]:
        """Finishes a service task or a call activity; the mapping sees *result*. Raises WaitNotOpen."""
        return self._finish(self._wait(wait, "job", "child"), wait, result, "result")

    def deliver_error(self, wait: int, code: str) -> list[Fact]:
        """Raises a business error at a service task or call activity; raises WaitNotOpen."""
        token = self._wait(wait, "job", "child").token
        machine = self._begin()
        machine.close_wait(wait)
        self._attempt("again", token, lambda: events.throw(machine, token, code))
        return self._run()

    def deliver_message(self, wait: int, payload: Mapping[str, Value]) -> list[Fact]:
        """Brings a message to the event or receive task that waits for it; raises WaitNotOpen.

        The mapping out sees its values as ``result``; without one they are not written.
        """
        found = self._wait(wait, "message")
        if self.graph.nodes[found.element].type == "receiveTask":
            return self._finish(found, wait, payload, messages.UNDER)
        machine = self._begin()
        self._whole(lambda: events.receive(machine, wait, payload))
        return self._run()

    def fire_timer(self, wait: int) -> list[Fact]:
        """Lets a timer fire; raises WaitNotOpen."""
        self._wait(wait, "timer")
        machine = self._begin()
        self._whole(lambda: events.fire(machine, wait))
        return self._run()

    def cancel(self) -> list[Fact]:
        """Ends the case before its end; raises CaseNotActive where it has ended."""
        machine = self._begin()
        root = min(self.state.scopes)
        for token in self.state.tokens_in(root):
            if token in self.state.tokens:
                machine.cancel(token)
        machine.emit(facts.InstanceEnded("cancelled"))
        return machine.facts

    def retry(self, token: int) -> list[Fact]:
        """Does again what had stopped with an incident; raises WaitNotOpen where nothing stands there."""
        found = self.state.tokens.get(token)
        if found is None or found.incident is None:
            raise errors.WaitNotOpen()
        machine = self._begin()
        machine.emit(facts.IncidentResolved(token))
        machine.todo.append((found.incident, token))
        return self._run()

    def waits(self, kind: str | None = None) -> dict[int, Wait]:
        """What the case waits for, by number."""
        return {key: wait for key, wait in self.state.waits.items() if kind in (None, wait.kind)}

    def variables(self, wait: int) -> View:
        """The variables that can be seen where the case waits; raises WaitNotOpen."""
        return View(self.state, self._machine.seen_by(self._wait(wait).token))

    def evaluate(self, wait: int, text: str) -> Value:
        """The value of an attribute in the scope of a wait; raises WaitNotOpen and what the expression raises."""
        return self._machine.evaluate(text, self._machine.seen_by(self._wait(wait).token))

    def result(self) -> dict[str, Value]:
        """What the ended process gives to its caller."""
        return self._machine.result()

    def _begin(self, status: str = "active") -> Machine:
        """A new command, with all of its budget; raises CaseNotActive."""
        if self.state.status != status:
            raise errors.CaseNotActive(status=self.state.status)
        self._machine.begin()
        return self._machine

    def _wait(self, wait: int, *kinds: str) -> Wait:
        """The open wait of this number and of one of *kinds*, if any are given; raises WaitNotOpen."""
        found = self.state.waits.get(wait)
        if found is None or (kinds and found.kind not in kinds):
            raise errors.WaitNotOpen()
        return found

    def _open(self, variables: Mapping[str, Value]) -> None:
        machine = self._machine
        scope = machine.open_scope("process", self.graph.id, None, None)
        for name, value in variables.items():
            machine.write(scope, name, value, here=True)
        activity.begin(machine, scope)

    def _finish(self, found: Wait, wait: int, answers: Mapping[str, Value], under: str | None) -> list[Fact]:
        machine, token = self._begin(), found.token
        self._whole(lambda: activity.answer(machine, token, answers, under=under))
        machine.close_wait(wait)
        machine.todo.append(("done", token))
        return self._run()

    def _run(self) -> list[Fact]:
        """Does what is to be done until nothing moves."""
        machine, steps = self._machine, 0
        while machine.todo or joins.release(machine):
            while machine.todo:
                stage, key = machine.todo.popleft()
                if stage != "empty" and (key not in self.state.tokens or self.state.tokens[key].incident):
                    continue
                steps += 1
                if steps > machine.limits.steps:
                    self._spent(stage, key)
                    return machine.facts
                self._attempt(stage, key, lambda stage=stage, key=key: STEPS[stage](machine, key))  # type: ignore[misc]
        return machine.facts

    def _attempt(self, stage: str, key: int, act: Callable[[], None]) -> None:
        """One step: whole, or an incident and nothing else."""
        try:
            self._whole(act)
        except BihuanError as failed:
            self._stand_still(stage, key, failed)

    def _whole(self, act: Callable[[], None]) -> None:
        """Does *act*, or nothing: raises what it raises when all is again as it was."""
        machine = self._machine
        mark, told, due = self.state.mark(), len(machine.facts), len(machine.todo)
        try:
            act()
        except BihuanError:
            self.state.go_back(mark)
            del machine.facts[told:]
            while len(machine.todo) > due:  # A step only appends.
                machine.todo.pop()
            raise

    def _stand_still(self, stage: str, token: int, failed: BihuanError) -> None:
        told = values.encode({name: str(value)[:200] for name, value in failed.values.items()})
        element = self.state.tokens[token].element
        self._machine.emit(facts.IncidentRaised(token, element, stage, failed.code, told))

    def _spent(self, stage: str, key: int) -> None:
        """The budget is spent: every token that still had something to do stands still, so that none is forgotten."""
        machine = self._machine
        spent = errors.BudgetSpent(limit=machine.limits.steps, unit="steps")
        machine.todo.appendleft((stage, key))
        while machine.todo:
            stage, key = machine.todo.popleft()
            if stage == "empty":  # Costs nothing, and may leave a token that then stands still too.
                _empty(machine, key)
            elif key in self.state.tokens and self.state.tokens[key].incident is None:
                self._stand_still(stage, key, spent)


def _enter(machine: Machine, token: int) -> None:
    found = machine.state.tokens[token]
    node = machine.graph.nodes[found.element]
    if found.flow is not None:
        joins.arrive(machine, token)
    elif found.fired:
        activity.done(machine, token)
    elif node.type in ACTIVITIES:
        activity.enter(machine, token)
    elif node.type == "intermediateCatchEvent":
        events.catch(machine, token)
    elif node.trigger is not None and node.trigger.kind == "message":
        activity.throw(machine, token)
    elif node.type == "endEvent":
        events.end(machine, token)
    else:
        leave(machine, token)


def _empty(machine: Machine, scope: int) -> None:
    """A scope may have come to its end: the last token has left it."""
    if scope not in machine.state.scopes or machine.state.tokens_in(scope):
        return
    found = machine.state.scopes[scope]
    if found.kind == "process":
        machine.emit(facts.InstanceEnded("ended"))
    elif found.kind == "subprocess" and found.owner is not None:
        machine.close_scope(scope)
        if machine.state.tokens[found.owner].own == scope:
            machine.mark(found.owner, "own", None)
        machine.todo.append(("done", found.owner))


STEPS: dict[str, Callable[[Machine, int], Any]] = {
    "enter": _enter,
    "again": activity.again,
    "done": activity.done,
    "leave": leave,
    "empty": _empty,
}
