"""The first wall before a BPMN file: its bytes, its size, its depth, its names; nothing here is compiled yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.names import BIHUAN, MODEL
from engine.errors import Finding

LARGEST = 2 * 1024 * 1024
MOST_ELEMENTS = 2_000
DEEPEST = 10
LONGEST_NAME = 255
LONGEST_EXPRESSION = 4_000

#: Encodings that a file may declare; with others, what is read and what is run could differ.
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "windows-1252", "iso-8859-1"})
_DECLARED = re.compile(rb"(\s*<\?xml[^>]*?encoding\s*=\s*[\"'])([^\"']+)")

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
#: Control characters, and those that turn the direction of writing around.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
#: Elements whose text counts.
_EXPRESSIONS = frozenset(
    {
        "conditionExpression", "script", "loopCardinality", "completionCondition", "timeDuration", "timeDate",
        "loopDataInputRef", "flowNodeRef",
    }
)  # fmt: skip


def as_utf8(source: bytes) -> bytes:
    """The file in UTF-8, whatever of the few allowed encodings it declares; raises UnicodeDecodeError for others."""
    body = source.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(body)
    name = declared[2].decode("ascii", "replace").lower() if declared else "utf-8"
    if name not in _ENCODINGS:
        raise UnicodeDecodeError(name, b"", 0, 1, "encoding")
    text = body.decode(name)
    return _DECLARED.sub(rb"\1utf-8", text.encode(), count=1) if declared else text.encode()


def bytes_findings(source: bytes) -> list[Finding]:
    """What speaks against parsing the file at all."""
    if len(source) > LARGEST:
        return [Finding(rule="bpmn-too-large", values={"limit": "2 MB"})]
    try:
        text = as_utf8(source).decode()
    except UnicodeDecodeError:
        return [Finding(rule="bpmn-encoding")]
    hidden = _HIDDEN.search(text)
    if hidden:
        return [Finding(rule="bpmn-hidden-character", line=text.count("\n", 0, hidden.start()) + 1)]
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        return [Finding(rule="bpmn-doctype")]
    return []


def tree_findings(root: Any) -> Iterator[Finding]:
    """Counts, depth, ids and names of the parsed file, and characters that were hidden as ``&#x202e;``."""
    for aside in (*root.itersiblings(preceding=True), *root.itersiblings()):
        yield from _aside(aside)
    counted: Counter[str] = Counter()
    seen: set[str] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield from _aside(element)
            continue
        if any(_HIDDEN.search(text) for text in (*element.attrib.values(), element.text or "", element.tail or "")):
            yield Finding(rule="bpmn-hidden-character", element=nearest_id(element)[:100], line=element.sourceline or 0)
        namespace = etree.QName(element).namespace or ""
        counted[namespace] += 1
        if namespace == MODEL:
            yield from _names(element, seen)
    for most in (counted[MODEL], counted[BIHUAN]):
        if most > MOST_ELEMENTS:
            yield Finding(rule="bpmn-too-many", values={"limit": str(MOST_ELEMENTS), "found": str(most)})
    if _depth(root) > DEEPEST + 4:
        yield Finding(rule="bpmn-too-deep", values={"limit": str(DEEPEST)})


def _aside(element: Any) -> Iterator[Finding]:
    """Comments inside expressions would hide part of them; processing instructions and entities mean nothing here."""
    if element.tag is etree.Comment:
        parent = element.getparent()
        if parent is not None and isinstance(parent.tag, str) and etree.QName(parent).localname in _EXPRESSIONS:
            yield Finding(rule="bpmn-comment", element=nearest_id(parent.getparent()), line=element.sourceline or 0)
    else:
        yield Finding(rule="bpmn-instruction", line=element.sourceline or 0)


def _names(element: Any, seen: set[str]) -> Iterator[Finding]:
    found, line = element.get("id"), element.sourceline or 0
    if found is not None:
        if not _ID.fullmatch(found):
            yield Finding(rule="bpmn-id", element=found[:100], line=line)
        elif found in seen:
            yield Finding(rule="bpmn-id-twice", element=found, line=line)
        seen.add(found)
    if len(element.get("name") or "") > LONGEST_NAME:
        yield Finding(rule="bpmn-name-too-long", element=nearest_id(element), line=line)
    if etree.QName(element).localname in _EXPRESSIONS and len("".join(element.itertext())) > LONGEST_EXPRESSION:
        yield Finding(rule="bpmn-expression-too-long", element=nearest_id(element.getparent()), line=line)


def _depth(root: Any) -> int:
    deepest, waiting = 0, [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in element if isinstance(child.tag, str) and MODEL in child.tag)
    return deepest


def nearest_id(element: Any) -> str:
    """The id of an element, or of the nearest one around it that has one."""
    while element is not None and not element.get("id"):
        element = element.getparent()
    return str(element.get("id")) if element is not None else ""
