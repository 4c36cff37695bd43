"""What differs between the files of two packages, in the terms of what they hold: fields, rules, settings, lines."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from engine import dmn, texts
from engine.definitions.changes import Detail, FileChange, Kind, Line
from engine.definitions.package import DIAGRAM
from engine.dmn.model import Clause, DecisionTable, Literal, Rule
from engine.dmn.xml import parse

#: Lines of one text that are shown; a reader of more takes the files.
MOST_LINES = 400
#: Longest value that is shown.
LONGEST = 2_000


def changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[FileChange]:
    """The files that differ, without the diagram."""
    found = []
    for name in sorted({*old, *new} - {DIAGRAM}):
        before, after = old.get(name), new.get(name)
        if before != after:
            kind: Kind = "added" if before is None else "removed" if after is None else "changed"
            details = tuple(_details(name, before, after))
            lines = () if details or name.endswith((".png", ".svg")) else tuple(_lines(before, after))
            found.append(FileChange(kind=kind, file=name, details=details, lines=lines))
    return found


def _details(name: str, old: bytes | None, new: bytes | None) -> Iterator[Detail]:
    if name.startswith("forms/"):
        yield from _form(_fields(old), _fields(new))
    elif name.startswith("decisions/"):
        yield from _decisions(old, new)
    elif name == "package.toml":
        yield from _pairs("setting", _settings(old), _settings(new))
    elif name.startswith("texts/"):
        yield from _pairs("translation", texts.read(old) if old else {}, texts.read(new) if new else {})


def _pairs(aspect: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Detail]:
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield Detail(aspect=aspect, key=key, old=_short(old.get(key)), new=_short(new.get(key)))


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else text[:LONGEST] + "…"


def _settings(body: bytes | None) -> dict[str, str]:
    return dict(_flat(tomllib.loads(body.decode()))) if body else {}


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}".lstrip("."))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _fields(body: bytes | None) -> dict[str, dict[str, str]]:
    """Field → its properties, in the order of the form; a field inside a list stands under the list's key."""
    found: dict[str, dict[str, str]] = {}
    waiting: list[tuple[str, Any]] = [("", json.loads(body))] if body else []
    while waiting:
        path, holder = waiting.pop(0)
        for part in holder.get("components", ()):
            own = {key: value for key, value in part.items() if key not in ("components", "id", "layout", "key")}
            key = str(part.get("key") or part.get("path") or part.get("id") or part.get("type"))
            found[f"{path}{key}"] = dict(_flat(own))
            if part.get("components"):
                waiting.append((f"{path}{key}." if part.get("key") or part.get("path") else path, part))
    return found


