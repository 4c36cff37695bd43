"""One level of a form being filled in (the form, a row of a list, a group with a path): typed, and what is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from engine.forms.convert import Wrong, convert
from engine.forms.definition import MAX_ROWS, Component, Option, keyed
from engine.forms.expressions import evaluate
from engine.values import File, Json, Value

#: Conditions may depend on each other; a form whose conditions still change after so many rounds stays as it is then.
_ROUNDS: Final = 10


class Setting(msgspec.Struct, frozen=True):
    """What holds for the whole form: the time of its expressions and the files that the server knows."""

    now: datetime
    files: Mapping[str, File] = {}


class Level(msgspec.Struct, frozen=True):
    """Components with the answers typed so far; *known* is what their expressions see."""

    components: tuple[Component, ...]
    prefix: str
    raw: Mapping[str, Json]
    #: The data of this level: variables, or the row that a fixed list was given.
    given: Mapping[str, Value]
    typed: Mapping[str, Value]
    wrong: Mapping[str, Wrong]
    #: Ids of the components that are hidden now.
    hidden: frozenset[str]
    known: Mapping[str, Value]
    setting: Setting

    def compute(self, expression: Any) -> Value:
        """The value of an expression of this level; what is no expression stands for itself."""
        return evaluate(expression, self.known, self.setting.now)

    def required(self, component: Component) -> bool:
        """True if *component* must be answered as the other answers are now."""
        condition = component.required_when
        return component.required or (condition is not None and self.compute(condition) is True)

    def within(self, component: Component) -> list[Level]:
        """The levels inside *component*: one for each row of a list, one for a group with a path."""
        if component.kind == "group":
            name = f"{self.prefix}{component.key}-"
            inner = open_level(
                component.components, _mapping(self.raw.get(component.key)), _mapping(self.given.get(component.key)),
                self.known, self.setting, name,
            )  # fmt: skip
            return [inner]
        rows = rows_of(component, self.raw.get(component.key), self.given.get(component.key))
        return [
            open_level(component.components, raw, given, self.known, self.setting, f"{self.prefix}{component.key}-{i}-")
            for i, (raw, given) in enumerate(rows)
        ]

    def options(self, component: Component) -> tuple[Option, ...]:
        """The choices of *component*, its own or those that the data gives."""
        if component.options_from is None:
            return component.options
        found = self.compute(component.options_from)
        return tuple(_option(item) for item in found) if isinstance(found, list) else ()


def open_level(
    components: tuple[Component, ...],
    raw: Mapping[str, Json],
    given: Mapping[str, Value],
    outer: Mapping[str, Value],
    setting: Setting,
    prefix: str = "",
) -> Level:
    """Reads *raw* as typed answers and finds what is hidden; *given* is the data, *outer* what lies around."""
    typed, wrong = _typed(components, raw, given, setting)
    hidden, known = _visible(components, typed, outer, setting)
    return Level(components, prefix, raw, given, typed, wrong, hidden, known, setting)


def rows_of(component: Component, raw: Json, given: Value) -> list[tuple[Mapping[str, Json], Mapping[str, Value]]]:
    """The rows of a list, as posted and as given: those of the data where they are fixed, else those posted."""
    posted = raw if isinstance(raw, list) else []
    if not component.fixed:
        return [(_mapping(row), {}) for row in posted[:MAX_ROWS]]
    data = given if isinstance(given, list) else []
    filled = [*posted, *({} for _ in data)]
    return [(_mapping(row), _mapping(item)) for row, item in zip(filled, data, strict=False)]


def _typed(
    components: Sequence[Component], raw: Mapping[str, Json], given: Mapping[str, Value], setting: Setting
) -> tuple[dict[str, Value], dict[str, Wrong]]:
    typed: dict[str, Value] = {}
    wrong: dict[str, Wrong] = {}
    for component in keyed(components):
        key = component.key
        if component.kind == "dynamiclist":
            rows = rows_of(component, raw.get(key), given.get(key))
            typed[key] = [{**there, **_typed(component.components, row, there, setting)[0]} for row, there in rows]
        elif component.kind == "group":
            inner = _mapping(raw.get(key)), _mapping(given.get(key))
            typed[key] = _typed(component.components, *inner, setting)[0]
        elif component.readonly:
            typed[key] = given.get(key)
        else:
            try:
                typed[key] = convert(component, raw.get(key), setting.files)
            except Wrong as reason:
                typed[key], wrong[key] = None, reason
    return typed, wrong


def _visible(
    components: Sequence[Component], typed: Mapping[str, Value], outer: Mapping[str, Value], setting: Setting
) -> tuple[frozenset[str], Mapping[str, Value]]:
    """What is hidden, and the scope without the answers of hidden fields: they count for nothing, as if never typed."""
    hidden: frozenset[str] = frozenset()
    for _ in range(_ROUNDS):
        known = {**outer, **typed, **dict.fromkeys(each.key for each in keyed(components) if each.id in hidden)}
        now_hidden = frozenset(_hidden(components, known, setting.now))
        if now_hidden == hidden:
            break
        hidden = now_hidden
    return hidden, known


def _hidden(
    components: Sequence[Component], known: Mapping[str, Value], now: datetime, whole: bool = False
) -> list[str]:
    """Ids of hidden components of one level; a hidden group hides its parts."""
    found: list[str] = []
    for component in components:
        gone = whole or (component.hide is not None and evaluate(component.hide, known, now) is True)
        if gone:
            found.append(component.id)
        if component.kind == "group" and not component.key:
            found.extend(_hidden(component.components, known, now, gone))
    return found


def _option(item: Value) -> Option:
    """A choice from the data: ``{value, label}``, an office's ``{id, name}``, or text that is both."""
    if isinstance(item, dict):
        value = item.get("value", item.get("id"))
        return Option(value, str(item.get("label", item.get("name", value))))
    return Option(item, str(item))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
