"""Decisions as they were taken: the tables of that version with the rules that matched, and what today's would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from engine import dmn, feel, values
from engine.calendars.queries import ZONE
from engine.db import moment
from engine.definitions.compiled import Compiled
from engine.dmn import model
from engine.errors import BihuanError
from engine.history.replay import Decision
from engine.values import Value


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """An input or output of a table; *value* is what the input was, where it could be worked out."""

    label: str
    text: str
    value: Value = None
    known: bool = False


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, counted from 1."""

    number: int
    matched: bool
    #: How many of the evaluations shown together it matched.
    times: int = 0
    #: In today's table: that the table of the day had no such rule.
    differs: bool = False
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    description: str


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A decision table with what it was given and what matched."""

    name: str
    hit_policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """One version's answer: a value with the tables behind it, or why there is none."""

    value: Value = None
    tables: tuple[Table, ...] = ()
    error: BihuanError | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of a case: that of its own version, and today's where that is another one."""

    element: str
    ref: str
    #: What the journal holds.
    value: Value
    then: Evaluated
    #: False where the decision of that version gives another value now than the journal holds.
    same_as_recorded: bool
    #: ``same-table``, ``same-outcome``, ``other-outcome`` or ``gone``.
    today: str
    now: Evaluated | None


def answer(decision: Decision, at: str, process: Compiled, today: Compiled | None) -> Answer:
    """What *decision*, taken at *at*, was on the version of the case, *process*, and would be on *today*'s."""
    when = moment(at).astimezone(ZONE)
    then = evaluated(process, decision.ref, decision.scope, when)
    word, now = _today(decision, when, process, today, then)
    return Answer(
        element=decision.element, ref=decision.ref, value=values.decode(decision.value), then=then,
        same_as_recorded=then.error is None and _same(then.value, decision.value), today=word, now=now,
    )  # fmt: skip


def _today(
    decision: Decision, when: datetime, process: Compiled, today: Compiled | None, then: Evaluated
) -> tuple[str, Evaluated | None]:
    if today is None:
        return "gone", None
    name = f"decisions/{decision.ref}.dmn"
    if name not in today.package.files:
        return "gone", None
    if today.package.files[name] == process.package.files.get(name):
        return "same-table", None
    now = evaluated(today, decision.ref, decision.scope, when)
    same = now.error is None and then.error is None and _same(now.value, values.encode(then.value))
    return ("same-outcome" if same else "other-outcome"), now


def _same(found: Value, encoded: values.Json) -> bool:
    return values.canonical(values.encode(found)) == values.canonical(encoded)


def evaluated(process: Compiled, ref: str, scope: Mapping[str, Value], when: datetime) -> Evaluated:
    """The decision *ref* of one version over the variables of *scope* at *when*."""
    try:
        decided = process.models[ref]
        found = dmn.evaluate(decided, ref, scope, now=when)
    except KeyError:
        return Evaluated()
    except BihuanError as failed:
        return Evaluated(error=failed)
    matched = {(row.table, row.index) for row in found.rows}
    return Evaluated(value=found.value, tables=tuple(_tables(decided, ref, scope, when, matched)))


def _tables(
    decided: model.Model, ref: str, scope: Mapping[str, Value], when: datetime, matched: set[tuple[str, int]]
) -> Iterator[Table]:
    """The tables of a decision and of all that it requires, the required ones first."""
    for part in _required(decided, ref, set()):
        seen = {**scope, **_values(decided, part.requires, scope, when)}
        for table in _inside(part.logic):
            yield _table(decided, part.name or part.id, table, seen, when, matched)


def _required(decided: model.Model, ref: str, known: set[str]) -> Iterator[model.Decision]:
    part = decided.decisions.get(ref)
    if part is None or ref in known:
        return
    known.add(ref)
    for required in part.requires:
        yield from _required(decided, required, known)
    yield part


def _values(
    decided: model.Model, requires: tuple[str, ...], scope: Mapping[str, Value], when: datetime
) -> dict[str, Value]:
    """The values of the decisions that one requires, under their variables."""
    parts = [decided.decisions[required] for required in requires if required in decided.decisions]
    return {part.variable: dmn.evaluate(decided, part.id, scope, now=when).value for part in parts}


def _inside(logic: model.Boxed) -> Iterator[model.DecisionTable]:
    match logic:
        case model.DecisionTable():
            yield logic
        case model.Context():
            for entry in logic.entries:
                yield from _inside(entry.value)


def _table(
    decided: model.Model, name: str, table: model.DecisionTable, scope: Mapping[str, Value], when: datetime,
    matched: set[tuple[str, int]],
) -> Table:  # fmt: skip
    rules = tuple(
        Rule(
            number=index + 1, matched=(table.id, index) in matched, description=rule.description,
            inputs=tuple(cell.text for cell in rule.inputs), outputs=tuple(cell.text for cell in rule.outputs),
        )
        for index, rule in enumerate(table.rules)
    )  # fmt: skip
    return Table(
        name=name, hit_policy=table.hit_policy, rules=rules,
        inputs=tuple(_input(decided, clause, scope, when) for clause in table.inputs),
        outputs=tuple(Column(label=clause.label or clause.text, text=clause.text) for clause in table.outputs),
    )  # fmt: skip


def _input(decided: model.Model, clause: model.Clause, scope: Mapping[str, Value], when: datetime) -> Column:
    label = clause.label or clause.text
    try:
        value = feel.parse(clause.text, decided.names).evaluate(scope, now=when)
    except BihuanError:
        return Column(label=label, text=clause.text)
    return Column(label=label, text=clause.text, value=value, known=True)


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """Evaluations of one decision within one entry: the table once, each evaluation with its own inputs and rules."""

    element: str
    answers: tuple[Answer, ...]
    #: The tables of the version of the case, every rule with how often it matched; the same of today's version.
    then: tuple[Table, ...]
    now: tuple[Table, ...]

    @property
    def today(self) -> str:
        """The word that holds for all of them: one other outcome is enough to show today's table."""
        found = {answer.today for answer in self.answers}
        return "other-outcome" if "other-outcome" in found else self.answers[0].today


def together(answers: list[Answer]) -> list[Together]:
    """*answers* by the element and decision that they belong to, in the order in which they were taken."""
    groups: dict[tuple[str, str], list[Answer]] = {}
    for one in answers:
        groups.setdefault((one.element, one.ref), []).append(one)
    return [_together(element, found) for (element, _), found in groups.items()]


def _together(element: str, found: list[Answer]) -> Together:
    then = _counted([one.then for one in found])
    now = _counted([one.now for one in found if one.now is not None])
    known = {(table.name, rule.inputs, rule.outputs) for table in then for rule in table.rules}
    marked = tuple(
        msgspec.structs.replace(
            table,
            rules=tuple(
                msgspec.structs.replace(rule, differs=(table.name, rule.inputs, rule.outputs) not in known)
                for rule in table.rules
            ),
        )
        for table in now
    )
    return Together(element=element, answers=tuple(found), then=then, now=marked)


def _counted(found: list[Evaluated]) -> tuple[Table, ...]:
    """The tables of the first evaluation that has some, with the matches of all."""
    shown = next((one.tables for one in found if one.tables), ())
    return tuple(
        msgspec.structs.replace(
            table,
            rules=tuple(
                msgspec.structs.replace(rule, times=times, matched=times > 0)
                for rule in table.rules
                for times in [sum(one.tables[place].rules[rule.number - 1].matched for one in found if one.tables)]
            ),
        )
        for place, table in enumerate(shown)
    )
