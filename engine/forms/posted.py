"""What a browser posts → nested answers still as text; and the buttons that change rows and files without sending."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec

from engine.forms.convert import digest_of
from engine.forms.definition import MAX_ROWS, Component, Expression, Form, keyed
from engine.values import SAFE_INTEGER, File, Json

#: Stands in every row, so that a row in which nothing is ticked is still a row.
ROW_MARK: Final = "_row"
_INDEX: Final = re.compile(r"\d{1,6}")
_MAX_PARTS: Final = 24


class Posted(msgspec.Struct, frozen=True):
    """Answers as they were typed: text, lists of text, lists of rows; also the form of a draft."""

    values: dict[str, Json]
    #: Names that are no field of the form; validation refuses them.
    unknown: tuple[str, ...] = ()


class Action(msgspec.Struct, frozen=True):
    """A button of the form that does not send it: *target* is the HTML name it acts on."""

    kind: Literal["add", "remove", "drop", "refresh"]
    target: str = ""


class _Node(msgspec.Struct):
    """One part of the posted names: ``items-0-price`` is price in 0 in items."""

    values: list[str] = []
    parts: dict[str, _Node] = {}


def read_flat(form: Form, flat: Mapping[str, Sequence[str]]) -> Posted:
    """The posted names and values of *form* as nested answers; names that begin with ``_`` belong to the page."""
    root = _Node()
    unknown: list[str] = []
    for name, values in flat.items():
        if name.startswith("_"):
            continue
        node, parts = root, name.split("-", _MAX_PARTS)
        for part in parts:
            node = node.parts.setdefault(part, _Node())
        node.values.extend(values)
    found = _level(form.components, root, "", unknown)
    return Posted(found, tuple(unknown))


def _level(components: Sequence[Component], node: _Node, prefix: str, unknown: list[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    known = {component.key: component for component in keyed(components)}
    for key, part in node.parts.items():
        component = known.get(key)
        if component is None or (part.values and part.parts):
            unknown.append(prefix + key)
        elif component.kind == "dynamiclist":
            found[key] = _rows(component, part, f"{prefix}{key}-", unknown)
        elif component.kind == "group":
            found[key] = _level(component.components, part, f"{prefix}{key}-", unknown)
        elif part.parts:
            unknown.append(prefix + key)
        else:
            found[key] = _answer(component, part.values)
    return found


def _rows(component: Component, node: _Node, prefix: str, unknown: list[str]) -> list[dict[str, Json]]:
    numbered = sorted((int(index), part) for index, part in node.parts.items() if _INDEX.fullmatch(index))
    if len(numbered) < len(node.parts) or node.values:
        unknown.append(prefix.removesuffix("-"))
    rows: list[dict[str, Json]] = []
    for index, part in numbered[: MAX_ROWS + 1]:
        # Rows of the data keep their places, also where nothing of a row was posted.
        if component.fixed:
            rows.extend({} for _ in range(min(index, MAX_ROWS) - len(rows)))
        part.parts.pop(ROW_MARK, None)
        rows.append(_level(component.components, part, f"{prefix}{index}-", unknown))
    return rows


def _answer(component: Component, values: list[str]) -> Json:
    if component.kind == "checklist":
        return [value for value in values if value]
    if component.kind == "filepicker":
        return [_reference(value) for value in values if value]
    # A browser posts a name once; of several, the last counts, as for a check box with a hidden twin.
    return values[-1] if values else ""


class Reference(msgspec.Struct, frozen=True):
    """A file that was uploaded before, as the page carries it; only the digest is believed."""

    digest: str
    name: str = ""
    type: str = ""
    size: Annotated[int, msgspec.Meta(ge=0, le=SAFE_INTEGER)] = 0


def refer(file: File) -> dict[str, Json]:
    """The reference to *file* that a page carries and posts."""
    return {"digest": file.digest, "name": file.name, "type": file.type, "size": file.size}


def _reference(text: str) -> Json:
    try:
        return msgspec.to_builtins(msgspec.json.decode(text, type=Reference))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return text


def action_in(flat: Mapping[str, Sequence[str]]) -> Action | None:
    """The button that was pressed, if it was one that only changes the form; else the form was sent."""
    kind: Any
    for kind in ("add", "remove", "drop", "refresh"):
        if values := flat.get(f"_{kind}"):
            return Action(kind, values[0])
    return None


def apply_action(form: Form, posted: Posted, action: Action) -> Posted:
    """*posted* with a row added (``items``) or removed (``items-0``), or a file dropped (``evidence:digest``)."""
    name, _, digest = action.target.partition(":")
    values = copy.deepcopy(posted.values)
    place = _place(form.components, values, name.split("-")) if action.kind != "refresh" else None
    if place is not None:
        component, holder, key = place
        match action.kind:
            case "add" if component.kind == "dynamiclist" and not component.fixed and isinstance(key, str):
                rows = holder.setdefault(key, [])
                if len(rows) < MAX_ROWS:
                    rows.append(new_row(component))
            case "remove" if component.kind == "dynamiclist" and not component.fixed and isinstance(key, int):
                del holder[key]
            case "drop" if component.kind == "filepicker":
                holder[key] = [item for item in holder.get(key) or [] if digest_of(item) != digest]
    return Posted(values, posted.unknown)


def new_row(component: Component) -> dict[str, Json]:
    """A row in which only the defaults stand; one that would have to be worked out is left to the person."""
    return {
        part.key: part.default
        for part in keyed(component.components)
        if part.default is not None and not isinstance(part.default, Expression)
    }


def _place(
    components: Sequence[Component], values: Any, parts: Sequence[str]
) -> tuple[Component, Any, str | int] | None:
    """Where the HTML name points: the component, the dict or list that holds it, and the key or index in there."""
    component = next((each for each in keyed(components) if each.key == parts[0]), None)
    if component is None:
        return None
    if len(parts) == 1:
        return component, values, component.key
    inside = values.get(component.key)
    if component.kind == "group" and isinstance(inside, dict):
        return _place(component.components, inside, parts[1:])
    if component.kind != "dynamiclist" or not isinstance(inside, list) or not _INDEX.fullmatch(parts[1]):
        return None
    index = int(parts[1])
    if index >= len(inside):
        return None
    return (component, inside, index) if len(parts) == 2 else _place(component.components, inside[index], parts[2:])
