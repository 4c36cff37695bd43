"""Brings files from outside in: another product's diagram becomes a draft, with a report of what was changed and left.

Read are the extensions of ``camunda:``, ``flowable:``, ``activiti:`` (attributes) and ``zeebe:`` (elements); they
become ``bihuan:`` where we have the same, and are named in the report where we have not. No foreign extension stays in
the file: it would look as if it did something.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from lxml import etree

from engine.bpmn.gate import nearest_id
from engine.bpmn.names import BIHUAN, DC, DI, MODEL
from engine.bpmn.xml import parse, tag
from engine.definitions import check_files, foreign, layout, sandbox
from engine.definitions.errors import PackageInvalid
from engine.definitions.foreign import Change
from engine.definitions.package import DIAGRAM, unzip
from engine.errors import Finding, Mistake

#: Rules of the first walls: a file that stumbles here is not looked into at all.
WALLS = frozenset(
    {
        "bpmn-too-large", "bpmn-encoding", "bpmn-hidden-character", "bpmn-doctype", "bpmn-unreadable", "bpmn-too-many",
        "bpmn-too-deep", "bpmn-comment", "bpmn-instruction", "bpmn-id", "bpmn-id-twice", "bpmn-name-too-long",
        "bpmn-expression-too-long", "check-gave-up",
    }
)  # fmt: skip

_KNOWN = frozenset({MODEL, DI, DC, BIHUAN, "http://www.omg.org/spec/DD/20100524/DI"})


class ImportRefused(Mistake):
    """Expected a BPMN 2.0 file or a package as .zip, found a file that is not looked into; see what it says."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(count=len(findings))
        self.findings = findings


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a draft, and what was done to them on the way."""

    files: dict[str, bytes]
    report: list[Change]


def of_diagram(body: bytes, definition: str, title: str) -> Imported:
    """A draft around a BPMN file from anywhere; raises ImportRefused."""
    found = [one for one in sandbox.run("file", DIAGRAM, body, threads=True) if one.rule in WALLS]
    if found:
        raise ImportRefused(found)
    root = parse(body)
    report = list(_convert(root, definition, title))
    roles = {change.into: change.what for change in report if change.kind == "role"}
    files = {
        "package.toml": manifest(definition, title, roles),
        "README.md": f"# {title}\n".encode(),
        DIAGRAM: _written(root),
    }
    return Imported(files=files, report=report)


def of_zip(body: bytes) -> Imported:
    """The files of a zipped package; what a package has no place for is left out. Raises PackageInvalid."""
    files = unzip(body)
    folders = {name.split("/")[0] for name in files}
    if DIAGRAM not in files and "package.toml" not in files and len(folders) == 1:
        files = {name.partition("/")[2]: content for name, content in files.items()}
    known = {name: content for name, content in files.items() if check_files.is_known(name)}
    left = [Change(kind="dropped", element="", what=name[:100]) for name in sorted(files.keys() - known.keys())]
    if not known:
        raise PackageInvalid(reason="package.toml")
    return Imported(files=known, report=left)


def key(text: str) -> str:
    """An id that a process may have, made of any text."""
    return foreign.name(text)


def renamed(files: Mapping[str, bytes], old: tuple[str, str], new: tuple[str, str]) -> dict[str, bytes]:
    """*files* of the process *old* (id, title) as those of *new*."""
    found = dict(files)
    for name, body in files.items():
        if name.endswith((".toml", ".bpmn", ".md", ".po")) and not name.startswith("scenarios/"):
            text = re.sub(rf"(?<![\w-]){re.escape(old[0])}(?![\w-])", new[0], body.decode())
            # Ids that are made of the process's id: example_pool, example_di.
            text = re.sub(rf'(["#]){re.escape(old[0])}_', rf"\g<1>{new[0]}_", text)
            found[name] = _titled(name, text, old[1], new[1]).encode()
    return found


def _titled(name: str, text: str, old: str, new: str) -> str:
    if name == "package.toml":
        return re.sub(r"(?m)^title = .*$", lambda _: f"title = {json.dumps(new, ensure_ascii=False)}", text, count=1)
    if name.endswith(".bpmn"):
        return text.replace(f'name="{_escaped(old)}"', f'name="{_escaped(new)}"')
    if name.endswith(".po"):
        before, after = (json.dumps(one, ensure_ascii=False) for one in (old, new))
        return re.sub(
            rf"(?m)^msgid {re.escape(before)}\nmsgstr .*$", lambda _: f"msgid {after}\nmsgstr {after}", text
        )  # fmt: skip
    return text.replace(old, new) if old else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def manifest(definition: str, title: str, roles: Mapping[str, str]) -> bytes:
    """A ``package.toml`` to begin with."""
    lines = [f"id = {json.dumps(definition)}", f"title = {json.dumps(title, ensure_ascii=False)}", "", "[roles]"]
    lines += [f"{role} = {json.dumps(name, ensure_ascii=False)}" for role, name in sorted(roles.items())]
    return ("\n".join(lines) + "\n").encode()


def _convert(root: Any, definition: str, title: str) -> Iterator[Change]:
    process = _process(root)
    if process is not None:
        yield from _named(root, process, definition, title)
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).namespace == MODEL:
            yield from foreign.convert(element)
    yield from _strip(root)
    if process is not None:
        yield from _begun(process, title)
        if root.find(f"{{{DI}}}BPMNDiagram") is None:
            layout.draw(root, process)
            yield Change(kind="added", element=definition, what="", into="bpmndi:BPMNDiagram")
    etree.cleanup_namespaces(root)


def _process(root: Any) -> Any:
    """The process that is executed: the first that says so, else the first."""
    found = root.findall(tag("process"))
    return next((one for one in found if one.get("isExecutable") in ("true", "1")), found[0] if found else None)


def _named(root: Any, process: Any, definition: str, title: str) -> Iterator[Change]:
    """The process takes the package's id, wherever it is named."""
    old = process.get("id", "")
    process.set("id", definition)
    process.set("isExecutable", "true")
    process.set("name", process.get("name") or title)
    for element in root.iter():
        for attribute in ("processRef", "bpmnElement"):
            if isinstance(element.tag, str) and element.get(attribute) == old:
                element.set(attribute, definition)
    for other in root.findall(tag("process")):
        if other is not process and other.get("isExecutable") in ("true", "1"):
            other.set("isExecutable", "false")
            yield Change(kind="dropped", element=other.get("id", ""), what="isExecutable")
    if old != definition:
        yield Change(kind="converted", element=definition, what=f"id {old}"[:100], into=definition)


