"""Makes of a diagram what SpiffWorkflow's parser can read, without changing what it says.

Elements get ids that clash with none of SpiffWorkflow's own (defect ``reserved-ids``); shapes, lanes, texts and
extensions go, since its parser finds those of children too; what BPMN leaves implicit is drawn: the start and the end
of a container without one, and the gateway behind an element with several or conditional flows (BPMN 2.0 §10.5.1,
§13.2.1). What is drawn here has no name in the diagram and is not told.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lxml import etree

from engine.bpmn.graph import ACTIVITIES, EVENTS, GATEWAYS
from engine.bpmn.names import MODEL, THROWING
from engine.bpmn.xml import local, tag

Element = Any

NODES = ACTIVITIES | EVENTS | GATEWAYS

#: Attributes that name an element.
_NAMING = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "errorRef")

_DROPPED = frozenset(
    {
        "extensionElements", "documentation", "laneSet", "incoming", "outgoing", "textAnnotation", "association",
        "group", "collaboration", "category", "script",
    }
)  # fmt: skip


class Prepared:
    """The diagram for the parser, and the names of its elements."""

    def __init__(self, root: Element, process: Element) -> None:
        self.root, self.process = root, process
        #: Name for the parser → id in the diagram; drawn elements have none.
        self.names: dict[str, str] = {}
        self._strip()
        self._rename()
        for container in [process, *process.iter(tag("subProcess"))]:
            self._container(container)
        self._plain_joins()

    @property
    def id(self) -> str:
        """The process by its name for the parser."""
        return str(self.process.get("id"))

    def _strip(self) -> None:
        for element in list(self.root.iter()):
            parent = element.getparent()
            if parent is None:
                continue
            foreign = not isinstance(element.tag, str) or etree.QName(element).namespace != MODEL
            beside = parent is self.root and element is not self.process and not _is_error(element)
            # An event that sends a message does so by a body of ours; for the parser it is a plain one.
            sends = local(element) == "messageEventDefinition" and local(parent) in THROWING
            if foreign or beside or sends or local(element) in _DROPPED:
                parent.remove(element)

    def _rename(self) -> None:
        given = {}
        for number, element in enumerate(self.root.iter(), start=1):
            if element.get("id"):
                given[element.get("id")] = f"e{number}"
        self.names = {name: known for known, name in given.items()}
        for element in self.root.iter():
            for attribute in _NAMING:
                if element.get(attribute) in given:
                    element.set(attribute, given[element.get(attribute)])

    def _container(self, container: Element) -> None:
        nodes = [element for element in container if local(element) in NODES]
        flows = [element for element in container if local(element) == "sequenceFlow"]
        arriving = {flow.get("targetRef") for flow in flows}
        if not any(local(node) == "startEvent" for node in nodes):
            start = self._draw(container, "startEvent")
            for node in nodes:
                if node.get("id") not in arriving and node.get("attachedToRef") is None:
                    self._connect(container, start, node)
            if not nodes:
                self._connect(container, start, self._draw(container, "endEvent"))
        for node in nodes:
            self._leaving(container, node, [flow for flow in flows if flow.get("sourceRef") == node.get("id")])
        for loop in container.iterfind(f"*/{tag('multiInstanceLoopCharacteristics')}"):
            self._instances(loop)

    def _leaving(self, container: Element, node: Element, flows: list[Element]) -> None:
        """Draws what follows *node* where the diagram leaves it implicit."""
        if local(node) == "endEvent":
            return
        if not flows:
            self._connect(container, node, self._draw(container, "endEvent"))
            return
        conditional = any(flow.find(tag("conditionExpression")) is not None for flow in flows)
        if local(node) in GATEWAYS:
            if local(node) == "inclusiveGateway":
                self._always(node, flows)
            return
        if conditional or len(flows) > 1:
            gateway = self._draw(container, "inclusiveGateway" if conditional else "parallelGateway")
            if node.get("default"):
                gateway.set("default", node.attrib.pop("default"))
            for flow in flows:
                flow.set("sourceRef", gateway.get("id"))
            self._connect(container, node, gateway)
            if conditional:
                self._always(gateway, flows)
        elif node.get("default"):
            del node.attrib["default"]

    def _always(self, gateway: Element, flows: list[Element]) -> None:
        """A flow without a condition beside others with one is always taken."""
        for flow in flows:
            if flow.find(tag("conditionExpression")) is None and flow.get("id") != gateway.get("default"):
                etree.SubElement(flow, tag("conditionExpression")).text = "true"

    def _instances(self, loop: Element) -> None:
        """What is gone through is worked out by our expressions: the parser only has to see that there is something."""
        for name in ("loopCardinality", "loopDataInputRef", "inputDataItem"):
            for found in loop.findall(tag(name)):
                loop.remove(found)
        etree.SubElement(loop, tag("loopDataInputRef")).text = "items"

    def _draw(self, container: Element, name: str) -> Element:
        drawn = etree.SubElement(container, tag(name))
        drawn.set("id", f"d{sum(1 for _ in self.root.iter())}")
        return drawn

    def _connect(self, container: Element, source: Element, target: Element) -> None:
        flow = self._draw(container, "sequenceFlow")
        flow.set("sourceRef", source.get("id"))
        flow.set("targetRef", target.get("id"))

    @staticmethod
    def _nested(gateway: Element) -> bool:
        """True beside activities that run inside of themselves (defect ``inclusive-started``)."""
        container = gateway.getparent()
        instances = container.find(f"*/{tag('multiInstanceLoopCharacteristics')}")
        return instances is not None or container.find(tag("subProcess")) is not None

    def _plain_joins(self) -> None:
        """Marks the joins to which over each flow at most one token can come: only there SpiffWorkflow's own are right.

        Tokens are counted from the starts on; what lies in a loop, or behind one, is never counted to its end.
        """
        nodes = {node.get("id"): node for node in self.process.iter() if local(node) in NODES}
        following: dict[str, list[str]] = {name: [] for name in nodes}
        for flow in self.process.iter(tag("sequenceFlow")):
            following[flow.get("sourceRef")].append(flow.get("targetRef"))
        for event in self.process.iter(tag("boundaryEvent")):
            following[event.get("attachedToRef")].append(event.get("id"))
        left = Counter(target for targets in following.values() for target in targets)
        tokens = {name: int(not left[name]) for name in nodes}
        widest = dict.fromkeys(nodes, 0)
        ready = [name for name in nodes if not left[name]]
        while ready:
            name = ready.pop()
            joins = local(nodes[name]) in ("parallelGateway", "inclusiveGateway")
            nested = local(nodes[name]) == "inclusiveGateway" and self._nested(nodes[name])
            if joins and widest[name] <= 1 and not nested:
                nodes[name].set("plain", "true")
            leaving = min(tokens[name], 1) if joins else tokens[name]
            for target in following[name]:
                tokens[target] += leaving
                widest[target] = max(widest[target], leaving)
                left[target] -= 1
                if not left[target]:
                    ready.append(target)


def _is_error(element: Element) -> bool:
    """An error to which something can refer."""
    return local(element) == "error" and element.get("id") is not None


__all__ = ["Prepared"]
