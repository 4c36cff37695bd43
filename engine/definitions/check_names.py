"""Every name in an expression must be written somewhere; a mistyped one would be found only when a case gets there."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel, forms
from engine.bpmn.graph import Flow, Graph, Node
from engine.definitions.package import DIAGRAM, Package
from engine.errors import BihuanError, Finding
from engine.forms.definition import Component, keyed

#: Variables that every case has.
ALWAYS = frozenset({"settings", "starter", "started"})
#: Names that an activity which runs for each of a list sees.
COUNTERS = frozenset({"loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"})
#: What an extension writes: its name → the attribute that names the variable.
WRITERS = {"output": "name", "script": "result", "decision": "result"}


def findings(package: Package, graph: Graph) -> Iterator[Finding]:
    """A warning for each name that nothing writes; a process that is only called gets its names from its callers."""
    if graph.extension("start") is None:
        return
    known = ALWAYS | package.units.keys() | answers_of(package, graph.start)
    for node in graph.nodes.values():
        known |= written_by(package, node)
    for place, node, text in expressions(graph):
        for name in sorted(_free(text) - known - seen_by(package, node)):
            values = {"name": name, "expression": text[:80]}
            yield Finding(
                rule="name-unknown", severity="warning", element=place.id, line=place.line, values=values, file=DIAGRAM
            )  # fmt: skip


def written_by(package: Package, node: Node) -> frozenset[str]:
    """Variables of the case that a node writes."""
    names = {
        extension.attributes.get(attribute, "")
        for kind, attribute in WRITERS.items()
        for extension in node.extension_list(kind)
    }
    if node.loop is not None and node.loop.output:
        names.add(node.loop.output)
    if node.type in ("userTask", "manualTask") and not node.extension("output"):
        return frozenset(names) | answers_of(package, node) | {"outcome"}
    return frozenset(names)


def seen_by(package: Package, node: Node) -> frozenset[str]:
    """Names that only the node itself sees."""
    names = {extension.attributes.get("name", "") for extension in node.extension_list("input")}
    if node.loop is not None:
        names |= COUNTERS | ({node.loop.item} if node.loop.item else set())
    if node.type in ("userTask", "manualTask"):
        return frozenset(names) | answers_of(package, node) | {"outcome"}
    hears = node.trigger is not None and node.trigger.kind == "message"
    return frozenset(names) | ({"result"} if hears or node.type in ("serviceTask", "callActivity") else set())


def answers_of(package: Package, node: Node) -> frozenset[str]:
    """The keys of a node's form."""
    return frozenset(part.key for part in fields_of(package, node))


def fields_of(package: Package, node: Node) -> list[Component]:
    """The fields of a node's form that hold a key; none where the form cannot be read."""
    form = node.extension("form")
    body = package.files.get(f"forms/{(form.attributes.get('key') if form else None) or node.id}.json")
    try:
        return list(keyed(forms.read(body).components)) if body else []
    except BihuanError:
        return []


def expressions(graph: Graph) -> Iterator[tuple[Node | Flow, Node, str]]:
    """Each expression with what carries it and the node in whose place it is read: a condition is a flow's."""
    for flow in graph.flows.values():
        if flow.condition and flow.source in graph.nodes:
            yield flow, graph.nodes[flow.source], flow.condition
    for extension in graph.extensions:
        for text in extension.attributes.values():
            if text.startswith("="):
                yield graph.nodes[graph.id], graph.nodes[graph.id], text[1:]
    for node in graph.nodes.values():
        yield from ((node, node, text) for text in _of_node(node))


def _of_node(node: Node) -> Iterator[str]:
    marked = [text for extension in node.extensions for text in extension.attributes.values()]
    bare = [node.script]
    if node.loop is not None:
        marked += [node.loop.collection or "", node.loop.output_item or ""]
        bare += [node.loop.cardinality, node.loop.completion]
    if node.trigger is not None:
        marked += [node.trigger.date or "", node.trigger.duration or ""]
    yield from (text[1:] for text in marked if text.startswith("="))
    yield from (text for text in bare if text)


def _free(text: str) -> frozenset[str]:
    try:
        return feel.free_names(feel.parse(text))
    except BihuanError:  # told by the rules of the diagram itself
        return frozenset()
