"""What the elements of a process are called on a page: a reader knows names and the drawing, and no ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.definitions.outline import Step
from engine.definitions.whereabouts import Whereabouts, whereabouts
from webui.texts import t

#: The ids that the library of the drawing makes, which say nothing to a reader.
_MADE = re.compile(r"[A-Z][a-z]+_[0-9a-z]{7}")


def made(key: str) -> bool:
    """Whether an id was made by the library of the drawing; others were chosen by somebody and can be read."""
    return _MADE.fullmatch(key) is not None


def said(value: str | None, names: Mapping[str, str]) -> str | None:
    """A value without an id that was made, where the element that it names is known by a name."""
    told, _, key = (value or "").removesuffix(")").rpartition(" (")
    if told and made(key):
        return told
    return names[value] if value and made(value) and value in names else value


def called(kind: str, name: str, where: Whereabouts | None) -> str:
    """The name; of an element that has none what it is and where it stands: 排他网关(“复核”之后)."""
    if name:
        return name
    told = t(f"change.type.{kind}")
    if where is not None:
        told = t(f"element.{where.side}", kind=told, name=where.name)
    # It stands for a name, and begins as one.
    return told[:1].upper() + told[1:]


def flow(source: str, target: str, name: str = "") -> str:
    """A sequence flow, by the names of its ends and its own."""
    return t("element.flow.named" if name else "element.flow", source=source, target=target, name=name)


def name(graph: Any, key: str, translate: Callable[[str], str]) -> str:
    """What a node or a sequence flow of a process is called; the key where the process has neither."""
    node = graph.nodes.get(key)
    if node is not None:
        if node.name:
            return translate(node.name)
        where = whereabouts(graph, node)
        return called(node.type, "", where and Whereabouts(side=where.side, name=translate(where.name)))
    found = graph.flows.get(key)
    if found is None:
        return key
    source, target = (name(graph, end, translate) for end in (found.source, found.target))
    return flow(source, target, found.name and translate(found.name))


def names(graph: Any, translate: Callable[[str], str]) -> dict[str, str]:
    """Id → what the element is called, of every node and sequence flow of a process."""
    return {key: name(graph, key, translate) for key in (*graph.nodes, *graph.flows)}


def step_names(outline: list[Step]) -> dict[str, str]:
    """The same of a draft that may not run yet, whose steps are known in words."""
    nodes = {step.id: called(step.type, step.name, step.whereabouts) for step in outline}
    ways = {
        way.flow: flow(nodes[step.id], nodes.get(way.to, way.to), way.name) for step in outline for way in step.ways
    }
    return {**ways, **nodes}
