"""The values of boxed expressions: each kind of the model has a function here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from engine import feel
from engine.dmn import model
from engine.dmn.decided import MatchedRow
from engine.dmn.errors import DmnUnsupported
from engine.dmn.tables import Table
from engine.feel import comparing, types
from engine.feel.functions import Function
from engine.feel.loops import as_list, item_scope
from engine.feel.run import Run, Scope
from engine.values import Value

#: What invoking business knowledge counts in the budget of depth, beside its expressions: it may invoke itself.
_CALL_DEPTH: Final = 6


class Boxes:
    """Evaluates the boxed expressions of one model, and gathers the rows that matched."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.rows: list[MatchedRow] = []

    def value(self, boxed: model.Boxed, scope: Scope) -> Value:
        """The value of a boxed expression over the variables of *scope*."""
        scope.run.spend(1)
        return _EVALUATORS[type(boxed)](self, boxed, scope)

    def literal(self, boxed: model.Literal, scope: Scope) -> Value:
        if boxed.language:
            raise DmnUnsupported(what=f"expressionLanguage {boxed.language}", element=boxed.id)
        return feel.parse(boxed.text, self.names).within(scope)

    def table(self, boxed: model.DecisionTable, scope: Scope) -> Value:
        return Table(boxed, scope, self.names).value(self.rows)

    def context(self, boxed: model.Context, scope: Scope) -> Value:
        """The entries, each of which sees those before it; or the entry without a name, the result of all others."""
        found: dict[str, Value] = {}
        inner = Scope(found, scope, scope.run)
        for entry in boxed.entries:
            value = types.coerce(self.value(entry.value, inner), entry.type, scope.run)
            if not entry.name:
                return value
            found[entry.name] = value
        return found

    def list(self, boxed: model.List, scope: Scope) -> Value:
        return [self.value(item, scope) for item in boxed.items]

    def relation(self, boxed: model.Relation, scope: Scope) -> Value:
        rows = [[self.value(cell, scope) for cell in row] for row in boxed.rows]
        return [dict(zip(boxed.columns, row, strict=False)) for row in rows]

    def invocation(self, boxed: model.Invocation, scope: Scope) -> Value:
        function = self.value(boxed.function, scope)
        arguments = {name: self.value(value, scope) for name, value in boxed.arguments}
        return function.named(scope.run, arguments) if isinstance(function, Function) else None

    def function(self, boxed: model.FunctionDefinition, scope: Scope) -> Function:
        """A function over its parameters and all that is visible where it is defined."""
        if boxed.kind != "FEEL":
            raise DmnUnsupported(what=f"function {boxed.kind}", element=boxed.id)
        names = [name for name, _ in boxed.parameters]

        def invoke(run: Run, arguments: Sequence[Value]) -> Value:
            run.enter(_CALL_DEPTH)
            given = {
                name: types.coerce(value, type_, run)
                for (name, type_), value in zip(boxed.parameters, arguments, strict=True)
            }
            result = self.value(boxed.body, Scope(given, scope, run))
            run.leave(_CALL_DEPTH)
            return result

        return Function(names, invoke)

    def conditional(self, boxed: model.Conditional, scope: Scope) -> Value:
        """One of the branches; null where the condition is something else than true, false or null."""
        holds = self.value(boxed.condition, scope)
        if holds is not None and not isinstance(holds, bool):
            return None
        return self.value(boxed.then if holds else boxed.otherwise, scope)

    def filter(self, boxed: model.Filter, scope: Scope) -> Value:
        items = as_list(self.value(boxed.source, scope))
        return [item for item in items if self.value(boxed.match, item_scope(item, items, scope)) is True]

    def iterator(self, boxed: model.Iterator, scope: Scope) -> Value:
        source = self.value(boxed.source, scope)
        if source is None:
            return None
        results: list[Value] = []
        for item in as_list(source):
            names: Mapping[str, Value] = {boxed.variable: item, "partial": list(results)}
            scope.run.spend(len(results) // 16)
            results.append(self.value(boxed.body, Scope(names, scope, scope.run)))
        if boxed.kind == "for":
            return results
        return comparing.any_of(results) if boxed.kind == "some" else comparing.all_of(results)

    def unsupported(self, boxed: model.Unsupported, scope: Scope) -> Value:
        raise DmnUnsupported(what=boxed.what, element=boxed.id)


_EVALUATORS: Final[dict[type, Callable[[Boxes, Any, Scope], Value]]] = {
    model.Literal: Boxes.literal,
    model.DecisionTable: Boxes.table,
    model.Context: Boxes.context,
    model.List: Boxes.list,
    model.Relation: Boxes.relation,
    model.Invocation: Boxes.invocation,
    model.FunctionDefinition: Boxes.function,
    model.Conditional: Boxes.conditional,
    model.Filter: Boxes.filter,
    model.Iterator: Boxes.iterator,
    model.Unsupported: Boxes.unsupported,
}