def _form(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> Iterator[Detail]:
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            yield Detail(aspect="field", key=key, old=_field(before), new=_field(after))
            continue
        for name in {**before, **after}:
            if before.get(name) != after.get(name):
                yield Detail(
                    aspect="field", key=f"{key} · {name}", old=_short(before.get(name)), new=_short(after.get(name))
                )
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield Detail(aspect="field-order", old=" · ".join(old), new=" · ".join(new))


def _field(properties: Mapping[str, str] | None) -> str | None:
    if properties is None:
        return None
    return properties.get("label") or properties.get("text") or ""


def _decisions(old: bytes | None, new: bytes | None) -> Iterator[Detail]:
    before = dmn.read(old).decisions if old else {}
    after = dmn.read(new).decisions if new else {}
    labels = _labels(old) | _labels(new)
    for key in {**before, **after}:
        one, other = before.get(key), after.get(key)
        tables = [decision.logic if decision is not None else None for decision in (one, other)]
        if all(table is None or isinstance(table, DecisionTable) for table in tables):
            yield from _tables(*tables, labels=labels)  # type: ignore[arg-type, misc]
        else:
            said = [_logic(table) for table in tables]
            if said[0] != said[1]:
                yield Detail(aspect="decision-logic", key=key, old=_short(said[0]), new=_short(said[1]))


def _logic(found: Any) -> str | None:
    if found is None:
        return None
    if isinstance(found, DecisionTable):
        return "\n".join(_rule(rule) for rule in found.rules)
    return found.text if isinstance(found, Literal) else repr(found)


def _tables(old: DecisionTable | None, new: DecisionTable | None, labels: Mapping[str, str]) -> Iterator[Detail]:
    if old is not None and new is not None:
        policy = (f"{old.hit_policy} {old.aggregation}".strip(), f"{new.hit_policy} {new.aggregation}".strip())
        if policy[0] != policy[1]:
            yield Detail(aspect="hit-policy", old=policy[0], new=policy[1])
        for side in ("inputs", "outputs"):
            yield from _pairs(f"table-{side}", _columns(getattr(old, side)), _columns(getattr(new, side)))
    yield from _rules(old, new, labels)


def _columns(clauses: tuple[Clause, ...]) -> dict[str, str]:
    return {
        str(number): " ".join(filter(None, (clause.text, clause.values, clause.default)))
        for number, clause in enumerate(clauses, 1)
    }


def _labels(body: bytes | None) -> dict[str, str]:
    """Id of a column → the words above it."""
    if body is None:
        return {}
    return {str(found.get("id")): str(found.get("label")) for found in parse(body).iter() if found.get("label")}


def _rules(old: DecisionTable | None, new: DecisionTable | None, labels: Mapping[str, str]) -> Iterator[Detail]:
    """Rule by rule: what stands unchanged in both is left out, wherever its number went."""
    one, other = old.rules if old else (), new.rules if new else ()
    before, after = [_rule(rule) for rule in one], [_rule(rule) for rule in other]
    for verb, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            continue
        for offset in range(max(b - a, d - c)):
            was, now = a + offset < b, c + offset < d
            number = c + offset + 1 if now else a + offset + 1
            if was and now and new is not None and _alike(one[a + offset], other[c + offset]):
                yield from _cells(number, one[a + offset], other[c + offset], new, labels)
                continue
            yield Detail(
                aspect="rule", key=str(number), old=before[a + offset] if was else None,
                new=after[c + offset] if now else None,
            )  # fmt: skip


def _alike(old: Rule, new: Rule) -> bool:
    """True where a rule is the same in most of its cells, so that only the others need to be told."""
    pairs = list(zip((*old.inputs, *old.outputs), (*new.inputs, *new.outputs), strict=False))
    shape = (len(old.inputs), len(old.outputs)) == (len(new.inputs), len(new.outputs))
    return shape and sum(one.text != other.text for one, other in pairs) * 2 <= len(pairs)


def _cells(number: int, old: Rule, new: Rule, table: DecisionTable, labels: Mapping[str, str]) -> Iterator[Detail]:
    columns = (*table.inputs, *table.outputs)
    for column, one, other in zip(columns, (*old.inputs, *old.outputs), (*new.inputs, *new.outputs), strict=False):
        if one.text != other.text:
            label = labels.get(column.id) or column.text
            yield Detail(aspect="rule", key=f"{number} · {label}", old=one.text, new=other.text)


def _rule(rule: Rule) -> str:
    inputs = " ｜ ".join(cell.text or "-" for cell in rule.inputs)
    return f"{inputs} ⇒ {' ｜ '.join(cell.text for cell in rule.outputs)}"


def _lines(old: bytes | None, new: bytes | None) -> Iterator[Line]:
    before = (old or b"").decode(errors="replace").splitlines()
    after = (new or b"").decode(errors="replace").splitlines()
    shown = 0
    for line in difflib.unified_diff(before, after, n=2, lineterm=""):
        if line.startswith(("---", "+++")) and shown < 2:
            shown += 1
            continue
        yield Line("…", "") if line.startswith("@@") else Line(line[:1], line[1:LONGEST])
        shown += 1
        if shown > MOST_LINES:
            yield Line("…", "")
            return
