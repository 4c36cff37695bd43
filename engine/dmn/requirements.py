"""The requirement graph: evaluates what a decision requires before the decision itself, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Final

from engine.dmn import model
from engine.dmn.boxed import Boxes
from engine.dmn.decided import Decided
from engine.dmn.errors import DmnCircle, DmnUnknownDecision
from engine.feel import FeelBudgetExceeded, types
from engine.feel.functions import Function
from engine.feel.numbers import normal
from engine.feel.run import MAX_CALL_DEPTH, Run, Scope
from engine.values import Value

#: What a requirement counts in the budget of depth: chains of some thirty decisions are possible.
_DEPTH: Final = 6


def evaluate(
    decided: model.Model, decision_id: str, scope: Mapping[str, Value], *, now: datetime | None = None
) -> Decided:
    """The value of a decision over the variables of *scope*, and the rows that matched on the way."""
    decision = decided.decisions.get(decision_id)
    if decision is None:
        raise DmnUnknownDecision(decision=decision_id)
    return _decided(decided, scope, now, lambda evaluation: evaluation.decision(decision))


def evaluate_service(
    decided: model.Model, service_id: str, scope: Mapping[str, Value], *, now: datetime | None = None
) -> Decided:
    """The value of a decision service: of its output decision, or a context of them if there are several."""
    service = decided.services.get(service_id)
    if service is None:
        raise DmnUnknownDecision(decision=service_id)

    def value(evaluation: _Evaluation) -> Value:
        function = evaluation.service(service)
        return function.positional(evaluation.run, [scope.get(name) for name in function.parameters])

    return _decided(decided, scope, now, value)


def _decided(
    decided: model.Model, scope: Mapping[str, Value], now: datetime | None, value_of: Callable[[_Evaluation], Value]
) -> Decided:
    run = Run(now, types=decided.types)
    boxes = Boxes(decided.names)
    try:
        value = value_of(_Evaluation(decided, boxes, Scope(scope, None, run), {}))
    except RecursionError:  # a second wall: the budget of depth stops before it in every known case
        raise FeelBudgetExceeded(what="depth", limit=MAX_CALL_DEPTH) from None
    run.weigh(value)
    return Decided(normal(value) if isinstance(value, Decimal) else value, tuple(boxes.rows))


class _Evaluation:
    """Values of decisions, by id, over one set of input data."""

    def __init__(self, decided: model.Model, boxes: Boxes, given: Scope, known: dict[str, Value]) -> None:
        self._model = decided
        self._boxes = boxes
        self._given = given
        self.run = given.run
        self._known = known
        self._open: set[str] = set()

    def decision(self, decision: model.Decision) -> Value:
        """The value, which has the type of the decision's variable or is null."""
        if decision.id not in self._known:
            with self._inside(decision.id):
                value = self._boxes.value(decision.logic, self._scope(decision.requires))
            self._known[decision.id] = types.coerce(value, decision.type, self.run)
        return self._known[decision.id]

    @contextmanager
    def _inside(self, part: str) -> Iterator[None]:
        """While *part* is evaluated, it cannot be required again."""
        if part in self._open:
            raise DmnCircle(decision=part)
        self._open.add(part)
        self.run.enter(_DEPTH)
        yield
        self.run.leave(_DEPTH)
        self._open.discard(part)

    def _scope(self, requires: Sequence[str]) -> Scope:
        """The required variables, before all that was given."""
        found: dict[str, Value] = {}
        for required in requires:
            part = self._model.part(required)
            if part is not None:
                found[part.variable if isinstance(part, model.Decision) else part.name] = self._part(part)
        return Scope(found, self._given, self.run)

    def _part(self, part: model.Part) -> Value:
        match part:
            case model.Decision():
                return self.decision(part)
            case model.InputData():
                return self._input(part)
            case model.Knowledge():
                return self._knowledge(part)
            case model.Service():
                return self.service(part)

    def _input(self, part: model.InputData) -> Value:
        try:
            value = self._given.names[part.name]
        except KeyError:
            return None
        return types.coerce(value, part.type, self.run)

    def _knowledge(self, part: model.Knowledge) -> Value:
        if part.id not in self._known:
            with self._inside(part.id):
                self._known[part.id] = self._boxes.value(part.function, self._scope(part.requires))
        return self._known[part.id]

    def service(self, service: model.Service) -> Function:
        """The service as a function of its input data, then of its input decisions."""
        inputs = [self._model.inputs[id].name for id in service.input_data if id in self._model.inputs]
        decisions = [self._model.decisions[id] for id in service.input_decisions if id in self._model.decisions]

        def invoke(run: Run, arguments: Sequence[Value]) -> Value:
            given = dict(zip([*inputs, *(decision.variable for decision in decisions)], arguments, strict=True))
            known = {decision.id: given[decision.variable] for decision in decisions}
            inner = _Evaluation(self._model, self._boxes, Scope(given, None, run), known)
            outputs = [self._model.decisions[id] for id in service.outputs]
            values = {decision.variable: inner.decision(decision) for decision in outputs}
            return next(iter(values.values())) if len(values) == 1 else values

        return Function([*inputs, *(decision.variable for decision in decisions)], invoke)
