"""The names that expressions of a process may use, with where each comes from: help for whoever writes FEEL."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.bpmn.graph import Graph, Node
from engine.definitions import check_choices, check_names
from engine.definitions.package import Package
from engine.forms.definition import Option


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """One name."""

    name: str
    #: ``always``, ``unit``, ``setting``, ``answer``, ``written``, ``counter``, ``input``, ``caller``.
    origin: str
    #: Words that tell what it is: the label of a field, the name of the step that writes it.
    label: str = ""
    #: The values that it may have, where it is the answer of a choice, each with the words that staff see.
    options: tuple[Option, ...] = ()


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """Names that every expression sees, and those that only some steps see."""

    everywhere: list[Variable]
    at: dict[str, list[Variable]]


def names(package: Package, graph: Graph) -> Names:
    """All names of a process; a diagram that is being drawn may have no beginning yet."""
    found = [Variable(name=name, origin="always") for name in sorted(check_names.ALWAYS)]
    found += [Variable(name=name, origin="unit") for name in sorted(package.units)]
    found += [
        Variable(name=f"settings.{name}", origin="setting", label=setting.title)
        for name, setting in package.manifest.settings.items()
    ]
    nodes = [node for node in graph.nodes.values() if node.type != "process"]
    for start in graph.starts(graph.id):
        found += _labelled(package, start)
    for node in nodes:
        labels = {one.name: one for one in _labelled(package, node)}
        for name in sorted(check_names.written_by(package, node) - {"outcome", ""}):
            found.append(labels.get(name) or Variable(name=name, origin="written", label=node.name))
    at = {node.id: list(_only(package, node)) for node in nodes}
    known = check_choices.choices(package, graph)
    return Names(
        everywhere=_chosen(_once(found), known), at={key: _chosen(each, known) for key, each in at.items() if each}
    )


def _chosen(listed: list[Variable], known: check_choices.Choices) -> list[Variable]:
    """The same names, with the values of those that are answers of choices."""
    return [
        msgspec.structs.replace(one, options=known.get(one.name, ())) if one.origin == "answer" else one
        for one in listed
    ]


def _only(package: Package, node: Node) -> Iterator[Variable]:
    """Names that a step itself sees beyond the others."""
    labels = {one.name: one for one in _labelled(package, node)}
    for name in sorted(check_names.seen_by(package, node) - {""}):
        origin = "counter" if name in check_names.COUNTERS else "input"
        yield labels.get(name) or Variable(name=name, origin=origin)


def _labelled(package: Package, node: Node) -> list[Variable]:
    return [
        Variable(name=part.key, origin="answer", label=part.label) for part in check_names.fields_of(package, node)
    ]


def _once(found: list[Variable]) -> list[Variable]:
    kept: dict[str, Variable] = {}
    for one in found:
        kept.setdefault(one.name, one)
    return list(kept.values())
