"""What differs between two packages: elements of the diagram with their values, forms, decisions, settings, texts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine import bpmn
from engine.bpmn.graph import Graph
from engine.definitions import difference_diagram, difference_files
from engine.definitions.changes import DRAWN, Change, Detail, Difference, FileChange
from engine.definitions.check_process import form_key
from engine.definitions.coverage import branches
from engine.definitions.package import DIAGRAM, Package


def between(old: Package | None, new: Package) -> Difference:
    """Every difference of two packages that the gate has passed; all of *new* is added where there is no *old*."""
    before = old.files if old is not None else {}
    files = difference_files.changes(before, new.files)
    for users in (_users(old), _users(new)):
        files = [
            msgspec.structs.replace(one, elements=tuple(sorted({*one.elements, *users.get(one.file, ())})))
            for one in files
        ]
    elements = difference_diagram.changes(before.get(DIAGRAM), new.files[DIAGRAM])
    if old is not None:
        elements = _with_orders(elements, bpmn.read(before[DIAGRAM]), bpmn.read(new.files[DIAGRAM]))
    return Difference(elements=_with_files(elements, files, new), files=files)


def _users(package: Package | None) -> dict[str, set[str]]:
    """File → the elements that use it: tasks their form and letter, business rule tasks their decision."""
    found: dict[str, set[str]] = {}
    if package is None:
        return found
    graph = bpmn.read(package.files[DIAGRAM])
    for node in graph.nodes.values():
        names = [f"forms/{form_key(node)}.json"]
        for extension, attribute, pattern in (
            ("letter", "template", "letters/{}.md.j2"), ("decision", "ref", "decisions/{}.dmn"),
        ):  # fmt: skip
            used = node.extension(extension)
            if used is not None:
                names.append(pattern.format(used.attributes.get(attribute, "")))
        for input_ in node.extension_list("input"):
            if node.extension("service") and input_.attributes.get("name") == "template":
                names.append(f"letters/{input_.attributes.get('value', '')}.md.j2")
        for name in names:
            found.setdefault(name, set()).add(node.id)
    return found


def _with_orders(elements: list[Change], old: Graph, new: Graph) -> list[Change]:
    """The changed elements, with the gateways that ask the conditions of the same flows in another order."""
    found = {change.element: change for change in elements}
    for node in new.nodes.values():
        was = [way.flow for way in branches(old.nodes[node.id])] if node.id in old.nodes else []
        now = [way.flow for way in branches(node)]
        if [flow for flow in was if flow in now] != [flow for flow in now if flow in was]:
            detail = Detail(aspect="flow-order", old=", ".join(was), new=", ".join(now))
            known = found.get(node.id) or Change(kind="changed", element=node.id, type=node.type, name=node.name)
            found[node.id] = msgspec.structs.replace(known, kind="changed", details=(*known.details, detail))
    return list(found.values())


def _with_files(elements: list[Change], files: Iterable[FileChange], new: Package) -> list[Change]:
    """The changed elements, with those whose form, decision or letter changed or is new."""
    graph = bpmn.read(new.files[DIAGRAM])
    found = {change.element: change for change in elements}
    for file in files:
        detail = Detail(aspect="file", key=file.file, change=file.kind)
        for element in file.elements:
            known = found.get(element)
            if known is None and element in graph.nodes:
                node = graph.nodes[element]
                found[element] = Change(
                    kind="changed", element=element, type=node.type, name=node.name, details=(detail,)
                )  # fmt: skip
            elif known is not None and known.kind != "removed":
                kind = "changed" if known.kind in DRAWN else known.kind
                found[element] = msgspec.structs.replace(known, kind=kind, details=(*known.details, detail))
    return _ordered(found.values(), graph)


def _ordered(found: Iterable[Change], graph: Graph) -> list[Change]:
    """What people and machines do first, then other nodes, then flows, each as the diagram is read."""
    order = {node.id: number for number, node in enumerate(graph.in_reading_order())}
    last = len(order)
    return sorted(found, key=lambda one: (_rank(one.type), order.get(one.element, last), one.element))


def _rank(type_: str) -> int:
    if type_.endswith("Task") or type_ in ("task", "callActivity", "subProcess"):
        return 0
    return 2 if type_ == "sequenceFlow" else 1
