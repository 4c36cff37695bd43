"""Where a node without a name stands in its process: beside the nearest node that has one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from engine.bpmn.graph import Graph, Node


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """On which side of which named node."""

    side: Literal["at", "after", "before"]
    #: Its name, as the process has it.
    name: str


def whereabouts(graph: Graph, node: Node) -> Whereabouts | None:
    """At whose border a node stands, else after what it comes, else before what; None where nothing has a name."""
    host = graph.nodes.get(node.attached_to or "")
    if host is not None and host.name:
        return Whereabouts(side="at", name=host.name)

    def before(one: Node) -> Iterable[str]:
        return [flow.source for flow in one.incoming] + [one.attached_to or ""]

    def after(one: Node) -> Iterable[str]:
        return [flow.target for flow in one.outgoing]

    if earlier := _nearest(graph, node, before):
        return Whereabouts(side="after", name=earlier.name)
    later = _nearest(graph, node, after)
    return Whereabouts(side="before", name=later.name) if later is not None else None


def _nearest(graph: Graph, node: Node, beside: Callable[[Node], Iterable[str]]) -> Node | None:
    """The named node that is fewest flows away; of several, the one that is drawn first."""
    seen = {node.id}
    here = [node]
    while here:
        keys = {key for one in here for key in beside(one) if key in graph.nodes} - seen
        seen |= keys
        here = sorted((graph.nodes[key] for key in keys), key=lambda one: (one.x, one.y))
        found = next((one for one in here if one.name), None)
        if found is not None:
            return found
    return None
