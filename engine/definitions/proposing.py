"""From a draft to a version in force: has a package examined, then asks the engine.

The gate and the stories run in processes of their own and take seconds, so they run here, before the command and
outside of any transaction. What they said lies in ``examinations``; the command names the package alone, and its
handler *observes* what was said. So the entry holds what was seen, no caller can claim a result that nobody found, and
performing the command again feeds the observation back and needs no sandbox (laws 1 and 3 of the record).
"""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa

from engine import bpmn, values
from engine.db import text
from engine.definitions import commands, drafts, examinations, queries, sandbox, scenario_child
from engine.definitions.compiled import compiled
from engine.definitions.errors import DraftMissing, PackageInvalid
from engine.definitions.package import DIAGRAM, Package, read_zip
from engine.definitions.queries import Examination
from engine.dispatch import Engine
from engine.identity.seen import look
from engine.messages import Actor, Outcome
from engine.settings import BEHAVIOUR

#: Raised when the gate asks more than it did: what was examined before is examined again.
RULES = 1


def propose(
    engine: Engine, definition: str, actor: Actor, *, note: str = "", in_force_at: str | None = None,
    request: str | None = None,
) -> Outcome:  # fmt: skip
    """Proposes the draft of *definition* to a second person.

    Raises DraftMissing, NotAllowed, and what ``approving.propose_version`` raises.
    """
    with engine.database.reading() as connection:
        draft = drafts.find(connection, definition)
        owns = look(connection, actor.person).owns_processes
    if draft is None:
        raise DraftMissing(definition=definition)
    if owns:  # Nobody else can make the machine work for seconds.
        examine(engine, draft.digest)
    command = commands.ProposeVersion(
        definition=definition, package=draft.digest, note=note, in_force_at=in_force_at, base=draft.base,
        saved_by=draft.saved_by,
    )  # fmt: skip
    return engine.dispatch(command, actor, request)


def approve(
    engine: Engine, definition: str, proposal: str, actor: Actor, *, request: str | None = None
) -> Outcome:  # fmt: skip
    """Approves a proposal, after its package was examined beside what is in force today.

    Raises NotAllowed, and what ``approving.approve_version`` raises.
    """
    with engine.database.reading() as connection:
        found = queries.proposal(connection, proposal)
        seen = look(connection, actor.person)
    if found is not None and found.state == "open" and seen.may_approve:
        examine(engine, found.package)
    outcome = engine.dispatch(commands.ApproveVersion(definition=definition, proposal=proposal), actor, request)
    if found is not None:
        drafts.forget(engine, definition, found.package)
    return outcome


def examine(engine: Engine, package: str) -> Examination:
    """What the gate and the stories say of a package in the store, asked anew where anything beside it changed."""
    with engine.database.reading() as connection:
        in_force = {version.definition: version.package for version in queries.in_force(connection)}
        beside = values.digest(values.canonical([RULES, BEHAVIOUR, sorted(in_force.values())]))
        if queries.examined_beside(connection, package) == beside:
            found = queries.examination(connection, package)
            assert found is not None
            return found
    examined = _examined(engine, package, in_force)
    # Two may ask at the same moment; both found the same.
    with suppress(sa.exc.IntegrityError), engine.database.writing() as connection:
        examinations.keep(connection, package, beside, examined)
    return examined


def _examined(engine: Engine, digest: str, in_force: dict[str, str]) -> Examination:
    """The gate first: what it does not let pass is never read outside of its child."""
    body = engine.store.get(digest)
    name = _name(body)
    findings = sandbox.run("draft", name, body, threads=True, known=sorted({*in_force, name}))
    stories: list[queries.Story] = []
    if not any(one.severity == "error" for one in findings):
        package = read_zip(body)
        stories = scenario_child.run(package, beside(engine, package, in_force))
    return Examination(at=text(engine.clock.now()), findings=findings, stories=stories)


def beside(engine: Engine, package: Package, in_force: dict[str, str]) -> list[Package]:
    """The packages in force that a sound *package* calls, and those that they call."""
    found: dict[str, Package] = {}
    wanted = called(bpmn.read(package.files[DIAGRAM]))
    while wanted:
        name = wanted.pop()
        if name in in_force and name not in found and name != package.id:
            process = compiled(engine.store, in_force[name])
            found[name] = process.package
            wanted |= called(process.graph)
    return [found[name] for name in sorted(found)]


def called(graph: bpmn.Graph) -> set[str]:
    """The processes that a graph calls."""
    return {node.called for node in graph.nodes.values() if node.called}


def _name(body: bytes) -> str:
    try:
        return read_zip(body).id
    except PackageInvalid:
        return ""
