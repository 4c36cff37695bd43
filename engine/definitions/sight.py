"""What an owner sees beside a draft while drawing it: findings, the process in words, the names there are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from engine import bpmn, feel
from engine.bpmn.errors import BpmnUnreadable
from engine.definitions import drafts, importing, package, queries
from engine.definitions.check_process import SERVICES, form_key
from engine.definitions.compiled import compiled
from engine.definitions.errors import PackageInvalid
from engine.definitions.outline import Step, outline
from engine.definitions.package import DIAGRAM, Package
from engine.definitions.variables import Names, Variable, names
from engine.errors import BihuanError, Finding
from engine.values import digest

if TYPE_CHECKING:
    from engine.dispatch import Engine


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about one state of a draft; what cannot be read is empty, and a finding says why."""

    findings: list[Finding]
    outline: list[Step] = []
    names: Names = Names(everywhere=[], at={})
    #: Role → its name in the package.
    roles: dict[str, str] = {}
    #: Keys of the forms, decisions and letters.
    forms: list[str] = []
    decisions: list[str] = []
    letters: list[str] = []
    #: File → the name of the first step that uses it.
    users: dict[str, str] = {}
    #: Kinds of what a service task may ask a worker for.
    services: list[str] = []
    #: Processes that may be called: id → title.
    processes: dict[str, str] = {}


def look(engine: Engine, definition: str, files: Mapping[str, bytes]) -> Sight:
    """What an owner sees of these files; raises FileNameRefused, PackageTooLarge."""
    zipped = package.zipped(drafts.checked_files(files))
    found = drafts.findings_of(engine, definition, zipped, digest(zipped))
    sight = Sight(
        findings=found, forms=_keys(files, "forms/", ".json"), decisions=_keys(files, "decisions/", ".dmn"),
        letters=_keys(files, "letters/", ".md.j2"), services=sorted(SERVICES), processes=_processes(engine),
    )  # fmt: skip
    # What the walls of the gate stopped, or what nobody could read in time, is not read here either.
    if DIAGRAM not in files or any(one.file in (DIAGRAM, definition) and one.rule in importing.WALLS for one in found):
        return sight
    try:
        sight = msgspec.structs.replace(sight, outline=outline(files[DIAGRAM]))
        whole = Package(files)
        graph = bpmn.read(files[DIAGRAM])
    except (BpmnUnreadable, PackageInvalid):
        return sight
    known = names(whole, graph)
    given = Names(everywhere=[*known.everywhere, *_given(engine, definition, known)], at=known.at)
    return msgspec.structs.replace(
        sight, names=given, roles=dict(whole.manifest.roles), users=_users(files, graph)
    )


def _given(engine: Engine, definition: str, known: Names) -> list[Variable]:
    """What the processes in force hand over where they call this one."""
    there = {one.name for one in known.everywhere}
    found: dict[str, Variable] = {}
    with engine.database.reading() as connection:
        callers = queries.in_force(connection)
    for version in callers:
        for node in compiled(engine.store, version.package).graph.nodes.values():
            for one in node.extension_list("input") if node.called == definition else ():
                name = one.attributes.get("name", "")
                if name and name not in there:
                    found.setdefault(name, Variable(name=name, origin="caller", label=version.title))
    return list(found.values())


def _users(files: Mapping[str, bytes], graph: bpmn.Graph) -> dict[str, str]:
    """Which step uses a form, a decision or a letter, by its name."""
    found: dict[str, str] = {}
    for node in graph.nodes.values():
        ref, letter = node.extension("decision"), node.extension("letter")
        used = [f"forms/{form_key(node)}.json"]
        used += [f"decisions/{ref.attributes.get('ref', '')}.dmn"] if ref is not None else []
        used += [f"letters/{letter.attributes.get('template', '')}.md.j2"] if letter is not None else []
        for name in used:
            if name in files and node.name and node.type != "process":
                found.setdefault(name, node.name)
    return found


def expression_error(text: str) -> BihuanError | None:
    """What is wrong with a FEEL expression, as one types it."""
    try:
        feel.parse(text)
    except BihuanError as wrong:
        return wrong
    return None


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft says of itself, as far as it can be read."""

    definition: str = ""
    title: str = ""


def about(files: Mapping[str, bytes]) -> About:
    """Id and title of a package that may be no valid one."""
    body = files.get("package.toml", b"")
    if len(body) > package.LONGEST_MANIFEST:
        return About()
    try:
        found = tomllib.loads(body.decode())
    except (ValueError, RecursionError):
        return About()
    key, title = found.get("id"), found.get("title")
    return About(definition=key if isinstance(key, str) else "", title=title[:200] if isinstance(title, str) else "")


def settings(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The settings of a package, none where its manifest cannot be read."""
    try:
        return dict(Package(files).settings)
    except PackageInvalid:
        return {}


def _keys(files: Mapping[str, bytes], folder: str, ending: str) -> list[str]:
    listed = [name for name in files if name.startswith(folder) and name.endswith(ending)]
    return sorted(name[len(folder) : -len(ending)] for name in listed)


def _processes(engine: Engine) -> dict[str, str]:
    with engine.database.reading() as connection:
        found = {draft.definition: draft.definition for draft in drafts.listing(connection)}
        found |= {version.definition: version.title for version in queries.in_force(connection)}
    return dict(sorted(found.items()))
