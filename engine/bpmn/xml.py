"""Reads a BPMN file into a graph; knows XML and nothing of execution."""

from __future__ import annotations

from typing import Any, NamedTuple

from lxml import etree

from engine.bpmn.errors import BpmnUnreadable
from engine.bpmn.gate import as_utf8
from engine.bpmn.graph import ACTIVITIES, CONTAINERS, EVENTS, GATEWAYS, Extension, Flow, Graph, Loop, Node, Trigger
from engine.bpmn.names import BIHUAN, DC, DI, MODEL

Element = Any

FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS


def parse(source: bytes) -> Element:
    """The root element of a file that the gate let through; raises BpmnUnreadable."""
    # The encoding is ours, not the file's: what is parsed must be what the gate has looked at.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )  # fmt: skip
    try:
        root = etree.fromstring(as_utf8(source), parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise BpmnUnreadable(reason=str(broken)[:200]) from broken
    if root.tag != f"{{{MODEL}}}definitions":
        raise BpmnUnreadable(reason="definitions")
    return root


def read(source: bytes) -> Graph:
    """The executable process of a file; raises BpmnUnreadable where there is not exactly one."""
    return compile_process(parse(source))


def compile_process(root: Element) -> Graph:
    """The graph of the one executable process below *root*; raises BpmnUnreadable."""
    processes = executable(root)
    if len(processes) != 1:
        raise BpmnUnreadable(reason=f"{len(processes)} executable processes")
    process = processes[0]
    graph = Graph(
        id=process.get("id", ""), name=process.get("name", ""), nodes={}, flows={},
        extensions=extensions(process), documentation=_text(process, "documentation") or "",
    )  # fmt: skip
    graph.nodes[graph.id] = Node(id=graph.id, type="process", name=graph.name, line=process.sourceline or 0)
    _walk(process, graph, _declared(root))
    _connect(graph)
    _lanes(process, graph)
    _shapes(root, graph)
    return graph


def executable(root: Element) -> list[Element]:
    """The processes of a file that say that they can be executed."""
    return [found for found in root.findall(tag("process")) if is_true(found.get("isExecutable"))]


def is_true(text: str | None, default: bool = False) -> bool:
    """The truth value that an attribute spells (xs:boolean)."""
    return default if text is None else text.strip() in ("true", "1")


class _Declared(NamedTuple):
    """What events refer to: id → code of an error, id → name of a message."""

    errors: dict[str, str]
    messages: dict[str, str]


def _declared(root: Element) -> _Declared:
    """The errors and messages of a file; an error without a code is still not any error."""
    return _Declared(
        {
            found.get("id", ""): found.get("errorCode") or found.get("name") or found.get("id", "")
            for found in root.findall(tag("error"))
        },
        {found.get("id", ""): (found.get("name") or "").strip() for found in root.findall(tag("message"))},
    )


def tag(name: str) -> str:
    """The name of an element of BPMN as lxml writes it."""
    return f"{{{MODEL}}}{name}"


def local(element: Element) -> str:
    """The local name of an element; empty for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def extensions(element: Element) -> tuple[Extension, ...]:
    """Our extensions of an element, in the order of the file."""
    holder = element.find(tag("extensionElements"))
    if holder is None:
        return ()
    ours = [found for found in holder if isinstance(found.tag, str) and etree.QName(found).namespace == BIHUAN]
    return tuple(Extension(local(found), dict(found.attrib), (found.text or "").strip()) for found in ours)


def _walk(process: Element, graph: Graph, declared: _Declared) -> None:
    waiting = [process]
    while waiting:
        container = waiting.pop()
        for element in container:
            name = local(element)
            if name == "sequenceFlow":
                flow = _flow(element)
                graph.flows[flow.id] = flow
            elif name in FLOW_NODES:
                node = _node(element, container.get("id", ""), declared)
                graph.nodes[node.id] = node
                graph.nodes[node.parent].children.append(node.id)
                if name in CONTAINERS:
                    waiting.append(element)


def _flow(element: Element) -> Flow:
    return Flow(
        id=element.get("id", ""), source=element.get("sourceRef", ""), target=element.get("targetRef", ""),
        condition=_expression(_text(element, "conditionExpression")), line=element.sourceline or 0,
        name=element.get("name", ""),
    )  # fmt: skip


def _expression(text: str | None) -> str | None:
    """A condition or script: FEEL, with or without the sign of an expression."""
    return text[1:].strip() if text and text.startswith("=") else text


def _node(element: Element, parent: str, declared: _Declared) -> Node:
    return Node(
        id=element.get("id", ""), type=local(element), name=element.get("name", ""), parent=parent,
        line=element.sourceline or 0, default=element.get("default"), attached_to=element.get("attachedToRef"),
        interrupting=is_true(element.get("cancelActivity"), default=True), trigger=_trigger(element, declared),
        loop=_loop(element), called=element.get("calledElement"), script=_expression(_text(element, "script")),
        documentation=_text(element, "documentation") or "", extensions=extensions(element),
    )  # fmt: skip


def _trigger(element: Element, declared: _Declared) -> Trigger | None:
    if local(element) in ("receiveTask", "sendTask"):
        return _message(element, declared)
    for child in element:
        name = local(child)
        if name == "timerEventDefinition":
            return Trigger(kind="timer", date=_text(child, "timeDate"), duration=_text(child, "timeDuration"))
        if name == "errorEventDefinition":
            ref = child.get("errorRef")
            return Trigger(kind="error", code=declared.errors.get(ref) if ref else None)
        if name == "messageEventDefinition":
            return _message(child, declared)
        if name == "terminateEventDefinition":
            return Trigger(kind="terminate")
    return None


def _message(element: Element, declared: _Declared) -> Trigger:
    return Trigger(kind="message", message=declared.messages.get(element.get("messageRef", "")))


def _loop(element: Element) -> Loop | None:
    found = element.find(tag("multiInstanceLoopCharacteristics"))
    if found is None:
        return None
    ours = next((one for one in extensions(found) if one.name == "collection"), None)
    attributes = ours.attributes if ours else {}
    item = found.find(tag("inputDataItem"))
    listed = _text(found, "loopDataInputRef")
    return Loop(
        sequential=is_true(found.get("isSequential")),
        collection=attributes.get("value") or (f"={listed}" if listed else None),
        cardinality=_expression(_text(found, "loopCardinality")),
        item=attributes.get("item") or (item.get("name") if item is not None else None),
        output=attributes.get("output"),
        output_item=attributes.get("outputItem"),
        completion=_expression(_text(found, "completionCondition")),
    )


def _text(element: Element, name: str) -> str | None:
    found = element.find(tag(name))
    if found is None:
        return None
    text = "".join(found.itertext()).strip()
    return text or None


def _connect(graph: Graph) -> None:
    for flow in graph.flows.values():
        source, target = graph.flow_node(flow.source), graph.flow_node(flow.target)
        if source is not None and target is not None:
            source.outgoing.append(flow)
            target.incoming.append(flow)
    for node in graph.nodes.values():
        if node.attached_to in graph.nodes and node.attached_to is not None:
            graph.nodes[node.attached_to].boundary.append(node.id)


def _lanes(process: Element, graph: Graph) -> None:
    for lane in process.iter(tag("lane")):
        for ref in lane.findall(tag("flowNodeRef")):
            node = graph.nodes.get((ref.text or "").strip())
            if node is not None:
                node.lane = lane.get("name", "")


def _shapes(root: Element, graph: Graph) -> None:
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        node, bounds = graph.nodes.get(shape.get("bpmnElement", "")), shape.find(f"{{{DC}}}Bounds")
        if node is not None and bounds is not None:
            node.x, node.y = _number(bounds.get("x")), _number(bounds.get("y"))


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
