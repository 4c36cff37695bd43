"""Decision tables: which rules match, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine import feel
from engine.dmn import model
from engine.dmn.decided import MatchedRow
from engine.dmn.errors import DmnRulesDisagree, DmnSeveralRules, DmnUnsupported
from engine.feel import comparing, types
from engine.feel.builtins import FUNCTIONS
from engine.feel.run import Scope
from engine.values import Value

#: The names under which aggregations are written, and the functions that they are.
_AGGREGATIONS: Final = {"COUNT": "count", "SUM": "sum", "MIN": "min", "MAX": "max"}

#: Rules with their places in the table, counted from 0.
Rules: TypeAlias = list[tuple[int, model.Rule]]


@dataclass(frozen=True, slots=True)
class Table:
    """One evaluation of a table: *scope* holds the variables, *names* those that expressions may use."""

    table: model.DecisionTable
    scope: Scope
    names: frozenset[str]

    def value(self, matched: list[MatchedRow]) -> Value:
        """The value by the hit policy; the matched rows are added to *matched*."""
        policy = _POLICIES.get(self.table.hit_policy)
        if policy is None:
            raise DmnUnsupported(what=f"hitPolicy {self.table.hit_policy}", element=self.table.id)
        rules = self._matching()
        matched += [MatchedRow(self.table.id, index, rule.id) for index, rule in rules]
        if not rules:
            return self._default()
        return policy(self, rules)

    def _matching(self) -> Rules:
        run = self.scope.run
        values = [self._input(clause) for clause in self.table.inputs]
        found: Rules = []
        for index, rule in enumerate(self.table.rules):
            run.spend(1 + len(values))
            if all(self._passes(value, cell) for value, cell in zip(values, rule.inputs, strict=True)):
                found.append((index, rule))
                if self.table.hit_policy == "FIRST":
                    break
        return found

    def _input(self, clause: model.Clause) -> Value:
        value = types.coerce(self._expression(clause.text), clause.type, self.scope.run)
        return value if not clause.values or self._tests(clause.values, value) else None

    def _passes(self, value: Value, cell: model.Cell) -> bool:
        return cell.text == "-" or not cell.text or self._tests(cell.text, value)

    def _tests(self, text: str, value: Value) -> bool:
        scope = Scope({"?": value}, self.scope, self.scope.run)
        return feel.parse_unary_tests(text, self.names).within(scope) is True

    def _expression(self, text: str) -> Value:
        return feel.parse(text, self.names).within(self.scope) if text else None

    def _default(self) -> Value:
        """What the table says when no rule matches: its default outputs, or null."""
        outputs = self.table.outputs
        if not any(clause.default for clause in outputs):
            return [] if self.table.hit_policy in _MANY and not self.table.aggregation else None
        return self._output([clause.default for clause in outputs])

    def output(self, rule: model.Rule) -> Value:
        """What a rule says: one value, or a context of the named outputs."""
        return self._output([cell.text for cell in rule.outputs])

    def _output(self, texts: Sequence[str]) -> Value:
        values = [
            types.coerce(self._expression(text), clause.type, self.scope.run)
            for text, clause in zip(texts, self.table.outputs, strict=True)
        ]
        if len(values) == 1:
            return values[0]
        return {clause.text: value for clause, value in zip(self.table.outputs, values, strict=True)}

    def by_priority(self, outputs: list[Value]) -> list[Value]:
        """The outputs in the order in which their values are listed, the first column first."""
        return sorted(outputs, key=self._rank)

    def _rank(self, output: Value) -> tuple[int, ...]:
        clauses = self.table.outputs
        values = [output] if len(clauses) == 1 else [output[clause.text] for clause in clauses]
        return tuple(self._place(value, clause) for value, clause in zip(values, clauses, strict=True))

    def _place(self, value: Value, clause: model.Clause) -> int:
        listed = self._expression(f"[{clause.values}]") if clause.values else []
        run = self.scope.run
        places = (place for place, item in enumerate(listed) if comparing.equal(item, value, run))
        return next(places, len(listed))

    def agreed(self, rules: Rules) -> Value:
        """The one output of all rules; raises DmnRulesDisagree."""
        outputs = [self.output(rule) for _, rule in rules]
        if not all(comparing.equal(output, outputs[0], self.scope.run) for output in outputs):
            raise DmnRulesDisagree(table=self.table.id, rules=_numbers(rules))
        return outputs[0]


def _numbers(rules: Rules) -> str:
    """The rules as people count them."""
    return ", ".join(str(index + 1) for index, _ in rules)


def _unique(table: Table, rules: Rules) -> Value:
    if len(rules) > 1:
        raise DmnSeveralRules(table=table.table.id, rules=_numbers(rules))
    return table.output(rules[0][1])


def _first(table: Table, rules: Rules) -> Value:
    return table.output(rules[0][1])


def _all(table: Table, rules: Rules) -> list[Value]:
    return [table.output(rule) for _, rule in rules]


def _collect(table: Table, rules: Rules) -> Value:
    outputs = _all(table, rules)
    aggregation = table.table.aggregation
    if not aggregation:
        return outputs
    if aggregation not in _AGGREGATIONS or len(table.table.outputs) > 1:
        raise DmnUnsupported(what=f"aggregation {aggregation}", element=table.table.id)
    return FUNCTIONS[_AGGREGATIONS[aggregation]].positional(table.scope.run, [outputs])


#: The policies whose value is a list.
_MANY: Final = frozenset(("COLLECT", "RULE ORDER", "OUTPUT ORDER"))
_POLICIES: Final[Mapping[str, Callable[[Table, Rules], Value]]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": lambda table, rules: table.agreed(rules),
    "PRIORITY": lambda table, rules: table.by_priority(_all(table, rules))[0],
    "COLLECT": _collect,
    "RULE ORDER": _all,
    "OUTPUT ORDER": lambda table, rules: table.by_priority(_all(table, rules)),
}
HIT_POLICIES: Final = frozenset(_POLICIES)
AGGREGATIONS: Final = frozenset(_AGGREGATIONS)
