"""``check``: everything that speaks against running a BPMN file, in findings with element and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from engine.bpmn import gate, movement, places, structure, supported
from engine.bpmn.errors import BpmnUnreadable
from engine.bpmn.graph import Graph, Node
from engine.bpmn.names import MODEL
from engine.bpmn.xml import compile_process, executable, parse
from engine.errors import Finding

#: Text of an expression → what is wrong with it, or None.
ExpressionError = Callable[[str], str | None]


def check(source: bytes, *, expression_error: ExpressionError | None = None) -> list[Finding]:
    """The findings about a BPMN file, those of an earlier wall alone where it holds; never raises."""
    found = gate.bytes_findings(source)
    if found:
        return found
    try:
        root = parse(source)
    except BpmnUnreadable as broken:
        return [Finding(rule="bpmn-unreadable", values={"reason": str(broken.values["reason"])})]
    found = list(gate.tree_findings(root))
    if found:
        return found
    found = [*supported.findings(root), *places.findings(root), *_references(root)]
    processes = executable(root)
    if len(processes) != 1:
        found.append(Finding(rule="bpmn-one-process", values={"found": str(len(processes))}))
    if any(one.severity == "error" for one in found):
        return found
    graph = compile_process(root)
    found.extend(structure.findings(graph))
    found.extend(movement.findings(graph))
    if expression_error is not None:
        found.extend(_expressions(graph, expression_error))
    return found


def _references(root: Any) -> Iterator[Finding]:
    """References to what does not exist, and flow nodes that stand in several lanes."""
    ours = [found for found in root.iter() if isinstance(found.tag, str) and etree.QName(found).namespace == MODEL]
    ids = {element.get("id") for element in ours}
    for element in ours:
        for name in ("sourceRef", "targetRef", "attachedToRef", "errorRef", "messageRef", "default"):
            wanted = element.get(name)
            if wanted is not None and wanted not in ids:
                yield _dangling(element, name, wanted)
    seen: set[str] = set()
    for ref in root.iter(f"{{{MODEL}}}flowNodeRef"):
        text = (ref.text or "").strip()
        if text not in ids:
            yield _dangling(ref.getparent(), "flowNodeRef", text)
        if text in seen and ref.getparent().find(f"{{{MODEL}}}childLaneSet") is None:
            yield Finding(rule="bpmn-two-lanes", element=text[:100], line=ref.sourceline or 0)
        seen.add(text)


def _dangling(element: Any, attribute: str, wanted: str) -> Finding:
    return Finding(
        rule="bpmn-reference", element=element.get("id") or "", line=element.sourceline or 0,
        values={"attribute": attribute, "wanted": wanted[:100]},
    )  # fmt: skip


def _expressions(graph: Graph, error: ExpressionError) -> Iterator[Finding]:
    """Every slot of the process that holds an expression."""
    for flow in graph.flows.values():
        if flow.condition:
            yield from _slot(error, flow.condition, flow.id, flow.line)
    for node in graph.nodes.values():
        for text in _slots(node):
            yield from _slot(error, text, node.id, node.line)
    for extension in graph.extensions:
        for text in extension.attributes.values():
            if text.startswith("="):
                yield from _slot(error, text[1:], graph.id, graph.nodes[graph.id].line)


def _slots(node: Node) -> Iterator[str]:
    if node.script:
        yield node.script
    for extension in node.extensions:
        for name, text in extension.attributes.items():
            if text.startswith("=") and name not in ("label", "effect"):
                yield text[1:]
    if node.loop is not None:
        for found in (node.loop.collection, node.loop.output_item):
            if found and found.startswith("="):
                yield found[1:]
        for bare in (node.loop.cardinality, node.loop.completion):
            if bare:
                yield bare
    if node.trigger is not None:
        for timed in (node.trigger.date, node.trigger.duration):
            if timed and timed.startswith("="):
                yield timed[1:]


def _slot(error: ExpressionError, text: str, element: str, line: int) -> Iterator[Finding]:
    said = error(text)
    if said is not None:
        yield Finding(
            rule="bpmn-expression", element=element, line=line, values={"expression": text[:80], "error": said[:200]}
        )
