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
    """What one person does, once or for each of several offices; or a message that another system sends."""

    by: str = ""
    do: Literal["start", "complete", "send"]
    element: str = ""
    unit: str = ""
    outcome: str = ""
    values: dict[str, Any] = {}
    rows: Rows | None = None
    upload: tuple[str, ...] = ()
    #: Name and correlation key of what is sent; its values are ``values``.
    message: str = ""
    key: str | None = None
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
    if [step.do == "start" for step in scenario.steps] != [True, *(False for _ in scenario.steps[1:])]:
        raise ValueError("the first step starts, the others complete or send")
    for step in scenario.steps:
        if not (step.message if step.do == "send" else step.by):
            raise ValueError("by is missing" if step.do != "send" else "message is missing")
    return scenario


def own(found: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the file of a scenario by itself."""
    try:
        read(found)
    except ValueError as wrong:
        yield Finding(rule="scenario-invalid", values={"reason": str(wrong)[:200]})


def findings(package: Package, graph: Graph) -> Iterator[Finding]:
    """Tasks, buttons and messages that the diagram does not have; those of called packages are beyond sight."""
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
    if step.do == "send":
        names = {node.trigger.message for node in graph.nodes.values() if node.trigger is not None}
        if step.message not in names and not calls:
            values = {"step": str(number), "message": step.message}
            yield Finding(rule="scenario-message", element=step.message, file=file, values=values)
        return
    node = graph.nodes.get(step.element)
    values = {"step": str(number), "element": step.element, "outcome": step.outcome}
    if node is None or node.type not in ("userTask", "manualTask"):
        if not calls:
            yield Finding(rule="scenario-element", element=step.element, file=file, values=values)
        return
    buttons = {outcome.attributes.get("name", "") for outcome in node.extension_list("outcome")}
    if step.outcome not in (buttons or {""}):
        yield Finding(rule="scenario-outcome", element=step.element, file=file, values=values)
