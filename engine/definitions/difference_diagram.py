"""What differs between two diagrams, element by element: each value that was written, found by where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from lxml import etree

from engine.bpmn.names import BIHUAN, DC, DI, MODEL
from engine.bpmn.xml import local, parse, tag
from engine.definitions.changes import Change, Detail, Kind

Element = Any
#: Left, top, width and height of a shape; nothing where none is drawn.
Bounds = tuple[float, ...]
#: (aspect, key) → the value as it is written.
Values = dict[tuple[str, str], str]

#: Elements that a reader of the diagram knows as things; all others are values of one of these.
THINGS = frozenset(
    {
        "participant", "lane", "process", "subProcess", "callActivity", "sequenceFlow", "messageFlow", "textAnnotation",
        "association", "group", "dataObjectReference", "dataStoreReference", "error", "message", "signal",
    }
)  # fmt: skip
#: Told by the sequence flows and lanes themselves.
SILENT = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "childLaneSet", "extensionElements"})

ATTRIBUTES = {
    "name": "name", "default": "default", "calledElement": "called", "sourceRef": "from", "targetRef": "to",
    "attachedToRef": "attached", "cancelActivity": "interrupting", "processRef": "process",
    "messageRef": "message",
}  # fmt: skip
CHILDREN = {
    "conditionExpression": "condition", "script": "script", "documentation": "documentation", "text": "text",
    "multiInstanceLoopCharacteristics": "loop", "standardLoopCharacteristics": "loop",
    "messageEventDefinition": "message",
}  # fmt: skip
#: What a reader wants to know first of a thing that is new or gone.
FIRST = frozenset({"assignment", "form", "deadline", "condition"})
#: Our extensions of which an element may have several, told apart by their name.
NAMED = frozenset({"outcome", "input", "output", "fact", "result"})

#: So many shapes that went the same way went there together.
TOGETHER = 3
#: What is drawn around others and has the size that they need.
HOLDERS = frozenset({"participant", "lane", "subProcess"})


class _Thing(msgspec.Struct):
    """One element with its values, and where it is drawn."""

    type: str
    name: str
    values: Values
    bounds: Bounds = ()


def changes(old: bytes | None, new: bytes) -> list[Change]:
    """The elements that differ between two diagrams; raises BpmnUnreadable."""
    before, after = _things(parse(old)) if old is not None else {}, _things(parse(new))
    found = [change for key in {**after, **before} if (change := _change(key, before.get(key), after.get(key)))]
    shifted = _shifted(before, after)
    return [
        msgspec.structs.replace(one, kind="shifted") if one.kind == "moved" and one.element in shifted else one
        for one in found
    ]


def _change(key: str, old: _Thing | None, new: _Thing | None) -> Change | None:
    if old is None or new is None:
        thing = new or old
        assert thing is not None
        details = tuple(
            Detail(aspect=aspect, key=name, old=None if new else value, new=value if new else None)
            for (aspect, name), value in thing.values.items()
            if aspect != "name"
        )
        details = tuple(sorted(details, key=lambda one: one.aspect not in FIRST))
        kind: Kind = "added" if old is None else "removed"
        return Change(kind=kind, element=key, type=thing.type, name=thing.name, details=details)
    details = _details(old, new)
    if details:
        return Change(kind="changed", element=key, type=new.type, name=new.name, details=details)
    if old.bounds != new.bounds:
        return Change(kind="moved", element=key, type=new.type, name=new.name)
    return None


def _shifted(before: Mapping[str, _Thing], after: Mapping[str, _Thing]) -> set[str]:
    """What went the same way as others, as when a step is put in before them, and what has another size for them."""
    drawn = [key for key in before.keys() & after.keys() if before[key].bounds and after[key].bounds]
    ways = {key: _way(before[key].bounds, after[key].bounds) for key in drawn}
    many = Counter(ways.values())
    return {key for key, way in ways.items() if (many[way] >= TOGETHER if way else after[key].type in HOLDERS)}


def _way(old: Bounds, new: Bounds) -> tuple[float, float] | None:
    """How far a shape went to the right and down; None where it has another size."""
    return (round(new[0] - old[0], 2), round(new[1] - old[1], 2)) if old[2:] == new[2:] else None


def _details(old: _Thing, new: _Thing) -> tuple[Detail, ...]:
    found = [] if old.type == new.type else [Detail(aspect="type", old=old.type, new=new.type)]
    for aspect, name in {**old.values, **new.values}:
        before, after = old.values.get((aspect, name)), new.values.get((aspect, name))
        if before != after:
            found.append(Detail(aspect=aspect, key=name, old=before, new=after))
    return tuple(found)


def _things(root: Element) -> dict[str, _Thing]:
    lanes = _lanes(root)
    drawn = _bounds(root)
    found: dict[str, _Thing] = {}
    for element in root.iter():
        if not _is_thing(element):
            continue
        key = element.get("id")
        said = dict(_values(element))
        if key in lanes:
            said["lane", ""] = lanes[key]
        container = element.getparent().get("id") if local(element.getparent()) == "subProcess" else None
        if container:
            said["container", ""] = container
        found[key] = _Thing(local(element), element.get("name", ""), said, drawn.get(key, ()))
    return _named(found)


def _is_thing(element: Element) -> bool:
    if not isinstance(element.tag, str) or etree.QName(element).namespace != MODEL or not element.get("id"):
        return False
    name = local(element)
    return name in THINGS or name == "task" or name.endswith(("Task", "Event", "Gateway"))


def _named(found: dict[str, _Thing]) -> dict[str, _Thing]:
    """What refers to an element says its name."""
    for thing in found.values():
        for aspect in ("from", "to", "default", "attached", "container", "message"):
            other = found.get(thing.values.get((aspect, ""), ""))
            if other is not None and other.name:
                thing.values[aspect, ""] = f"{other.name} ({thing.values[aspect, '']})"
    return found


def _values(element: Element) -> Iterator[tuple[tuple[str, str], str]]:
    """Each value of an element that is not an element of its own."""
    for name, value in element.attrib.items():
        plain = etree.QName(name).localname
        if plain != "id":
            yield (ATTRIBUTES.get(plain, "attribute"), "" if plain in ATTRIBUTES else plain), value
    for extension in element.findall(f"{tag('extensionElements')}/*"):
        if isinstance(extension.tag, str):
            yield from _extension(extension)
    for child in element:
        name = local(child)
        if not name or name in SILENT or _is_thing(child):
            continue
        aspect = CHILDREN.get(name, "event" if name.endswith("EventDefinition") else "attribute")
        for path, value in _flattened(child):
            key = path if aspect in ("loop", "event") else "" if name in CHILDREN else f"{name}.{path}".rstrip(".")
            yield (aspect, key), value


def _extension(extension: Element) -> Iterator[tuple[tuple[str, str], str]]:
    name = local(extension)
    ours = etree.QName(extension).namespace == BIHUAN
    aspect = name if ours else "attribute"
    within = f"{extension.get('name', '')}." if ours and name in NAMED else "" if ours else f"{name}."
    for attribute, value in extension.attrib.items():
        if not (ours and name in NAMED and attribute == "name"):
            yield (aspect, within + attribute), value
    if (extension.text or "").strip():
        yield (aspect, within.rstrip(".")), extension.text.strip()
    if ours and name in NAMED and len(extension.attrib) == 1:
        yield (aspect, within.rstrip(".")), extension.get("name", "")


def _flattened(element: Element, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts and attributes of a value with parts, each under its path."""
    for name, value in element.attrib.items():
        plain = etree.QName(name).localname
        if plain not in ("id", "type"):
            yield f"{path}.{plain}".lstrip("."), value
    text = (element.text or "").strip()
    if text:
        yield path, text
    seen: Counter[str] = Counter()
    for child in element:
        name = local(child)
        if not name:
            continue
        seen[name] += 1
        step = "" if name == "extensionElements" else name if seen[name] == 1 else f"{name}[{seen[name]}]"
        yield from _flattened(child, f"{path}.{step}".strip("."))


def _lanes(root: Element) -> dict[str, str]:
    return {
        (ref.text or "").strip(): lane.get("name") or lane.get("id", "")
        for lane in root.iter(tag("lane"))
        for ref in lane.findall(tag("flowNodeRef"))
    }


def _bounds(root: Element) -> dict[str, Bounds]:
    """Where each shape is drawn; a flow is where its ends are."""
    return {
        shape.get("bpmnElement", ""): tuple(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
        for shape in root.iter(f"{{{DI}}}BPMNShape")
        for bounds in shape.findall(f"{{{DC}}}Bounds")
    }
