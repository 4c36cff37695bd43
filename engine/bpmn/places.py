"""Refuses what stands where nobody would read it, or twice where only the first would be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.graph import ACTIVITIES, CONTAINERS, EVENTS, GATEWAYS
from engine.bpmn.names import BIHUAN, DI, MANY, MODEL
from engine.bpmn.supported import unsupported
from engine.errors import Finding

_NODES = ACTIVITIES | GATEWAYS | EVENTS

#: Executed elements → where they are read. (Which event may have which definition is a question for ``supported``.)
PLACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_NODES | {"sequenceFlow"}, CONTAINERS),
    **dict.fromkeys(("process", "error", "message"), frozenset({"definitions"})),
    **dict.fromkeys(
        ("timerEventDefinition", "messageEventDefinition", "errorEventDefinition", "terminateEventDefinition"), EVENTS
    ),
    **dict.fromkeys(("timeDuration", "timeDate"), frozenset({"timerEventDefinition"})),
    **dict.fromkeys(
        ("loopCardinality", "completionCondition", "loopDataInputRef", "inputDataItem"),
        frozenset({"multiInstanceLoopCharacteristics"}),
    ),
    "multiInstanceLoopCharacteristics": ACTIVITIES,
    "conditionExpression": frozenset({"sequenceFlow"}),
    "script": frozenset({"scriptTask"}),
    "definitions": frozenset(),
}

#: Of these an element has one.
ONCE = frozenset(
    {
        "extensionElements", "multiInstanceLoopCharacteristics", "loopCardinality", "completionCondition",
        "loopDataInputRef", "inputDataItem", "conditionExpression", "script", "timeDuration", "timeDate",
    }
)  # fmt: skip

#: What may contain elements of other people: their extensions, and formatted text.
_OPEN = frozenset({"extensionElements", "documentation", "text"})


def findings(root: Any) -> Iterator[Finding]:
    """One finding per element that would be read over."""
    for parent in root.iter(f"{{{MODEL}}}*"):
        place, seen = etree.QName(parent).localname, set()
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child)
            label = f"bihuan:{name.localname}" if name.namespace == BIHUAN else name.localname
            if not _is_read(name, place):
                yield unsupported(child, f"{label} in {place}")
            elif child.tag in seen and _is_single(name):
                yield unsupported(child, f"{place} with several {label}")
            seen.add(child.tag)


def _is_read(name: etree.QName, place: str) -> bool:
    """True where somebody reads, or shows, an element of this name."""
    if name.namespace == MODEL:
        return place in PLACES.get(name.localname, {place})
    if name.namespace == BIHUAN:
        return place == "extensionElements"
    return place in _OPEN or (place == "definitions" and name.namespace == DI)


def _is_single(name: etree.QName) -> bool:
    return name.localname not in MANY if name.namespace == BIHUAN else name.localname in ONCE
