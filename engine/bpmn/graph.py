"""The compiled process: nodes, sequence flows and containers, immutable and shared by all cases of a version."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

ACTIVITIES = frozenset(
    {
        "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "receiveTask", "sendTask",
        "subProcess", "callActivity",
    }
)  # fmt: skip
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
CONTAINERS = frozenset({"process", "subProcess"})


class Extension(msgspec.Struct, frozen=True):
    """One ``bihuan:`` element: its local name, attributes and text."""

    name: str
    attributes: dict[str, str]
    text: str = ""


class Extended(msgspec.Struct, kw_only=True):
    """What carries extensions."""

    extensions: tuple[Extension, ...] = ()

    def extension(self, name: str) -> Extension | None:
        """The first extension of this name."""
        return next((found for found in self.extensions if found.name == name), None)

    def extension_list(self, name: str) -> tuple[Extension, ...]:
        """All extensions of this name, in the order of the file."""
        return tuple(found for found in self.extensions if found.name == name)


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None = None
    line: int = 0
    name: str = ""


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """What an event or a receive task waits for, what is thrown or sent, or how an end ends.

    ``timer`` (``date`` or ``duration``), ``message`` (its name; none where it refers to no message), ``error`` (a code,
    or any), ``terminate``.
    """

    kind: str
    code: str | None = None
    date: str | None = None
    duration: str | None = None
    message: str | None = None


class Loop(msgspec.Struct, frozen=True, kw_only=True):
    """Multi-instance characteristics."""

    sequential: bool
    collection: str | None = None
    cardinality: str | None = None
    item: str | None = None
    output: str | None = None
    output_item: str | None = None
    completion: str | None = None


class Node(Extended, kw_only=True):
    """A flow node, or the process itself."""

    id: str
    type: str
    name: str = ""
    #: The container; empty for the process.
    parent: str = ""
    line: int = 0
    lane: str = ""
    incoming: list[Flow] = []
    outgoing: list[Flow] = []
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    trigger: Trigger | None = None
    loop: Loop | None = None
    called: str | None = None
    script: str | None = None
    documentation: str = ""
    #: Boundary events of an activity; flow nodes inside a container.
    boundary: list[str] = []
    children: list[str] = []
    #: Left edge and top of its shape, for reading order.
    x: float = 0.0
    y: float = 0.0

    @property
    def is_join(self) -> bool:
        """True for a gateway that waits for several flows."""
        return self.type in ("parallelGateway", "inclusiveGateway") and len(self.incoming) > 1


class Graph(Extended, kw_only=True):
    """One executable process."""

    id: str
    name: str
    nodes: dict[str, Node]
    flows: dict[str, Flow]
    documentation: str = ""
    _reach: dict[str, dict[str, frozenset[str]]] = {}

    @property
    def start(self) -> Node:
        """The none start event of the process."""
        return next(self.starts(self.id))

    def starts(self, container: str) -> Iterator[Node]:
        """The start events of a container."""
        return (self.nodes[child] for child in self.nodes[container].children if self.nodes[child].type == "startEvent")

    def flow_node(self, key: str) -> Node | None:
        """The node of this id, unless it is the process itself."""
        found = self.nodes.get(key)
        return found if found is not None and found.type != "process" else None

    def in_reading_order(self) -> list[Node]:
        """The nodes from left to right, as the diagram shows them."""
        nodes = [node for node in self.nodes.values() if node.type != "process"]
        return sorted(nodes, key=lambda node: (node.x, node.y))

    def reach(self, gateway: str) -> dict[str, frozenset[str]]:
        """Node → incoming flows of *gateway* that can be reached from the node without passing the gateway."""
        if gateway not in self._reach:
            self._reach[gateway] = self._reached(gateway)
        return self._reach[gateway]

    def _reached(self, gateway: str) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for flow in self.nodes[gateway].incoming:
            waiting = [flow.source]
            while waiting:
                node = self.nodes[waiting.pop()]
                if node.id == gateway or flow.id in found.setdefault(node.id, set()):
                    continue
                found[node.id].add(flow.id)
                waiting.extend(before.source for before in node.incoming)
                if node.attached_to:
                    waiting.append(node.attached_to)
        return {node: frozenset(flows) for node, flows in found.items()}


__all__ = ["ACTIVITIES", "CONTAINERS", "EVENTS", "GATEWAYS", "Extension", "Flow", "Graph", "Loop", "Node", "Trigger"]
