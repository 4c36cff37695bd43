"""Bytes to XML elements, without entities, network or surprise, and the few ways in which the reader looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from lxml import etree

from engine.dmn.errors import DmnUnreadable

Xml = etree._Element

#: The namespaces of DMN 1.1 to 1.5.
NAMESPACES: Final = frozenset(
    (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    )
)
#: How the names of FEEL end, in all versions of the standard.
_FEEL: Final = ("feel", "feel/", "feel.html")
#: Boxed expressions nest two or three levels of elements each.
_MAX_DEPTH: Final = 60


def parse(source: bytes) -> Xml:
    """The root ``definitions`` of a model."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise DmnUnreadable(reason=str(wrong)) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr] # the stubs of lxml do not know it
        raise DmnUnreadable(reason="DOCTYPE")
    if _depth(root) > _MAX_DEPTH:
        raise DmnUnreadable(reason=f"more than {_MAX_DEPTH} levels")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise DmnUnreadable(reason=f"{{{name.namespace}}}{name.localname}")
    return root


def _depth(root: Xml) -> int:
    """The number of levels of elements, counted without recursion."""
    level, depth = [root], 0
    while level:
        level, depth = [below for element in level for below in element], depth + 1
    return depth


def tag(element: Xml) -> str:
    """The local name of an element of DMN; empty for those of other namespaces."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Xml | None, *tags: str) -> Iterator[Xml]:
    """The elements of DMN directly below, with one of the local names."""
    return (child for child in (element if element is not None else ()) if tag(child) in tags)


def child(element: Xml | None, *tags: str) -> Xml | None:
    """The first of them."""
    return next(children(element, *tags), None)


def text(element: Xml | None, below: str = "text") -> str:
    """The text of the child with this local name, without white space around it."""
    found = child(element, below)
    return "".join(str(part) for part in found.itertext()).strip() if found is not None else ""


def foreign_language(element: Xml) -> str:
    """The language in which an expression says it is written, empty for FEEL."""
    language = str(element.get("expressionLanguage", ""))
    return "" if language.lower().endswith(_FEEL) else language


def line(element: Xml) -> int:
    """The line of the file where the element begins."""
    return int(cast(int | None, element.sourceline) or 0)


def reference(element: Xml | None) -> str:
    """The id that ``href`` points to."""
    return str(element.get("href", "")).rpartition("#")[2] if element is not None else ""
