"""Runs the scenarios of the packages: stories told in TOML, played by the story driver."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.driver import PROCESSES, City

Step = dict[str, Any]
STEP_KEYS = {
    "by", "do", "element", "unit", "outcome", "values", "rows", "upload", "for_each", "except", "expect_open"
}  # fmt: skip


def paths() -> list[Path]:
    """Every scenario of every package."""
    return sorted(PROCESSES.glob("*/scenarios/*.toml"))


def name(path: Path) -> str:
    """What a scenario is called in the list of tests: package and file."""
    return f"{path.parent.parent.name}-{path.stem}"


def run(city: City, path: Path) -> str:
    """Plays the scenario and compares what it expects; gives the id of the case."""
    story = tomllib.loads(path.read_text(encoding="utf-8"))
    first, *rest = story["steps"]
    assert first["do"] == "start", "a scenario begins with a start"
    case = city.start(path.parent.parent.name, by=first["by"], **first.get("values", {}))
    compare_open(city, case, first, 1)
    for number, step in enumerate(rest, start=2):
        play(city, case, step, number)
    compare_end(city, case, story["expect"])
    return case


def play(city: City, case: str, step: Step, number: int) -> None:
    """One step, once or for each office."""
    unknown = set(step) - STEP_KEYS
    assert not unknown, f"step {number} says {sorted(unknown)}, which nobody reads"
    assert step["do"] == "complete", f"step {number} does {step['do']!r}"
    for office in offices(city, case, step):
        complete(city, step if office is None else filled(step, office))
    compare_open(city, case, step, number)


def offices(city: City, case: str, step: Step) -> list[str | None]:
    """The ids of the offices for which the step is repeated; a step without ``for_each`` is played once."""
    named = step.get("for_each")
    if named is None:
        return [None]
    listed = named if isinstance(named, list) else [office["id"] for office in city.variables(case)[named]]
    return [office for office in listed if office not in step.get("except", [])]


def filled(value: Any, office: str) -> Any:
    """The value with ``{unit}`` replaced by the office's id, wherever it stands."""
    if isinstance(value, dict):
        return {key: filled(item, office) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, office) for item in value]
    return value.replace("{unit}", office) if isinstance(value, str) else value


def complete(city: City, step: Step) -> None:
    """A person finishes the task with the step's answers."""
    person, element, unit = step["by"], step["element"], step.get("unit")
    answers = dict(step.get("values", {}))
    if "rows" in step:
        answers[step["rows"]["list"]] = rows(city, step)
    for field in step.get("upload", []):
        body = f"%PDF-1.7 {unit or person} {field}".encode()
        answers[field] = [city.upload(person, f"{field}.pdf", body)]
    city.complete(person, element, answers, outcome=step.get("outcome"), unit=unit)


def rows(city: City, step: Step) -> list[dict[str, Any]]:
    """One row of answers for each row that the form shows."""
    wanted = step["rows"]
    with city.work_on(step["by"], step["element"], unit=step.get("unit")) as work:
        shown = work.scope[wanted["list"]]
    return [row(shown_row, wanted) for shown_row in shown]


def row(shown: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The answers of one row: ``each``, changed by every ``where`` that the row matches."""
    answers = dict(wanted.get("each", {}))
    for rule in wanted.get("where", []):
        if all(shown.get(key) == value for key, value in rule.items() if key != "set"):
            answers |= rule["set"]
    return answers


def compare_open(city: City, case: str, step: Step, number: int) -> None:
    """The elements of the main case at which tasks are open, each once."""
    if "expect_open" in step:
        found = sorted(set(city.open_elements(case)))
        assert found == step["expect_open"], f"after step {number} open: {found}"


def compare_end(city: City, case: str, expected: dict[str, Any]) -> None:
    """The state and the variables at the end."""
    assert city.state(case) == expected["state"]
    variables = city.variables(case)
    for key, value in expected.get("variables", {}).items():
        compare(key, variables.get(key), value)


def compare(place: str, found: Any, expected: Any) -> None:
    """Compares what is expected; of a table only the named keys, of a list every item."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), f"{place} is {found!r}"
        for key, value in expected.items():
            compare(f"{place}.{key}", found.get(key), value)
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{place} is {found!r}"
        assert len(found) == len(expected), f"{place} has {len(found)} items"
        for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
            compare(f"{place}[{number}]", one, other)
    else:
        assert found == expected, f"{place} is {found!r}"
