"""Checks what only the whole package can tell: forms, roles, decisions, letters, calls, settings, translations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from engine import dmn, forms
from engine.bpmn import Graph, Node
from engine.definitions.package import Package
from engine.definitions.words import shown_words
from engine.errors import BihuanError, Finding
from engine.forms.definition import keyed

#: Kind of service → the inputs that it needs.
SERVICES = {"numbers": frozenset({"series", "year", "count"}), "letters": frozenset({"template", "items"})}


def findings(package: Package, graph: Graph, known: Collection[str] | None) -> Iterator[Finding]:
    """Everything that does not fit together."""
    if graph.id != package.id:
        yield Finding(rule="package-id", file="process.bpmn", element=graph.id, values={"id": package.id})
    for node in graph.nodes.values():
        if node.type in ("userTask", "manualTask"):
            yield from _task(package, node)
        elif node.type == "businessRuleTask":
            yield from _decision(package, node)
        elif node.type == "serviceTask":
            yield from _service(package, node)
        elif node.type == "callActivity" and known is not None and node.called not in known:
            yield _at(node, "call-unknown", wanted=node.called or "")
        if node.loop is not None and node.loop.output and not node.loop.output_item:
            yield _at(node, "loop-output-item")
    yield from _roles(package, graph)
    yield from _settings(package)
    yield from _forms_nobody_uses(package, graph)
    yield from _translations(package, graph)


def _at(node: Node, rule: str, severity: str = "error", **values: str) -> Finding:
    return Finding(
        rule=rule, severity=severity, file="process.bpmn", element=node.id, line=node.line, values=values  # type: ignore[arg-type]
    )  # fmt: skip


def _task(package: Package, node: Node) -> Iterator[Finding]:
    assignment = node.extension("assignment")
    if assignment is None or not (assignment.attributes.get("role") or assignment.attributes.get("person")):
        yield _at(node, "task-no-assignment")
    form = _form_of(package, node)
    named = node.extension("form")
    if form is None:
        yield _at(node, "task-no-form", "error" if named else "advice", form=f"forms/{form_key(node)}.json")
    letter = node.extension("letter")
    if letter is not None and f"letters/{letter.attributes.get('template')}.md.j2" not in package.files:
        yield _at(node, "letter-missing", wanted=letter.attributes.get("template", ""))
    asked = {component.key for component in keyed(form.components)} if form else set()
    for outcome in node.extension_list("outcome"):
        for key in outcome.attributes.get("requires", "").split():
            if key not in asked:
                yield _at(node, "outcome-requires", outcome=outcome.attributes["name"], field=key)


def form_key(node: Node) -> str:
    """The key of the form of a user task or start event."""
    named = node.extension("form")
    return (named.attributes.get("key") if named else None) or node.id


def _form_of(package: Package, node: Node) -> forms.Form | None:
    body = package.files.get(f"forms/{form_key(node)}.json")
    try:
        return forms.read(body) if body is not None else None
    except BihuanError:
        return None


def _decision(package: Package, node: Node) -> Iterator[Finding]:
    wanted = node.extension("decision")
    ref = wanted.attributes.get("ref", "") if wanted else ""
    body = package.files.get(f"decisions/{ref}.dmn")
    try:
        exists = body is not None and ref in dmn.read(body).decisions
    except BihuanError:
        return
    if not exists:
        yield _at(node, "decision-missing", wanted=ref)


def _service(package: Package, node: Node) -> Iterator[Finding]:
    service = node.extension("service")
    kind = service.attributes.get("kind", "") if service else ""
    if kind not in SERVICES:
        yield _at(node, "service-unknown", kind=kind, known=", ".join(SERVICES))
        return
    given = {extension.attributes.get("name", ""): extension for extension in node.extension_list("input")}
    for name in sorted(SERVICES[kind] - set(given)):
        yield _at(node, "service-input", kind=kind, input=name)
    template = given["template"].attributes.get("value", "") if "template" in given else ""
    if kind == "letters" and not template.startswith("=") and f"letters/{template}.md.j2" not in package.files:
        yield _at(node, "letter-missing", wanted=template)


def _roles(package: Package, graph: Graph) -> Iterator[Finding]:
    start = graph.extension("start")
    used = set(start.attributes.get("roles", "").split()) - {"*"} if start else set()
    for node in graph.nodes.values():
        assignment = node.extension("assignment")
        role = assignment.attributes.get("role", "") if assignment else ""
        if role and not role.startswith("="):
            used.add(role)
            if role not in package.manifest.roles:
                yield _at(node, "role-undeclared", "warning", role=role)
    for role in sorted(set(package.manifest.roles) - used - set(package.viewers)):
        asked = {unit.role for unit in package.manifest.units.values()}
        if role not in asked:
            yield Finding(rule="role-unused", severity="warning", file="package.toml", values={"role": role})


def _settings(package: Package) -> Iterator[Finding]:
    text = package.files["process.bpmn"].decode(errors="replace")
    for name in sorted(set(re.findall(r"\bsettings\.(\w+)", text)) - set(package.manifest.settings)):
        yield Finding(rule="setting-unknown", file="process.bpmn", values={"setting": name})


def _forms_nobody_uses(package: Package, graph: Graph) -> Iterator[Finding]:
    used = {f"forms/{form_key(node)}.json" for node in graph.nodes.values()}
    for name in package.files:
        if name.startswith("forms/") and name not in used:
            yield Finding(rule="form-unused", severity="warning", file=name)


def _translations(package: Package, graph: Graph) -> Iterator[Finding]:
    shown = shown_words(package, graph, _all_forms(package))
    for name in package.files:
        if not name.startswith("texts/"):
            continue
        known = package.texts(name[len("texts/") : -len(".po")])
        for word in shown:
            if word not in known:
                yield Finding(rule="text-missing", severity="warning", file=name, values={"text": word[:80]})


def _all_forms(package: Package) -> list[forms.Form]:
    found = []
    for name, body in package.files.items():
        if name.startswith("forms/"):
            try:
                found.append(forms.read(body))
            except BihuanError:
                continue
    return found


