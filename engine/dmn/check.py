"""What is wrong with a decision model before it is used, and what it says that this engine does not execute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from engine import errors, feel
from engine.dmn import gaps, model, reader, vocabulary, xml
from engine.dmn.errors import DmnUnreadable
from engine.dmn.tables import AGGREGATIONS, HIT_POLICIES
from engine.errors import Finding


def check(source: bytes) -> list[Finding]:
    """The findings, in the order of the file; a model that cannot be read has one."""
    try:
        read = reader.read(source)
        root = xml.parse(source)
    except DmnUnreadable as wrong:
        return [Finding(rule="dmn-unreadable", values={"reason": str(wrong.values["reason"])})]
    found = [*_unsupported(root), *_requirements(read)]
    for element in _elements(read):
        found += _element(element, read.names)
    return sorted(found, key=lambda finding: finding.line)


def _finding(rule: str, element: model.Element, **values: str) -> Finding:
    return Finding(rule=rule, element=element.id, line=element.line, values=values)


def _warning(rule: str, element: model.Element, **values: str) -> Finding:
    return Finding(rule=rule, severity="warning", element=element.id, line=element.line, values=values)


def _unsupported(root: xml.Xml) -> Iterator[Finding]:
    for element, what in vocabulary.unknown(root):
        yield Finding(
            rule="dmn-unsupported",
            severity="warning",
            element=str(element.get("id", "")),
            line=xml.line(element),
            values={"what": what},
        )


def _requirements(read: model.Model) -> Iterator[Finding]:
    """Requirements that lead nowhere, and decisions that require themselves."""
    parts: list[model.Decision | model.Knowledge] = [*read.decisions.values(), *read.knowledge.values()]
    for part in parts:
        for required in part.requires:
            if read.part(required) is None:
                yield _finding("dmn-requirement", part, required=required)
        if part.id in _reached(read, part.requires):
            yield _finding("dmn-circle", part)


def _reached(read: model.Model, start: tuple[str, ...]) -> set[str]:
    """The ids of all that is required, directly or not."""
    found: set[str] = set()
    todo = list(start)
    while todo:
        part = read.part(todo.pop())
        if part is not None and part.id not in found:
            found.add(part.id)
            todo.extend(getattr(part, "requires", ()))
    return found


def _elements(read: model.Model) -> Iterator[model.Element]:
    """Every boxed expression, clause and cell of the model."""
    todo: list[object] = [*read.decisions.values(), *read.knowledge.values()]
    while todo:
        here = todo.pop()
        if isinstance(here, tuple):
            todo.extend(here)
        elif isinstance(here, model.Element):
            yield here
            todo.extend(getattr(here, field.name) for field in fields(here))


def _element(element: model.Element, names: frozenset[str]) -> Iterator[Finding]:
    match element:
        case model.Literal():
            yield from _literal(element, names)
        case model.Unsupported():
            yield _finding("dmn-unsupported", element, what=element.what)
        case model.FunctionDefinition() if element.kind != "FEEL":
            yield _finding("dmn-unsupported", element, what=f"function {element.kind}")
        case model.DecisionTable():
            yield from _table(element, names)


def _literal(element: model.Literal, names: frozenset[str]) -> Iterator[Finding]:
    if element.language:
        yield _finding("dmn-unsupported", element, what=f"expressionLanguage {element.language}")
    else:
        yield from _cell(element, element.text, names, tests=False)


def _table(table: model.DecisionTable, names: frozenset[str]) -> Iterator[Finding]:
    if table.hit_policy not in HIT_POLICIES:
        yield _finding("dmn-hit-policy", table, policy=table.hit_policy)
    if table.aggregation and (table.aggregation not in AGGREGATIONS or len(table.outputs) > 1):
        yield _finding("dmn-hit-policy", table, policy=f"{table.hit_policy} {table.aggregation}")
    wrong = list(_cells(table, names))
    yield from wrong
    if not wrong and table.hit_policy in ("UNIQUE", "FIRST"):
        yield from _coverage(table, names)


def _cells(table: model.DecisionTable, names: frozenset[str]) -> Iterator[Finding]:
    for column in table.inputs:
        yield from _cell(column, column.text, names, tests=False)
    for clause in (*table.inputs, *table.outputs):
        yield from _cell(clause, clause.values or "-", names, tests=True)
        yield from _cell(clause, clause.default or "null", names, tests=False)
    for rule in table.rules:
        for cell in rule.inputs:
            yield from _cell(cell, cell.text or "-", names, tests=True)
        for cell in rule.outputs:
            yield from _cell(cell, cell.text or "null", names, tests=False)


def _cell(element: model.Element, text: str, names: frozenset[str], *, tests: bool) -> Iterator[Finding]:
    """Whether a text is the FEEL that must stand there."""
    try:
        if tests:
            feel.parse_unary_tests(text, names)
        else:
            feel.parse(text, names)
    except feel.FeelSyntaxError as wrong:
        values = {name: str(value) for name, value in wrong.values.items()}
        yield _finding("dmn-cell", element, text=text[:80], **values)
    except errors.Mistake as wrong:
        values = {name: str(value) for name, value in wrong.values.items()}
        yield _finding("dmn-cell-budget", element, text=text[:80], **values)


def _coverage(table: model.DecisionTable, names: frozenset[str]) -> Iterator[Finding]:
    """Whether every input finds a rule, and under UNIQUE only one."""
    catches_all = any(all(cell.text in ("", "-") for cell in rule.inputs) for rule in table.rules)
    has_default = any(clause.default for clause in table.outputs)
    found = gaps.coverage(table, names)
    if not catches_all and not has_default:
        if found is None:
            yield _warning("dmn-catch-all-undecided", table)
        elif found.gap:
            yield _warning("dmn-no-catch-all", table, example=found.gap)
    if table.hit_policy == "UNIQUE" and found and found.overlap:
        yield _finding("dmn-overlap", table, example=found.overlap, rules=found.overlapping)
