"""What the pages about versions show of packages: the difference, its impact, findings and scenarios in words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from engine.definitions import coverage, difference, impact
from engine.definitions.changes import Detail, Difference
from engine.definitions.compiled import Compiled, compiled
from engine.definitions.queries import Story
from engine.definitions.scenarios import said, scenarios_of
from engine.errors import Finding
from webui import elements, form_facts
from webui.actor import engine, seen
from webui.packages import translator
from webui.texts import language, t

#: Aspects of an element whose value is another element.
_REFERRING = frozenset({"from", "to", "default", "attached", "container"})


def shown(
    definition: str, old: str | None, new: str, told: list[Story], *, with_impact: bool = True
) -> dict[str, Any]:  # fmt: skip
    """What a proposal page needs to compare two sound packages; *told* are the stories of the new one."""
    store = engine().store
    before = compiled(store, old) if old is not None else None
    after = compiled(store, new)
    names = _names(before, after)
    old_side = form_facts.Side.of(before) if before is not None else None
    new_side = form_facts.Side.of(after)
    found = difference.between(before.package if before is not None else None, after.package)
    found = _spoken(found, names, old_side, new_side)
    return {
        "element_names": names, "difference": found,
        "file_titles": _file_titles(found, names, before, after), "marks": found.marks, "old": old, "new": new,
        "impact": _impact(definition, found, after.graph) if with_impact else None,
        "unreached": coverage.unreached(found.elements, after.graph, told), "branches": _branches(new_side),
        "forms": form_facts.of(new_side, found.files),
    }  # fmt: skip


def _branches(side: form_facts.Side) -> dict[str, list[coverage.Branch]]:
    """Gateway, and flow out of it, → the ways in the order in which they are asked, their conditions in words."""
    return {
        key: [msgspec.structs.replace(way, condition=side.wording.told(way.condition)) for way in ways]
        for key, ways in coverage.orders(side.process.graph).items()
    }


def _names(*processes: Compiled | None) -> dict[str, str]:
    """Id of an element → what it is called in the language of the page; the later process is heard last."""
    found: dict[str, str] = {}
    for process in filter(None, processes):
        found |= elements.names(process.graph, translator(process.package))
    return found


def _spoken(
    found: Difference, names: Mapping[str, str], before: form_facts.Side | None, after: form_facts.Side
) -> Difference:  # fmt: skip
    """The difference as people know it: 市委党建办科员, not ``party_office_clerk``, and no element by its id alone."""
    roles: dict[str | None, str] = {}
    for side in filter(None, (before, after)):
        roles |= {role: side.translate(name) for role, name in side.process.package.manifest.roles.items()}
    now = after.wording
    then = before.wording if before is not None else now

    def spoken(one: Detail) -> Detail:
        known: Mapping[Any, str] = names if one.aspect in _REFERRING else {}
        if (one.aspect, one.key) == ("assignment", "role"):
            known = roles
        if one.aspect == "flow-order":
            return msgspec.structs.replace(one, old=_all_named(one.old, names), new=_all_named(one.new, names))
        if one.aspect == "condition":
            return msgspec.structs.replace(one, old=one.old and then.told(one.old), new=one.new and now.told(one.new))
        old, new = (elements.said(known.get(value, value), names) for value in (one.old, one.new))
        return msgspec.structs.replace(one, old=old, new=new)

    changes = [
        msgspec.structs.replace(
            change, name=names.get(change.element, change.name), details=tuple(spoken(one) for one in change.details)
        )
        for change in found.elements
    ]
    files = [form_facts.spoken(one, before, after) for one in found.files]
    return msgspec.structs.replace(found, elements=changes, files=files)


def _file_titles(found: Difference, names: Mapping[str, str], *processes: Compiled | None) -> dict[str, str]:
    """File → what people call it: a scenario has a title, a form or a letter belongs to steps."""
    titles: dict[str, str] = {}
    for process in filter(None, processes):
        # A version in force may be older than the rules for scenarios of today: only what is needed is read.
        for file, body in scenarios_of(process.package).items():
            titles[file] = str(tomllib.loads(body.decode()).get("title", ""))
    for one in found.files:
        if one.elements:
            titles[one.file] = t("value.separator").join(names.get(element, element) for element in one.elements)
    return titles


def _impact(definition: str, found: Difference, graph: Any) -> impact.Impact:
    with engine().database.reading() as connection:
        return impact.of(connection, engine().store, seen(), definition, found.elements, graph)


def findings(found: list[Finding], tell: Callable[[Finding], dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings in the words that *tell* finds for each, errors first."""
    order = {"error": 0, "warning": 1, "advice": 2}
    ranked = sorted(found, key=lambda one: order[one.severity])
    return [{**tell(one), "rank": order[one.severity]} for one in ranked]


def stories(found: list[Story], names: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Scenarios with how they went, in words, those that failed first, each with what the second engine says of it.

    *names* are those of the elements.
    """
    known = names or {}
    second = {one.file: _story(one, known) for one in found if one.engine == "second"}
    failed = {one.file for one in found if not one.passed}
    ordered = sorted((one for one in found if one.engine != "second"), key=lambda one: one.file not in failed)
    return [{**_story(one, known), "second": second.get(one.file)} for one in ordered]


def _story(one: Story, names: Mapping[str, str]) -> dict[str, Any]:
    word = "differs" if not one.passed else "not-comparable" if one.code else "same"
    return {"story": one, "said": said(_named(one, names), language()) if one.code else "", "word": word}


#: Values of a story that list elements by their ids.
_LISTED = ("element", "expected", "found")


def _all_named(ids: str | None, names: Mapping[str, str]) -> str:
    """Elements that a value lists by their ids, by their names."""
    return t("value.separator").join(names.get(part, part) for part in (ids or "").split(", "))


def _named(story: Story, names: Mapping[str, str]) -> Story:
    """The story with the names of elements where it has their ids: a person knows 起草, not ``Activity_1362w6x``."""
    told = {
        key: _all_named(value, names) if key in _LISTED else value
        for key, value in story.values.items()
    }
    return msgspec.structs.replace(story, values=told, element=names.get(story.element, story.element))


def diagram(digest: str) -> bytes:
    """The BPMN file of a package."""
    return compiled(engine().store, digest).package.files["process.bpmn"]


def title(digest: str) -> str:
    """The title of a package in the language of the page."""
    package = compiled(engine().store, digest).package
    return translator(package)(package.title)
