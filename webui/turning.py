"""A scenario with another answer at one task, made from a form: what the page asks, and what is saved of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from flask import request

from engine.definitions import coverage, drafts, proposing, queries, scenario_turn, scenarios
from engine.definitions.changes import Change
from engine.definitions.check_scenarios import Scenario, Step
from engine.definitions.compiled import Compiled, compiled
from engine.forms import Posted
from webui import comparing, owners
from webui.actor import engine
from webui.packages import translator
from webui.scenario_forms import Drawn, Filled, TaskForm
from webui.texts import t


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The step of a scenario that can be answered otherwise, and the others that can be chosen instead."""

    process: Compiled
    told: dict[str, Scenario]
    file: str
    element: str
    #: Element → the number of the first step that answers it, from 1, in the order of the story.
    steps: dict[str, int]
    #: The change that no story has reached and that comes after the element.
    missed: Change | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario that is copied."""
        return self.told[self.file]

    @property
    def step(self) -> Step:
        """The step that is answered otherwise."""
        return self.scenario.steps[self.steps[self.element] - 1]


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """What the page asks to make the scenario."""

    file: str
    title: str
    element: str
    stories: list[tuple[str, str]]
    tasks: list[tuple[str, str]]
    #: The name of what would be reached, empty where nothing is missed.
    reaches: str
    name: str
    form: Drawn
    #: True where one row stands for all that the case will have.
    rows: bool


def place(
    draft: drafts.Draft, stories: Sequence[queries.Story], unreached: Sequence[Change], file: str, element: str
) -> Place | None:
    """The step that *file* and *element* name; without them the one that most likely decides what was not reached."""
    passed = {one.file: one for one in stories if one.engine == "kernel"}
    if not passed or not all(one.passed for one in passed.values()):
        return None
    process = compiled(engine().store, draft.digest)
    bodies = scenarios.scenarios_of(process.package)
    told = {name: scenarios.parse(body) for name, body in bodies.items() if name in passed}
    steps = {name: _choices(one, process) for name, one in told.items()}
    ways = [(one, coverage.before(one.element, process.graph)) for one in unreached]
    answered = {one for known in steps.values() for one in known}
    missed, before = next(((one, before) for one, before in ways if _answer(before, answered)), (None, []))
    if file not in told:
        if missed is None:
            return None
        element = _answer(before, answered)
        flow = process.graph.flows.get(missed.element)
        file = _shortest(element, flow.source if flow is not None else element, steps, passed)
    elif element not in steps[file]:
        element = _answer(before, steps[file]) or next(reversed(steps[file]), "")
    if not element:
        return None
    return Place(
        process=process, told=told, file=file, element=element, steps=steps[file],
        missed=missed if element in before else None,
    )  # fmt: skip


def _choices(told: Scenario, process: Compiled) -> dict[str, int]:
    """The steps that can be answered otherwise: where a form asks something, or where there are several buttons."""
    found = scenario_turn.answered(told, process.graph)
    return {element: number for element, number in found.items() if TaskForm(process, element).leaves_a_choice}


def _answer(before: Sequence[str], steps: Collection[str]) -> str:
    return next((one for one in before if one in steps), "")


def _shortest(
    element: str, near: str, steps: Mapping[str, Collection[str]], played: Mapping[str, queries.Story]
) -> str:  # fmt: skip
    """The story that answers *element*: one that comes *near* before the others, then the one with the fewest tasks."""
    able = [name for name, known in steps.items() if element in known]
    return min(able, key=lambda name: (near not in (played[name].trail or ()), len(steps[name])))


def panel(
    draft: drafts.Draft, stories: Sequence[queries.Story], unreached: Sequence[Change], names: dict[str, str],
    filled: Filled,
) -> Panel | None:  # fmt: skip
    """What the page asks; None where nothing was missed and nobody asked for it, or where no story can be copied."""
    found = place(draft, stories, unreached, request.values.get("_from", ""), request.values.get("_at", ""))
    if found is None:
        return None
    form = TaskForm(found.process, found.element)
    drawn = form.drawn(filled.posted or form.begun(_given(found.step)), filled.errors)
    missed = _way(found.missed, found.process, names) if found.missed is not None else ""
    usual = t("turn.name", task=drawn.name, way=missed) if missed else t("turn.name.copy", title=found.scenario.title)
    return Panel(
        file=found.file, title=found.scenario.title, element=found.element, form=drawn,
        rows=found.step.rows is not None,
        stories=[(name, one.title) for name, one in found.told.items()],
        tasks=[(one, names.get(one, one)) for one in found.steps],
        reaches=names.get(found.missed.element, missed) if found.missed is not None else "",
        name=request.form.get("_name") or usual,
    )  # fmt: skip


def _way(missed: Change, process: Compiled, names: dict[str, str]) -> str:
    flow = process.graph.flows.get(missed.element)
    translate = translator(process.package)
    return translate(flow.name) or names.get(flow.target, "") if flow is not None else names.get(missed.element, "")


def _given(step: Step) -> dict[str, Any]:
    return {**step.values, **({step.rows.list: [step.rows.each]} if step.rows is not None else {})}


def is_as_told(place: Place, form: TaskForm, posted: Posted, outcome: str) -> bool:
    """True where nothing is answered otherwise."""
    return outcome == place.step.outcome and form.told(posted) == form.told(form.begun(_given(place.step)))


def make(definition: str, draft: drafts.Draft, place: Place, form: TaskForm, posted: Posted) -> tuple[str, str | None]:
    """Saves the new scenario and plays it; gives its file, or why it cannot be answered so. Raises DraftChanged."""
    values, each = form.told(posted), dict[str, Any]()
    if place.step.rows is not None:
        each = next(iter(values.pop(place.step.rows.list, [])), {})
    title = request.form.get("_name", "").strip() or t("turn.name.copy", title=place.scenario.title)
    other = scenario_turn.Other(title=title, outcome=request.form.get("_outcome", ""), values=values, each=each)
    turn = scenario_turn.Turn(file=place.file, step=place.steps[place.element], other=other)
    found = proposing.turn(engine(), draft.digest, turn)
    if found.code:
        story = queries.Story(
            file=place.file, title=title, passed=False, step=found.step, element=found.element, code=found.code,
            values=found.values,
        )  # fmt: skip
        names = {key: form.translate(node.name) for key, node in place.process.graph.nodes.items() if node.name}
        return "", str(comparing.stories([story], names)[0]["said"])
    file = _free(place)
    saved = drafts.save(engine(), definition, owners.person(), draft.revision, {file: found.body})
    proposing.examine(engine(), saved.digest)
    return file, None


def _free(place: Place) -> str:
    """A name for the file that none has: that of the copied one with a number; ids of elements may be made up."""
    begin = place.file.removesuffix(".toml")[:90]
    number = 2
    while (name := f"{begin}_{number}.toml") in place.process.package.files:
        number += 1
    return name
