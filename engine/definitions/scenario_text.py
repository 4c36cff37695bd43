"""Spells a scenario, or one step of it, as the TOML that owners read and change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from engine.definitions.check_scenarios import Rows, Scenario, Step

#: A key that needs no quotes (TOML 1.0, Keys).
_BARE = re.compile(r"[A-Za-z0-9_-]+")

#: The keys of a step in the order in which they are written, with the fields that have other names.
_KEYS = ("for_each", "except", "by", "do", "message", "key", "element", "unit", "outcome", "values", "rows", "upload")
_FIELDS = {"except": "but"}


def scenario(told: Scenario) -> bytes:
    """The file of a scenario; raises ValueError where a value has no place in one."""
    steps = "\n".join(map(step, told.steps))
    expected = [f"state = {value(told.expect.state)}", *_values("variables", told.expect.variables)]
    return f"title = {value(told.title)}\n\n{steps}\n[expect]\n{_lines(expected)}".encode()


def step(told: Step) -> str:
    """One step with its header; raises ValueError where a value has no place in a scenario."""
    lines = ["[[steps]]"]
    for key in _KEYS:
        said = getattr(told, _FIELDS.get(key, key))
        if isinstance(said, Rows):
            lines.extend(_rows(said))
        elif isinstance(said, Mapping):
            lines.extend(_values(key, said))
        elif said or (key == "key" and said is not None):
            lines.append(f"{key} = {value(said)}")
    if told.expect_open is not None:
        lines.append(f"expect_open = {value(told.expect_open)}")
    return _lines(lines)


def value(said: Any) -> str:
    """A value of a form in TOML; a JSON string is a basic string there (TOML 1.0, String)."""
    if isinstance(said, Mapping):
        pairs = [f"{_key(key)} = {value(item)}" for key, item in said.items() if item is not None]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    if isinstance(said, (list, tuple)):
        return "[" + ", ".join(value(item) for item in said) + "]"
    if isinstance(said, (bool, int, str)):
        return json.dumps(said, ensure_ascii=False)
    if isinstance(said, Decimal) and said.is_finite():
        # A whole number of FEEL is no other value than the one that was typed.
        return format(said, "f")
    if isinstance(said, (date, time)):
        return said.isoformat()
    raise ValueError("no value of a form")


def _values(key: str, said: Mapping[str, Any]) -> Iterator[str]:
    """The values in one line, or, where they have rows, each in its own and the rows one below the other."""
    if any(_is_table(one) for one in said.values()):
        yield from (f"{key}.{_key(name)} = {_table(one)}" for name, one in said.items() if one is not None)
    elif said:
        yield f"{key} = {value(said)}"


def _rows(said: Rows) -> Iterator[str]:
    yield f"rows.list = {value(said.list)}"
    if said.each:
        yield f"rows.each = {value(said.each)}"
    if said.where:
        yield f"rows.where = {_table(said.where)}"


def _is_table(said: Any) -> bool:
    return isinstance(said, (list, tuple)) and any(isinstance(row, Mapping) for row in said)


def _table(said: Any) -> str:
    return "[\n" + "".join(f"  {value(row)},\n" for row in said) + "]" if _is_table(said) else value(said)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else value(key)


def _lines(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
