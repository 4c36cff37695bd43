"""A case of a small diagram, told in sentences; after each command it is saved, shuffled, loaded and audited."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine import bpmn, feel, values
from engine.bpmn import facts
from engine.instances.turns import Turn
from engine.second.comparing import SAME, Comparison, Verdict

#: Reasons for which a case of the running test could not be compared on the second engine.
LIMITS_MET: list[str] = []

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


class Feel:
    """The expression language, at the time of the case."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def evaluate(self, text: str, scope: Mapping[str, Any]) -> Any:
        return feel.parse(text).evaluate(scope, now=self.now, strict=True)

    def condition(self, text: str, scope: Mapping[str, Any]) -> bool:
        return feel.condition(feel.parse(text), scope, self.now)


class Grade(msgspec.Struct):
    """What the one decision of the tests says."""

    value: Any
    rows: list[str]


class Grades:
    """The decision ``grade``: high from 10 points on."""

    def decide(self, ref: str, scope: Mapping[str, Any]) -> Grade:
        assert ref == "grade"
        return Grade("high", ["r1"]) if scope["points"] >= 10 else Grade("low", ["r2"])


class Case:
    """Commands in; what waits, what was taken and what is known, out; each is compared on the second engine."""

    def __init__(self, source: bytes, *, limits: bpmn.Limits | None = None, seed: int | None = 1, **known: Any) -> None:
        self.graph, self.limits, self.now, self.last = bpmn.read(source), limits, NOW, 0
        self.shuffle = random.Random(seed) if seed is not None else None
        self.state, self.facts = bpmn.State(), []
        #: A second state that knows nothing but the facts, as the journal has them.
        self.folded = bpmn.State()
        self.second = Comparison(source, Feel, lambda now: Grades())
        self.verdict: Verdict = SAME
        self._run("start", known)

    @property
    def waits(self) -> str:
        """The elements that wait, in the order of the alphabet."""
        return " ".join(sorted(wait.element for wait in self.state.waits.values()))

    @property
    def incidents(self) -> str:
        """The elements at which an incident stands."""
        return " ".join(sorted(token.element for token in self.state.tokens.values() if token.incident))

    @property
    def ended(self) -> bool:
        return self.state.status == "ended" and not self.state.waits and not self.state.tokens

    @property
    def status_line(self) -> str:
        """The status, and where an incident stands."""
        return self.state.status + (f" with incident at {self.incidents}" if self.incidents else "")

    @property
    def flows(self) -> str:
        """The sequence flows that were taken, in their order."""
        return " ".join(fact.flow for fact in self.facts if isinstance(fact, facts.FlowTaken))

    @property
    def variables(self) -> dict[str, Any]:
        return {name: values.decode(value) for name, value in bpmn.process_variables(self.state).items()}

    def wait(self, element: str) -> int:
        """The first wait at *element*."""
        return min(key for key, wait in self.state.waits.items() if wait.element == element)

    def due(self, element: str) -> str:
        return str(self.state.waits[self.wait(element)].details["due"])

    def inputs(self, element: str) -> Any:
        return self.state.waits[self.wait(element)].details["inputs"]

    def sees(self, element: str, name: str) -> Any:
        """A variable as it is seen at a wait."""
        return self._workflow().variables(self.wait(element))[name]

    def complete(self, element: str, /, **answers: Any) -> Case:
        wait = self.wait(element)
        return self._run("complete", wait, answers)

    def deliver(self, element: str, /, **result: Any) -> Case:
        """The result of a job or of a called case arrives."""
        wait = self.wait(element)
        return self._run("deliver_result", wait, result)

    def fail(self, element: str, code: str = "E1") -> Case:
        wait = self.wait(element)
        return self._run("deliver_error", wait, code)

    def fire(self, element: str, after: timedelta = timedelta()) -> Case:
        wait, self.now = self.wait(element), self.now + after
        return self._run("fire_timer", wait)

    def asked(self, element: str) -> tuple[str, str | None]:
        """The name and the key of the message that is waited for."""
        details = self.state.waits[self.wait(element)].details
        return details["name"], details["key"]

    def send(self, element: str, /, **payload: Any) -> Case:
        """A message arrives at *element*."""
        wait = self.wait(element)
        return self._run("deliver_message", wait, payload)

    def retry(self, element: str) -> Case:
        token = min(key for key, token in self.state.tokens.items() if token.element == element and token.incident)
        return self._run("retry", token)

    def cancel(self) -> Case:
        return self._run("cancel")

    def give(self, known: Mapping[str, Any]) -> Case:
        """An administrator mends variables of the process."""
        root = min(self.state.scopes)
        for name, value in known.items():
            fact = facts.VariableWritten(root, name, values.encode(value))
            self.state.apply(fact)
            self.facts.append(fact)
        self.second.give(known)
        return self

    def result(self) -> dict[str, Any]:
        return self._workflow().result()

    def _workflow(self) -> bpmn.Workflow:
        return bpmn.Workflow(
            self.graph, self.state, ids=self._id, now=self.now, expressions=Feel(self.now), decisions=Grades(),
            limits=self.limits,
        )  # fmt: skip

    def _id(self) -> int:
        self.last += 1
        return self.last

    def _run(self, call: Any, *arguments: Any) -> Case:
        """Runs a method of the workflow by its name, or a function that the second engine does not know."""
        workflow, name = self._workflow(), call if isinstance(call, str) else "other"
        try:
            told = list(getattr(workflow, call)(*arguments) if name == call else call(workflow))
            self.facts.extend(told)
        finally:
            self._audit()
        self.verdict = self.second.take([Turn(call=name, arguments=arguments, now=self.now, facts=told)])
        assert self.verdict.word != "differs", self.verdict
        if self.verdict.word == "not-comparable":
            LIMITS_MET.append(self.verdict.defect)
        return self

    def _audit(self) -> None:
        """What is stored says all: loading it, and folding the facts, give the same state byte for byte."""
        saved = self.state.save()
        for fact in self.facts[self.folded.n :]:
            self.folded.apply(bpmn.decode_fact(json.loads(json.dumps(bpmn.encode_fact(fact)))))
        assert self.folded.save() == saved
        if self.shuffle is not None:
            self.state = bpmn.State.load(json.dumps(mixed(json.loads(saved), self.shuffle)))
            assert self.state.save() == saved


def mixed(found: Any, shuffle: random.Random) -> Any:
    """The same JSON with the keys of its objects in another order."""
    if isinstance(found, list):
        return [mixed(item, shuffle) for item in found]
    if not isinstance(found, dict):
        return found
    keys = list(found)
    shuffle.shuffle(keys)
    return {key: mixed(found[key], shuffle) for key in keys}
