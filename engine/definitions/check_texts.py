"""Every text that people see has its translation, and every translation its text."""

from __future__ import annotations

from collections.abc import Iterator

from engine import forms, texts
from engine.bpmn.graph import Graph, Node
from engine.bpmn.xml import parse, tag
from engine.definitions.package import DIAGRAM, Package
from engine.errors import BihuanError, Finding
from engine.forms.definition import Component, everything

#: A text that is not longer is whole in its finding, so that its translation can be written beside it.
LONGEST_TEXT = 400


def findings(package: Package, graph: Graph) -> Iterator[Finding]:
    """Texts without a translation in a catalogue of the package, and translations of nothing."""
    shown = set(filter(None, (*_manifest(package), *_diagram(package, graph), *_forms(package))))
    # Names of lanes and flows, for instance, are translated too, though no page shows them yet.
    sources = (body for name, body in package.files.items() if name.endswith((".bpmn", ".toml", ".json", ".j2")))
    whole = "\n".join(body.decode(errors="replace") for body in sources)
    for name, body in package.files.items():
        if name.startswith("texts/") and name.endswith(".po"):
            try:
                known = set(texts.read(body))
            except Exception:  # told by the rules of the file itself
                continue
            for text in sorted(shown - known):
                values = {"text": text[:LONGEST_TEXT]}
                yield Finding(rule="text-untranslated", severity="warning", file=name, values=values)
            for text in sorted(text for text in known - shown if text not in whole):
                yield Finding(rule="text-obsolete", severity="advice", file=name, values={"text": text[:80]})


def _manifest(package: Package) -> Iterator[str]:
    yield package.title
    yield from package.manifest.roles.values()
    yield from (setting.title for setting in package.manifest.settings.values())


def _diagram(package: Package, graph: Graph) -> Iterator[str]:
    root = parse(package.files[DIAGRAM])
    for kind in ("participant", "lane", "sequenceFlow"):
        yield from (element.get("name", "") for element in root.iter(tag(kind)))
    for node in graph.nodes.values():
        yield node.name
        yield from _node(node)


def _node(node: Node) -> Iterator[str]:
    for outcome in node.extension_list("outcome"):
        yield outcome.attributes.get("label", "")
        yield outcome.attributes.get("effect", "")
    for fact in node.extension_list("fact"):
        yield fact.attributes.get("name", "")
    title = node.extension("title")
    if title is not None and not title.attributes.get("value", "").startswith("="):
        yield title.attributes.get("value", "")


def _forms(package: Package) -> Iterator[str]:
    for name, body in package.files.items():
        if name.startswith("forms/"):
            try:
                form = forms.read(body)
            except BihuanError:
                continue
            for component in everything(form.components):
                yield from _component(component)


def _component(component: Component) -> Iterator[str]:
    yield from (component.label, component.description, component.text, component.unit, component.pattern_message)
    yield from component.quick
    yield from (option.label for option in component.options)
    yield from (column.label for column in component.columns)
