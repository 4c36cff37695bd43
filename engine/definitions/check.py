"""``check``: everything that speaks against running a process package, or one file of it."""

from __future__ import annotations

from collections.abc import Collection

from engine.definitions import check_choices, check_files, check_names, check_process, check_scenarios, check_texts
from engine.definitions.errors import PackageInvalid
from engine.definitions.package import DIAGRAM, Package, read_zip, unzip
from engine.errors import Finding

MANIFEST = "package.toml"

#: Errors of a diagram that leave its steps and flows to be read: what does not fit between the files is told with them.
_READABLE = frozenset({
    "bpmn-call-empty", "bpmn-call-itself", "bpmn-dead-end", "bpmn-default-condition", "bpmn-default-unknown",
    "bpmn-exclusive-unconditional", "bpmn-expression", "bpmn-loop-empty", "bpmn-loop-twice", "bpmn-no-way-to-an-end",
    "bpmn-parallel-condition", "bpmn-script-empty", "bpmn-timer-empty", "bpmn-unreachable",
})  # fmt: skip


def check_package(package: Package, known: Collection[str] = ()) -> list[Finding]:
    """All findings about a package, each with its file; *known* are the packages that it may call."""
    found = [finding for name, body in package.files.items() for finding in check_part(name, body)]
    return found + check_joins(package, found, known)


def check_joins(package: Package, found: Collection[Finding], known: Collection[str] = ()) -> list[Finding]:
    """What does not fit between the files; *found* are the findings about each alone."""
    if DIAGRAM not in package.files:
        return [Finding(rule="process-missing", file=DIAGRAM)]
    if any(one.severity == "error" and one.file == DIAGRAM and one.rule not in _READABLE for one in found):
        return []
    graph = check_process.read(package)
    if graph is None:
        return []
    return [
        *check_process.findings(package, graph, known),
        *check_names.findings(package, graph),
        *check_choices.findings(package, graph),
        *check_texts.findings(package, graph),
        *check_scenarios.findings(package, graph),
    ]


def check_part(name: str, body: bytes) -> list[Finding]:
    """The findings about one file of a package."""
    if not check_files.is_known(name):
        return [Finding(rule="file-unknown", file=name)]
    return check_files.own(name, body)


def check_file(name: str, body: bytes) -> list[Finding]:
    """The findings about a file that stands alone."""
    if not name.endswith((".bpmn", ".xml", ".dmn", ".json", ".toml", ".po", ".md.j2")):
        return [Finding(rule="file-unknown", file=name)]
    return check_files.own(name, body)


def check_zip(name: str, body: bytes) -> list[Finding]:
    """The findings about a zipped package."""
    try:
        return check_package(read_zip(body))
    except PackageInvalid as invalid:
        return [Finding(rule="package-invalid", file=name, values={"reason": str(invalid.values["reason"])})]


def check_joins_of_zip(name: str, body: bytes, known: Collection[str] = ()) -> list[Finding]:
    """What does not fit between the files of a zipped package whose diagram is sound."""
    return check_joins(read_zip(body), (), known)


def check_draft(name: str, body: bytes, known: Collection[str] = ()) -> list[Finding]:
    """The findings about the zipped files of a draft of definition *name*, with or without a readable manifest."""
    files = unzip(body)
    try:
        package = Package(files)
    except PackageInvalid as invalid:
        reason = Finding(
            rule="package-invalid", file=MANIFEST, values={"reason": str(invalid.values["reason"])}
        )  # fmt: skip
        return [reason, *(finding for part, content in files.items() for finding in check_part(part, content))]
    found = check_package(package, known)
    if package.id != name:
        found.append(Finding(rule="package-folder", file=MANIFEST, values={"folder": name, "package": package.id}))
    return found
