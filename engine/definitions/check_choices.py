"""An expression compares the answer of a choice with a value that it can have, and not with the words on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import feel
from engine.bpmn.graph import Graph, Node
from engine.definitions import check_names
from engine.definitions.package import DIAGRAM, Package
from engine.errors import BihuanError, Finding
from engine.forms.definition import Component, Option

Choices = Mapping[str, tuple[Option, ...]]


def findings(package: Package, graph: Graph) -> Iterator[Finding]:
    """A warning for each text that a choice is compared with and can never be."""
    known = choices(package, graph)
    for place, node, text in check_names.expressions(graph) if known else ():
        local = check_names.seen_by(package, node) - check_names.written_by(package, node)
        for name, value in _compared(text):
            options = () if name in local else known.get(name, ())
            if options and value not in [option.value for option in options]:
                values = {"name": name, "value": value, "values": told(options), "expression": text[:80]}
                yield Finding(
                    rule="choice-unknown", severity="warning", element=place.id, line=place.line, values=values,
                    file=DIAGRAM,
                )  # fmt: skip


def choices(package: Package, graph: Graph) -> Choices:
    """Variables that are answers of choices wherever they are written, each with all options of all its forms."""
    if graph.extension("start") is None:  # what callers hand over is not known here
        return {}
    return {
        name: tuple({str(option.value): option for part in parts for option in part.options}.values())
        for name, parts in answers(package, graph).items()
        if all(_is_fixed(part) for part in parts)
    }


def answers(package: Package, graph: Graph) -> dict[str, tuple[Component, ...]]:
    """Variables that are answers wherever the process writes them, each with the fields that ask for it."""
    writers: dict[str, list[Component | None]] = {}
    for node in graph.nodes.values():
        for name, part in _written(package, node):
            writers.setdefault(name, []).append(part)
    return {name: tuple(filter(None, parts)) for name, parts in writers.items() if None not in parts}


def told(options: tuple[Option, ...]) -> str:
    """The values as an expression writes them, each with the words that staff see."""
    return ", ".join(f'"{option.value}" ({option.label})' for option in options)


def _written(package: Package, node: Node) -> Iterator[tuple[str, Component | None]]:
    """The variables that a node writes, each with the field whose answer it is; a field that only shows writes none."""
    parts = {part.key: part for part in check_names.fields_of(package, node)}
    handed = {one.attributes.get("name", ""): one.attributes.get("value", "") for one in node.extension_list("output")}
    names = parts.keys() if node.type == "startEvent" else check_names.written_by(package, node)
    for name in names:
        part = parts.get(handed.get(name, name).removeprefix("=").strip())
        if part is None or not part.readonly or name in handed:
            yield name, part


def _is_fixed(part: Component) -> bool:
    """Whether the answer is the value of one of the options that stand in the form."""
    return part.kind in ("radio", "select") and part.options_from is None and bool(part.options)


def _compared(text: str) -> list[tuple[str, str]]:
    try:
        return feel.compared_texts(feel.parse(text))
    except BihuanError:  # told by the rules of the diagram itself
        return []
