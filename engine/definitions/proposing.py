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
from engine.definitions.errors import DraftChanged, DraftMissing, PackageInvalid
from engine.definitions.package import DIAGRAM, Package, read_zip
from engine.definitions.queries import Examination
from engine.definitions.scenario_turn import Turn, Turned
from engine.dispatch import Engine
from engine.identity.seen import look
from engine.messages import Actor, Outcome
from engine.settings import BEHAVIOUR

#: Raised when the gate asks more than it did: what was examined before is examined again.
RULES = 3


def propose(
    engine: Engine, definition: str, actor: Actor, *, note: str = "", in_force_at: str | None = None,
    looked_at: str | None = None, request: str | None = None,
) -> Outcome:  # fmt: skip
    """Proposes the draft of *definition* to a second person; *looked_at* is the digest that the proposer has seen.

    Raises DraftMissing, DraftChanged (somebody saved after the look), NotAllowed, and what
    ``approving.propose_version`` raises.
    """
    with engine.database.reading() as connection:
        draft = drafts.find(connection, definition)
        owns = look(connection, actor.person).owns_processes
    if draft is None:
        raise DraftMissing(definition=definition)
    if looked_at not in (None, draft.digest):
        raise DraftChanged(revision=draft.revision, saved_by=draft.saved_by, saved_at=draft.saved_at)
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


def examine(engine: Engine, package: str, *, anew: bool = False) -> Examination:
    """What the gate and the stories say of a package in the store.

    They are asked where nobody did, where anything beside it changed, where they did not end the last time, and *anew*.
    """
    with engine.database.reading() as connection:
        in_force = {version.definition: version.package for version in queries.in_force(connection)}
        beside = values.digest(values.canonical([RULES, BEHAVIOUR, sorted(in_force.values())]))
        found = queries.examination(connection, package)
        fits = queries.examined_beside(connection, package) == beside
    if found is not None and fits and not anew and not _gave_up(found):
        return found
    examined = _examined(engine, package, in_force)
    # Two may ask at the same moment; both found the same.
    with suppress(sa.exc.IntegrityError), engine.database.writing() as connection:
        examinations.keep(connection, package, beside, examined)
    return examined


def _gave_up(found: Examination) -> bool:
    """True where a child was stopped: a busy machine is nothing that one can say of a package."""
    unfinished = ("check-gave-up", "story-gave-up", "story-broke")
    return any(one in unfinished for one in (*(f.rule for f in found.findings), *(s.code for s in found.stories)))


def rehearse(engine: Engine, package: str) -> Examination:
    """The same beside the drafts of the processes that it calls, for owners who change several at once.

    It says nothing about today, so nobody can propose by it; it is kept under a key of its own (:func:`together`).
    """
    with engine.database.reading() as connection:
        in_force = {version.definition: version.package for version in queries.in_force(connection)}
        drafted = {draft.definition: draft.digest for draft in drafts.listing(connection)}
    known = {**in_force, **{name: digest for name, digest in drafted.items() if _sound(engine, name, digest)}}
    found = _examined(engine, package, known)
    with suppress(sa.exc.IntegrityError), engine.database.writing() as connection:
        examinations.keep(connection, together(package), "", found)
    return found


def turn(engine: Engine, package: str, wanted: Turn) -> Turned:
    """How a story of a sound package in the store goes that turns, beside what is in force."""
    with engine.database.reading() as connection:
        in_force = {version.definition: version.package for version in queries.in_force(connection)}
    found = compiled(engine.store, package).package
    return scenario_child.turn(found, beside(engine, found, in_force), wanted)


def together(package: str) -> str:
    """Where it is kept what a package did beside the drafts."""
    return values.digest(f"together {package}".encode())


def drafted_calls(engine: Engine, package: str) -> list[str]:
    """The processes that a sound package calls and of which there are drafts."""
    graph = compiled(engine.store, package).graph
    with engine.database.reading() as connection:
        return sorted(called(graph) & {draft.definition for draft in drafts.listing(connection)})


def _sound(engine: Engine, definition: str, digest: str) -> bool:
    """True where the gate finds no error in a draft taken alone: only then it is read outside of its child."""
    found = sandbox.run("draft", definition, engine.store.get(digest), threads=True)
    return not any(one.severity == "error" for one in found)


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
