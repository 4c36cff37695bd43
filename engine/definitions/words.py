"""The words of a package that people read, in the order in which they are found: what has to be translated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine import forms
from engine.bpmn import Graph, Node
from engine.definitions.package import Package
from engine.forms.definition import everything


def shown_words(package: Package, graph: Graph, all_forms: Sequence[forms.Form]) -> list[str]:
    """Every text that a page shows, once."""
    found = [package.title, *package.manifest.roles.values()]
    for node in graph.nodes.values():
        found.extend(_node(node))
    for form in all_forms:
        found.extend(_form(form))
    return [word for word in dict.fromkeys(found) if word.strip()]


def _node(node: Node) -> Iterator[str]:
    if node.type in ("userTask", "manualTask", "callActivity", "serviceTask", "businessRuleTask"):
        yield node.name
    for outcome in node.extension_list("outcome"):
        yield outcome.attributes.get("label", "")
        yield outcome.attributes.get("effect", "")
    for fact in node.extension_list("fact"):
        yield fact.attributes.get("name", "")


def _form(form: forms.Form) -> Iterator[str]:
    for component in everything(form.components):
        yield component.label
        yield component.description
        yield component.pattern_message
        yield from component.quick
        for option in component.options:
            yield option.label
        for column in component.columns:
            yield column.label
