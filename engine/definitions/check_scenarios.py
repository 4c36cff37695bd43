"""A scenario tells a story that can be played: every step names somebody, and a task and a button of the diagram."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from engine.bpmn.graph import Graph
from engine.definitions.package import Package
from engine.errors import Finding


class Rows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers for a list whose rows the form shows: ``each``, changed by the ``set`` of every ``where`` that fits."""

    list: str
    each: dict[str, Any] = {}
    where: tuple[dict[str, Any], ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one person does, once or for each of several offices."""

    by: str
    do: Literal["start", "complete"]
    element: str = ""
    unit: str = ""
    outcome: str = ""
    values: dict[str, Any] = {}
    rows: Rows | None = None
    upload: tuple[str, ...] = ()
    for_each: str | tuple[str, ...] = ()
    #: ``except`` in the file.
    but: tuple[str, ...] = msgspec.field(default=(), name="except")
    expect_open: tuple[str, ...] | None = None


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the case has ended."""

    state: Literal["open", "ended", "cancelled"]
    variables: dict[str, Any] = {}


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A story from the first click on."""

    title: str
    steps: tuple[Step, ...]
    expect: Expected


def read(found: Mapping[str, Any]) -> Scenario:
    """The scenario that a TOML file spells; raises ValueError."""
    scenario = msgspec.convert(found, Scenario)
    if [step.do for step in scenario.steps] != ["start", *("complete" for _ in scenario.steps[1:])]:
        raise ValueError("the first step starts, the others complete")
    return scenario


def own(found: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the file of a scenario by itself."""
    try:
        read(found)
    except ValueError as wrong:
        yield Finding(rule="scenario-invalid", values={"reason": str(wrong)[:200]})


def findings(package: Package, graph: Graph) -> Iterator[Finding]:
    """Steps at tasks and buttons that the diagram does not have; tasks of called packages are beyond sight."""
    calls = any(node.type == "callActivity" for node in graph.nodes.values())
    for name, body in package.files.items():
        if name.startswith("scenarios/"):
            try:
                scenario = read(tomllib.loads(body.decode()))
            except ValueError:  # told by the rules of the file itself
                continue
            for number, step in enumerate(scenario.steps[1:], start=2):
                yield from _step(graph, calls, name, number, step)


def _step(graph: Graph, calls: bool, file: str, number: int, step: Step) -> Iterator[Finding]:
    node = graph.nodes.get(step.element)
    values = {"step": str(number), "element": step.element, "outcome": step.outcome}
    if node is None or node.type not in ("userTask", "manualTask"):
        if not calls:
            yield Finding(rule="scenario-element", element=step.element, file=file, values=values)
        return
    buttons = {outcome.attributes.get("name", "") for outcome in node.extension_list("outcome")}
    if step.outcome not in (buttons or {""}):
        yield Finding(rule="scenario-outcome", element=step.element, file=file, values=values)
