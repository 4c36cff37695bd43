"""The rules between a package's files: what the diagram names must exist, and what exists must be named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from engine import bpmn, dmn, forms
from engine.bpmn.graph import Extended, Graph, Node
from engine.definitions.package import Package
from engine.errors import BihuanError, Finding
from engine.forms.definition import everything, keyed

#: Kind of service → what it must be given.
SERVICES = {"numbers": ("series", "year", "count"), "letters": ("template", "items")}


def findings(package: Package, graph: Graph, known: Collection[str]) -> Iterator[Finding]:
    """Everything that does not fit together."""
    if graph.id != package.id:
        yield _at(graph.nodes[graph.id], "package-id", process=graph.id, package=package.id)
    for node in graph.nodes.values():
        yield from _node(package, node, known)
    yield from _roles(package, graph)
    yield from _lanes(package, graph)
    yield from _settings(package)
    yield from _unused_forms(package, graph)


def form_key(node: Node) -> str:
    """The form of a task or start."""
    return _attribute(node, "form", "key") or node.id


def _at(node: Node, rule: str, severity: str = "error", **values: str) -> Finding:
    return Finding(
        rule=rule, severity=severity, element=node.id, line=node.line, values=values,  # type: ignore[arg-type]
        file="process.bpmn",
    )  # fmt: skip


def _attribute(node: Extended, extension: str, name: str) -> str:
    found = node.extension(extension)
    return found.attributes.get(name, "") if found else ""


def _node(package: Package, node: Node, known: Collection[str]) -> Iterator[Finding]:
    if node.type in ("userTask", "manualTask"):
        yield from _task(package, node)
    elif node.type == "startEvent" and node.extension("form"):
        yield from _form(package, node)
    elif node.type == "businessRuleTask":
        yield from _decision(package, node)
    elif node.type == "serviceTask":
        yield from _service(package, node)
    elif node.type == "callActivity" and known and node.called not in known:
        yield _at(node, "called-unknown", called=node.called or "")
    if node.loop is not None and node.loop.output and not node.loop.output_item:
        yield _at(node, "loop-output-item", output=node.loop.output)


def _task(package: Package, node: Node) -> Iterator[Finding]:
    assignment = node.extension("assignment")
    if assignment is None or not (assignment.attributes.get("role") or assignment.attributes.get("person")):
        yield _at(node, "task-unassigned")
    yield from _form(package, node)
    template = _attribute(node, "letter", "template")
    if template and not template.startswith("=") and f"letters/{template}.md.j2" not in package.files:
        yield _at(node, "letter-unknown", template=template)


def _form(package: Package, node: Node) -> Iterator[Finding]:
    body = package.files.get(f"forms/{form_key(node)}.json")
    if body is None:
        severity = "error" if node.extension("form") else "advice"
        yield _at(node, "form-missing", severity, form=form_key(node))
        return
    try:
        keys = {part.key for part in everything(forms.read(body).components)}
    except BihuanError:
        return
    for outcome in node.extension_list("outcome"):
        for key in outcome.attributes.get("requires", "").split():
            if key not in keys:
                yield _at(node, "outcome-requires", key=key, form=form_key(node))
    yield from _dropped(node, forms.read(body))


def _dropped(node: Node, form: forms.Form) -> Iterator[Finding]:
    """Answers that no mapping out reads: they stay in the record and are seen by no later step."""
    outputs = node.extension_list("output")
    read = " ".join(output.attributes.get("value", "") for output in outputs)
    for part in keyed(form.components):
        if outputs and not part.readonly and not re.search(rf"\b{re.escape(part.key)}\b", read):
            yield _at(node, "answer-unused", "warning", key=part.key)


def _decision(package: Package, node: Node) -> Iterator[Finding]:
    ref = _attribute(node, "decision", "ref")
    body = package.files.get(f"decisions/{ref}.dmn")
    try:
        missing = body is None or ref not in dmn.read(body).decisions
    except BihuanError:
        return
    if missing:
        yield _at(node, "decision-unknown", decision=ref)


def _service(package: Package, node: Node) -> Iterator[Finding]:
    kind = _attribute(node, "service", "kind")
    if kind not in SERVICES:
        yield _at(node, "service-unknown", kind=kind)
        return
    inputs = {found.attributes.get("name", ""): found.attributes.get("value", "") for found in
              node.extension_list("input")}  # fmt: skip
    for name in SERVICES[kind]:
        if name not in inputs:
            yield _at(node, "service-input", kind=kind, input=name)
    template = inputs.get("template", "") if kind == "letters" else ""
    if template and not template.startswith("=") and f"letters/{template}.md.j2" not in package.files:
        yield _at(node, "letter-unknown", template=template)


def _roles(package: Package, graph: Graph) -> Iterator[Finding]:
    declared = set(package.manifest.roles)
    used = {*package.viewers, *(unit.role for unit in package.manifest.units.values() if unit.role)}
    for role in _attribute(graph, "start", "roles").split():
        used.add(role)
        if role not in declared and role != "*":
            yield _at(graph.nodes[graph.id], "role-unknown", role=role)
    for node in graph.nodes.values():
        role = _attribute(node, "assignment", "role")
        if role and not role.startswith("="):
            used.add(role)
            if role not in declared:
                yield _at(node, "role-unknown", role=role)
    for role in sorted(declared - used):
        yield Finding(rule="role-unused", severity="warning", element=role, file="package.toml", values={"role": role})


def _lanes(package: Package, graph: Graph) -> Iterator[Finding]:
    """A task of another role than the others in its lane, where those agree: the lane seems to say who works them.

    Of two that disagree, it is the one that was drawn later.
    """
    tasks = [(node, _attribute(node, "assignment", "role")) for node in graph.nodes.values() if node.lane]
    fixed = [(node, role) for node, role in tasks if role and not role.startswith("=")]
    for node, role in fixed:
        lane = [other for one, other in fixed if one.lane == node.lane]
        usual = max(lane, key=lane.count)  # of equals the first
        if role != usual and lane.count(usual) == len(lane) - 1:
            own, theirs = (package.manifest.roles.get(name, name) for name in (role, usual))
            yield _at(node, "role-off-lane", "advice", role=own, usual=theirs)


def _settings(package: Package) -> Iterator[Finding]:
    for name in ("process.bpmn", *(name for name in package.files if name.startswith(("forms/", "decisions/")))):
        for number, line in enumerate(package.files[name].decode(errors="replace").splitlines(), 1):
            for setting in re.findall(r"\bsettings\.(\w+)", line):
                if setting not in package.manifest.settings:
                    values = {"setting": setting}
                    yield Finding(rule="setting-unknown", element=setting, line=number, file=name, values=values)


def _unused_forms(package: Package, graph: Graph) -> Iterator[Finding]:
    used = {f"forms/{form_key(node)}.json" for node in graph.nodes.values()}
    for name in package.files:
        if name.startswith("forms/") and name not in used:
            yield Finding(rule="form-unused", severity="warning", file=name)


def read(package: Package) -> Graph | None:
    """The package's process, where it can be read."""
    body = package.files.get("process.bpmn")
    try:
        return bpmn.read(body) if body is not None else None
    except BihuanError:
        return None
