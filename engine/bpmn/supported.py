"""Refuses by name every element, event, attribute and extension of a file that the kernel does not execute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.names import BIHUAN, EXECUTED, EXTENSIONS, MODEL, SHOWN, TRIGGERS, XSI
from engine.errors import Finding

_ACTIVITIES = frozenset(
    {"userTask", "manualTask", "serviceTask", "callActivity", "businessRuleTask", "scriptTask", "subProcess", "task"}
)

_FEEL = frozenset({"", "feel", "application/feel", "text/feel"})

#: Extension → the attribute without which it says nothing.
_REQUIRED = {
    "input": "name",
    "output": "name",
    "outcome": "name",
    "result": "name",
    "service": "kind",
    "decision": "ref",
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
        yield _unsupported(element, name)
        return
    for attribute in element.attrib:
        found = etree.QName(attribute)
        foreign = found.namespace == XSI and found.localname != "type"
        if foreign or (found.namespace is None and found.localname not in EXECUTED[name]):
            yield _unsupported(element, f"{name} {found.localname}")
    if name == "subProcess" and element.get("triggeredByEvent") == "true":
        yield _unsupported(element, "event sub-process")
    if name == "process" and element.get("isExecutable") != "true":
        yield Finding(
            rule="bpmn-not-executable", severity="warning", element=element.get("id", ""), line=element.sourceline or 0
        )
    if name == "scriptTask" and (element.get("scriptFormat") or "").lower() not in _FEEL:
        yield _unsupported(element, f"scriptFormat {element.get('scriptFormat')}")
    yield from _language(element, name)
    yield from _trigger(element, name)


def _language(element: Any, name: str) -> Iterator[Finding]:
    language = element.get("expressionLanguage") or ""
    if name == "definitions" and language and "feel" not in language.lower() and "XPath" not in language:
        yield _unsupported(element, f"expressionLanguage {language}")


def _trigger(element: Any, name: str) -> Iterator[Finding]:
    if name not in TRIGGERS:
        return
    definitions = [found for found in element if isinstance(found.tag, str) and found.tag.endswith("EventDefinition")]
    for found in definitions:
        kind = etree.QName(found).localname
        if kind in EXECUTED and kind not in TRIGGERS[name]:
            yield _unsupported(element, f"{name} {kind}")
    if len(definitions) > 1:
        yield _unsupported(element, f"{name} with several event definitions")
    if not definitions and name in ("intermediateCatchEvent", "boundaryEvent"):
        yield Finding(rule="bpmn-event-empty", element=element.get("id", ""), line=element.sourceline or 0)


def _extension(element: Any, name: str) -> Iterator[Finding]:
    owner = element.getparent().getparent() if element.getparent() is not None else None
    place = etree.QName(owner).localname if owner is not None else ""
    if name not in EXTENSIONS:
        yield _unsupported(element, f"bihuan:{name}")
        return
    places, attributes = EXTENSIONS[name]
    if place not in (places or _ACTIVITIES):
        yield Finding(
            rule="bpmn-extension-misplaced", element=_id(element), line=element.sourceline or 0,
            values={"extension": name, "place": place},
        )  # fmt: skip
    for attribute in element.attrib:
        if attribute not in attributes:
            yield _unsupported(element, f"bihuan:{name} {attribute}")
    if name in _REQUIRED and not element.get(_REQUIRED[name]):
        yield Finding(
            rule="bpmn-extension-incomplete", element=_id(element), line=element.sourceline or 0,
            values={"extension": name, "attribute": _REQUIRED[name]},
        )  # fmt: skip


def _unsupported(element: Any, what: str) -> Finding:
    return Finding(
        rule="bpmn-unsupported", element=_id(element), line=element.sourceline or 0, values={"what": what[:120]}
    )


def _id(element: Any) -> str:
    while element is not None and not element.get("id"):
        element = element.getparent()
    return str(element.get("id")) if element is not None else ""
