"""Posted answers → typed answers, or every reason why not at once. The browser only helps; this is the judge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatch
from functools import lru_cache
from typing import Any

import re2

from engine.forms.definition import CHOICES, MAX_ROWS, Component, Expression, Form, keyed
from engine.forms.errors import AnswersInvalid, FieldError
from engine.forms.level import Level, Setting, open_level
from engine.forms.posted import Posted
from engine.values import File, Json, Value


def validate(
    form: Form,
    posted: Posted,
    scope: Mapping[str, Value],
    *,
    now: datetime,
    files: Mapping[str, File] | None = None,
    outcome: str | None = None,
    required: frozenset[str] = frozenset(),
) -> dict[str, Value]:
    """The typed answers; raises AnswersInvalid with all errors.

    *outcome* is the chosen button, *required* the keys it makes required; *files* are those that the server knows.
    What is hidden is not in the result; what is read-only comes from *scope*.
    """
    level = open_level(form.components, posted.values, scope, scope, Setting(now, files or {}))
    check = _Check(outcome, required)
    answers = check.level(level)
    unknown = [FieldError(name, "form-unknown-field", {"label": name}) for name in posted.unknown]
    if unknown or check.errors:
        raise AnswersInvalid((*check.errors, *unknown))
    return answers


def validate_values(form: Form, values: Json, scope: Mapping[str, Value], **rules: Any) -> dict[str, Value]:
    """As ``validate``, for nested answers as a program sends them: decimals and dates as text, files as references."""
    if not isinstance(values, dict):
        raise AnswersInvalid((FieldError("", "form-type", {"label": ""}),))
    return validate(form, Posted(values), scope, **rules)


class _Check:
    """One validation; gathers the errors in the order in which the fields are drawn."""

    def __init__(self, outcome: str | None, required: frozenset[str]) -> None:
        self.outcome = outcome
        self.required = required
        self.errors: list[FieldError] = []

    def level(self, level: Level) -> dict[str, Value]:
        """The answers of one level: of the visible components, under their keys."""
        known = {component.key for component in keyed(level.components)}
        for name in level.raw:
            if name not in known:
                self.errors.append(FieldError(f"{level.prefix}{name}", "form-unknown-field", {"label": name}))
        answers: dict[str, Value] = {}
        for component in keyed(level.components):
            if component.id not in level.hidden:
                answers[component.key] = self.component(component, level)
        return answers

    def component(self, component: Component, level: Level) -> Value:
        """The answer to one component; what is wrong with it is noted."""
        if component.kind == "group":
            if not isinstance(level.raw.get(component.key, {}), Mapping):
                return self.wrong(component, level, "form-type")
            return self.level(level.within(component)[0])
        if component.kind == "dynamiclist":
            return self.rows(component, level)
        value = level.typed[component.key]
        if component.readonly:
            return value
        if reason := level.wrong.get(component.key):
            return self.wrong(component, level, reason.code, **reason.values)
        if value is None or value is False or value == []:
            if self.must(component, level):
                self.missing(component, level)
            return value
        if component.kind in CHOICES:
            return self.choice(component, level, value)
        self.limits(component, level, value)
        return value

    def rows(self, component: Component, level: Level) -> Value:
        """The rows of a list. A fixed row keeps what its form does not show, so that it stays the row it was."""
        raw = level.raw.get(component.key)
        if raw is not None and not (isinstance(raw, list) and all(isinstance(row, Mapping) for row in raw)):
            return self.wrong(component, level, "form-type")
        rows = level.within(component)
        limit = min(len(rows), MAX_ROWS) if component.fixed else MAX_ROWS
        if len(raw or []) > limit or len(rows) > limit:
            return self.wrong(component, level, "form-rows", limit=limit)
        if not rows and self.must(component, level):
            self.missing(component, level)
        asked = {part.key for part in keyed(component.components)}
        return [
            {**{key: value for key, value in row.given.items() if key not in asked}, **self.level(row)} for row in rows
        ]

    def choice(self, component: Component, level: Level, value: Value) -> Value:
        """The chosen option or options, as the list has them."""
        offered = {str(option.value): option.value for option in level.options(component)}
        chosen = value if isinstance(value, list) else [value]
        if any(item not in offered for item in chosen):
            return self.wrong(component, level, "form-option")
        found = [offered[item] for item in chosen]
        return found if component.kind == "checklist" else found[0]

    def limits(self, component: Component, level: Level, value: Value) -> None:
        """Lengths, pattern, bounds, digits, sizes and types of files."""
        if isinstance(value, str):
            self.text_limits(component, level, value)
        elif isinstance(value, (int, Decimal)) and component.kind == "number":
            self.number_limits(component, level, value)
        elif component.kind == "filepicker":
            self.file_limits(component, level, value)

    def text_limits(self, component: Component, level: Level, text: str) -> None:
        if component.shortest is not None and len(text) < component.shortest:
            self.wrong(component, level, "form-short", limit=component.shortest)
        elif len(text) > component.longest:
            self.wrong(component, level, "form-long", limit=component.longest, found=len(text))
        elif component.pattern and not _compiled(component.pattern).search(text):
            if component.pattern_message:
                self.wrong(component, level, "form-pattern-message", message=component.pattern_message)
            else:
                self.wrong(component, level, "form-pattern")

    def number_limits(self, component: Component, level: Level, number: Decimal | int) -> None:
        least, most = _bound(component.least, level), _bound(component.most, level)
        digits = -int(Decimal(number).normalize().as_tuple().exponent)
        if component.decimals is not None and digits > component.decimals:
            code = "form-decimals" if component.decimals else "form-whole"
            self.wrong(component, level, code, limit=component.decimals)
        elif least is not None and number < least:
            self.wrong(component, level, "form-least", limit=least)
        elif most is not None and number > most:
            self.wrong(component, level, "form-most", limit=most)

    def file_limits(self, component: Component, level: Level, files: list[File]) -> None:
        if len(files) > 1 and not component.multiple:
            self.wrong(component, level, "form-files", limit=1)
        for file in files:
            if file.size > component.max_bytes:
                megabytes = component.max_bytes // (1024 * 1024)
                self.wrong(component, level, "form-file-size", name=file.name, limit=megabytes)
            elif component.accept and not any(_fits(file, wanted) for wanted in component.accept):
                self.wrong(component, level, "form-file-type", name=file.name, accept=" ".join(component.accept))

    def must(self, component: Component, level: Level) -> bool:
        return level.required(component) or (not level.prefix and component.key in self.required)

    def missing(self, component: Component, level: Level) -> None:
        if level.required(component) or self.outcome is None:
            self.wrong(component, level, "form-required")
        else:
            self.wrong(component, level, "form-required-by-outcome", outcome=self.outcome)

    def wrong(self, component: Component, level: Level, code: str, **values: object) -> None:
        told = {"label": component.label or component.key} | {key: str(value) for key, value in values.items()}
        self.errors.append(FieldError(f"{level.prefix}{component.key}", code, told))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def _bound(bound: Decimal | Expression | None, level: Level) -> Decimal | int | None:
    if isinstance(bound, Expression):
        value = level.compute(bound)
        return value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None
    return bound


def _fits(file: File, wanted: str) -> bool:
    """True if *file* is of the wanted extension (``.pdf``) or type (``image/*``)."""
    if wanted.startswith("."):
        return file.name.lower().endswith(wanted.lower())
    return fnmatch(file.type.lower(), wanted.lower())
