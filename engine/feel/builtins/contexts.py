"""Built-in functions of contexts (DMN 1.3, 10.3.4.10, and 1.4); they give new contexts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.feel.builtins.signatures import Signatures
from engine.feel.run import Run
from engine.feel.types import kind
from engine.values import Value


def _entries(run: Run, context: Mapping[str, Value]) -> list[Value]:
    run.spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


def _context(run: Run, entries: list[Value]) -> Value:
    """The context of a list of ``{key, value}``; null where a key is no text or comes twice."""
    run.spend(len(entries))
    found: dict[str, Value] = {}
    for entry in entries:
        key = entry.get("key") if kind(entry) == "context" else None
        if not isinstance(key, str) or key in found or "value" not in entry:
            return None
        found[key] = entry["value"]
    return found


def _put(run: Run, context: Mapping[str, Value], key: str, value: Value) -> Value:
    run.spend(len(context))
    return {**context, key: value}


def _put_at(run: Run, context: Mapping[str, Value], keys: list[Value], value: Value) -> Value:
    """The context with the value at the end of a path of keys; contexts that lack on the way are made."""
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    first, *rest = keys
    if not rest:
        return _put(run, context, first, value)
    below = context.get(first, {})
    inner = _put_at(run, below, rest, value) if kind(below) == "context" else None
    return None if inner is None else _put(run, context, first, inner)


def _merge(run: Run, contexts: list[Value]) -> Value:
    """One context of many; a later entry takes the place of an earlier one."""
    found: dict[str, Value] = {}
    for context in contexts:
        if kind(context) != "context":
            return None
        run.spend(1 + len(context))
        found.update(context)
    return found


SIGNATURES: Final[Signatures] = {
    "get value(m: context, key: string)": lambda run, context, key: context.get(key),
    "get entries(m: context)": _entries,
    "context(entries: list)": _context,
    "context put(context: context, key: string, value: Any)": _put,
    "context put(context: context, keys: list, value: Any)": _put_at,
    "context merge(contexts: list)": _merge,
}