def _strip(root: Any) -> Iterator[Change]:
    """Takes out every extension that is not ours, each with a line in the report."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element)
        parent = element.getparent()
        if name.namespace not in _KNOWN and parent is not None:
            if parent.tag == tag("extensionElements") and element.get(foreign.DONE) is None:
                yield Change(kind="dropped", element=nearest_id(parent), what=_what(root, name))
            parent.remove(element)
            continue
        for attribute in list(element.attrib):
            if attribute.startswith("{") and etree.QName(attribute).namespace not in (*_KNOWN, _XSI):
                yield Change(
                    kind="dropped", element=nearest_id(element), what=f"{etree.QName(attribute).localname}="
                    f"{element.attrib.pop(attribute)}"[:100],
                )  # fmt: skip
    for holder in list(root.iter(tag("extensionElements"))):
        if len(holder) == 0:
            holder.getparent().remove(holder)


_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def _what(root: Any, name: etree.QName) -> str:
    prefix = next((key for key, uri in root.nsmap.items() if uri == name.namespace), None)
    return f"{prefix}:{name.localname}" if prefix else name.localname


def _begun(process: Any, title: str) -> Iterator[Change]:
    """What a process needs with us before anybody can start it."""
    holder = foreign.holder(process)
    present = {etree.QName(one).localname for one in holder}
    for name, attribute, value in (
        ("case", "title", f"= {json.dumps(title, ensure_ascii=False)}"), ("start", "roles", "*"),
    ):  # fmt: skip
        if name not in present:
            etree.SubElement(holder, f"{{{BIHUAN}}}{name}").set(attribute, value)
            into = f"bihuan:{name} {attribute}='{value}'"
            yield Change(kind="added", element=process.get("id", ""), what="", into=into[:140])


def _written(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)
