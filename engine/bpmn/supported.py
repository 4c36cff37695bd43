"""Refuses by name every element, event, attribute and extension of a file that the kernel does not execute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.gate import nearest_id
from engine.bpmn.graph import ACTIVITIES, EVENTS, GATEWAYS
from engine.bpmn.names import BIHUAN, BOOLEANS, EXECUTED, EXTENSIONS, MODEL, SHOWN, TRIGGERS, XSI
from engine.bpmn.xml import is_true
from engine.errors import Finding

#: What a case, a message to its reader, or another element refers to by its id.
_REFERRED = ACTIVITIES | EVENTS | GATEWAYS | {"process"}

_FEEL = frozenset({"", "feel", "application/feel", "text/feel"})

#: Extension → the attribute without which it says nothing.
_REQUIRED = {
    "input": "name",
    "output": "name",
    "outcome": "name",
    "result": "name",
    "service": "kind",
    "decision": "ref",
    "correlation": "key",
}


def findings(root: Any) -> Iterator[Finding]:
    """One finding per thing that is not executed."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element)
        if name.namespace == MODEL and name.localname not in SHOWN:
            yield from _element(element, name.localname)
        elif name.namespace == BIHUAN:
            yield from _extension(element, name.localname)


def _element(element: Any, name: str) -> Iterator[Finding]:
    if name not in EXECUTED:
        yield unsupported(element, name)
        return
    for attribute, value in element.attrib.items():
        yield from _attribute(element, name, etree.QName(attribute), value)
    if name in _REFERRED and not element.get("id"):
        yield Finding(
            rule="bpmn-without-id", element=nearest_id(element), line=element.sourceline or 0, values={"what": name}
        )
    if name == "subProcess" and is_true(element.get("triggeredByEvent")):
        yield unsupported(element, "event sub-process")
    if name == "process" and not is_true(element.get("isExecutable")):
        yield Finding(
            rule="bpmn-not-executable", severity="warning", element=element.get("id", ""), line=element.sourceline or 0
        )
    if name == "scriptTask" and (element.get("scriptFormat") or "").lower() not in _FEEL:
        yield unsupported(element, f"scriptFormat {element.get('scriptFormat')}")
    yield from _language(element, name)
    yield from _trigger(element, name)


def _attribute(element: Any, name: str, attribute: etree.QName, value: str) -> Iterator[Finding]:
    """Attributes of BPMN that are not executed; ours stand in extension elements; other people's are their own."""
    local, of_bpmn = attribute.localname, attribute.namespace is None
    if attribute.namespace == BIHUAN:
        yield unsupported(element, f"{name} bihuan:{local}")
    elif (of_bpmn and local not in EXECUTED[name]) or (attribute.namespace == XSI and local != "type"):
        yield unsupported(element, f"{name} {local}")
    elif of_bpmn and local in BOOLEANS and value.strip() not in ("true", "false", "1", "0"):
        yield unsupported(element, f"{name} {local} {value}")


def _language(element: Any, name: str) -> Iterator[Finding]:
    language = element.get("expressionLanguage") or ""
    if name == "definitions" and language and "feel" not in language.lower() and "XPath" not in language:
        yield unsupported(element, f"expressionLanguage {language}")


def _trigger(element: Any, name: str) -> Iterator[Finding]:
    if name not in TRIGGERS:
        return
    definitions = [found for found in element if isinstance(found.tag, str) and found.tag.endswith("EventDefinition")]
    for found in definitions:
        kind = etree.QName(found).localname
        if kind in EXECUTED and kind not in TRIGGERS[name]:
            yield unsupported(element, f"{name} {kind}")
    if len(definitions) > 1:
        yield unsupported(element, f"{name} with several event definitions")
    if not definitions and name in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        yield Finding(rule="bpmn-event-empty", element=element.get("id", ""), line=element.sourceline or 0)


def _extension(element: Any, name: str) -> Iterator[Finding]:
    owner = element.getparent().getparent() if element.getparent() is not None else None
    place = etree.QName(owner).localname if owner is not None else ""
    if name not in EXTENSIONS:
        yield unsupported(element, f"bihuan:{name}")
        return
    places, attributes = EXTENSIONS[name]
    if place not in places and not ("activity" in places and place in ACTIVITIES):
        yield Finding(
            rule="bpmn-extension-misplaced", element=nearest_id(element), line=element.sourceline or 0,
            values={"extension": name, "place": place},
        )  # fmt: skip
    for attribute in element.attrib:
        if attribute not in attributes:
            yield unsupported(element, f"bihuan:{name} {attribute}")
    if name in _REQUIRED and not element.get(_REQUIRED[name]):
        yield Finding(
            rule="bpmn-extension-incomplete", element=nearest_id(element), line=element.sourceline or 0,
            values={"extension": name, "attribute": _REQUIRED[name]},
        )  # fmt: skip


def unsupported(element: Any, what: str) -> Finding:
    """The finding that names what is not executed."""
    return Finding(
        rule="bpmn-unsupported", element=nearest_id(element), line=element.sourceline or 0, values={"what": what[:120]}
    )
