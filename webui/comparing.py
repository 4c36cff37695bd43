"""What the pages about versions show of packages: the difference, its impact, findings and scenarios in words."""

from __future__ import annotations

from typing import Any

from engine.definitions import difference, impact
from engine.definitions.changes import Difference
from engine.definitions.compiled import Compiled, compiled
from engine.definitions.queries import Story
from engine.definitions.scenarios import said
from engine.errors import Finding
from webui import findings as gate
from webui.actor import engine, seen
from webui.packages import translator
from webui.texts import language


def shown(definition: str, old: str | None, new: str, *, with_impact: bool = True) -> dict[str, Any]:
    """What a proposal page needs to compare two packages that the gate has passed."""
    store = engine().store
    before = compiled(store, old) if old is not None else None
    after = compiled(store, new)
    found = difference.between(before.package if before is not None else None, after.package)
    return {
        "element_names": _names(before, after), "difference": found, "marks": found.marks, "old": old, "new": new,
        "impact": _impact(definition, found, after.graph) if with_impact else None,
    }  # fmt: skip


def _names(*processes: Compiled | None) -> dict[str, str]:
    """Id of an element → its name in the language of the page; a flow is called by its ends."""
    found: dict[str, str] = {}
    for process in processes:
        if process is not None:
            translate = translator(process.package)
            found |= {key: translate(node.name) for key, node in process.graph.nodes.items() if node.name}
            found |= {
                key: f"{found.get(flow.source, '·')} → {found.get(flow.target, '·')}"
                for key, flow in process.graph.flows.items()
            }
    return found


def _impact(definition: str, found: Difference, graph: Any) -> impact.Impact:
    with engine().database.reading() as connection:
        return impact.of(connection, engine().store, seen(), definition, found.elements, graph)


def findings(found: list[Finding]) -> list[dict[str, Any]]:
    """Findings in words, errors first."""
    order = {"error": 0, "warning": 1, "advice": 2}
    return [gate.told(one) for one in sorted(found, key=lambda one: order[one.severity])]


def stories(found: list[Story]) -> list[dict[str, Any]]:
    """Scenarios with how they went, in words, each with what the second engine says of it, where it was asked."""
    second = {one.file: _story(one) for one in found if one.engine == "second"}
    return [{**_story(one), "second": second.get(one.file)} for one in found if one.engine != "second"]


def _story(one: Story) -> dict[str, Any]:
    word = "differs" if not one.passed else "not-comparable" if one.code else "same"
    return {"story": one, "said": said(one, language()) if one.code else "", "word": word}


def diagram(digest: str) -> bytes:
    """The BPMN file of a package."""
    return compiled(engine().store, digest).package.files["process.bpmn"]


def title(digest: str) -> str:
    """The title of a package in the language of the page."""
    package = compiled(engine().store, digest).package
    return translator(package)(package.title)
