"""A scenario with another answer is told to its end: what comes back is answered as before, then as it was told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from engine.definitions import carrying, scenario_child, scenario_text, scenarios
from engine.definitions.check_scenarios import Rows, Scenario
from engine.definitions.package import Package, read_folder
from engine.definitions.queries import Story
from engine.definitions.scenario_turn import Other, Turn, Turned
from tests.driver import PROCESSES
from tests.processes import changed, checked

FOLDER = PROCESSES / changed.MONTHLY
FILES = read_folder(FOLDER).files
STORIES = [name for name in FILES if name.startswith("scenarios/")]
CALLED = [read_folder(PROCESSES / name) for name in ("pb_county_rectification", "pb_county_self_check")]
YES = carrying.Added(by="party-head", element=checked.TASK, outcome="done", values={"ok": "yes"})
NO = Other(title="复核:不通过", outcome="done", values={"ok": "no"})


def with_check(file: str, **more: bytes) -> Package:
    """The monthly reminder with the task 复核 and one scenario, which tells that it passes."""
    files = {name: body for name, body in FILES.items() if name not in STORIES}
    after = [step.element for step in scenarios.parse(FILES[file]).steps].index("merge") + 1
    files[file] = carrying.carried(FILES[file], after, YES, [checked.TASK])
    return Package({**files, **checked.monthly(files), **more})


def turned(package: Package, folder: Path, file: str, element: str, other: Other | None) -> Turned:
    steps = scenarios.parse(package.files[file]).steps
    number = [step.element for step in steps].index(element) + 1
    return scenarios.turn(package, CALLED, folder, Turn(file=file, step=number, other=other))


def played(package: Package, folder: Path, body: bytes) -> Story:
    """How the new scenario alone goes."""
    files = {name: one for name, one in package.files.items() if not name.startswith("scenarios/")}
    [story] = scenarios.run(Package({**files, "scenarios/new.toml": body}), CALLED, folder, ["kernel"])
    return story


def elements(told: Scenario) -> list[str]:
    return [step.element for step in told.steps]


@pytest.mark.parametrize("file", STORIES)
def test_a_no_that_leads_back_is_told_as_no_then_the_step_before_again_then_yes_and_on_to_the_end(
    file: str, tmp_path: Path
) -> None:
    package = with_check(file)
    before = scenarios.parse(package.files[file])
    found = turned(package, tmp_path / "a", file, checked.TASK, NO)
    assert (found.finished, found.code) == (True, "")
    after = scenarios.parse(found.body)
    at = elements(before).index(checked.TASK)
    assert elements(after) == [*elements(before)[: at + 1], "merge", *elements(before)[at:]]
    assert after.steps[at].values == {"ok": "no"}
    assert after.steps[at].expect_open == ("merge",)
    assert (after.steps[at + 1], after.steps[at + 2 :]) == (before.steps[at - 1], before.steps[at:])
    assert (after.title, after.expect) == ("复核:不通过", before.expect)
    story = played(package, tmp_path / "b", found.body)
    assert story.passed, story
    assert checked.NO in (story.trail or ())
    assert checked.YES in (story.trail or ())


def test_an_answer_row_by_row_is_given_in_every_row(tmp_path: Path) -> None:
    file = "scenarios/county_without_findings.toml"
    package = with_check(file)
    back = Other(title="退回", outcome="decided", each={"decision": "return", "reason": "措辞不准确。"})
    found = turned(package, tmp_path / "a", file, "office_review", back)
    told = scenarios.parse(found.body)
    at = elements(told).index("office_review")
    assert told.steps[at].rows == Rows(list="batch", each={"decision": "return", "reason": "措辞不准确。"})
    assert elements(told)[at : at + 3] == ["office_review", "draft_letter", "office_review"]
    assert found.finished
    assert played(package, tmp_path / "b", found.body).passed


def test_an_answer_that_skips_steps_leaves_them_out_and_the_end_is_expected_as_it_was_found(tmp_path: Path) -> None:
    file = "scenarios/county_without_findings.toml"
    package = with_check(file)
    none = Other(
        title="全部剔除", outcome="merged",
        each={"category": "落实类", "affects": False, "repeat_count": "0", "duplicate": True},
    )  # fmt: skip
    found = turned(package, tmp_path / "a", file, "merge", none)
    told = scenarios.parse(found.body)
    assert found.finished
    assert elements(told)[-2:] == ["merge", checked.TASK]
    assert told.expect.state == "ended"
    assert told.expect.variables["dropped"] == 2
    assert told.expect.variables["results"] == []
    assert played(package, tmp_path / "b", found.body).passed


def test_at_a_task_that_nobody_has_answered_the_story_stands_still_and_goes_on_once_it_tells_of_it(
    tmp_path: Path,
) -> None:
    file = "scenarios/month_without_findings.toml"
    package = with_check(file, **checked.asked_why(FILES))
    found = turned(package, tmp_path / "a", file, checked.TASK, NO)
    assert not found.finished
    stopped = played(package, tmp_path / "b", found.body)
    assert (stopped.code, stopped.values["found"]) == ("story-no-task", "why")
    answered = carrying.Added(by="party-head", element="why")
    told = carrying.carried(found.body, carrying.fits_up_to(stopped), answered, ["why"])
    again = Package({**package.files, file: told})
    found = turned(again, tmp_path / "c", file, "why", None)
    assert found.finished
    assert elements(scenarios.parse(found.body))[-5:] == ["merge", checked.TASK, "why", "merge", checked.TASK]
    assert played(package, tmp_path / "d", found.body).passed


def test_another_scenario_tells_what_this_one_never_answered(tmp_path: Path) -> None:
    file, other = "scenarios/month_without_findings.toml", "scenarios/other.toml"
    package = with_check(file, **checked.asked_why(FILES))
    first = turned(package, tmp_path / "a", file, checked.TASK, NO).body
    told = carrying.carried(first, 7, carrying.Added(by="party-head", element="why"), ["why"])
    package = Package({**package.files, other: told})
    assert turned(package, tmp_path / "b", file, checked.TASK, NO).finished


def test_an_answer_that_is_refused_says_why(tmp_path: Path) -> None:
    file = STORIES[0]
    wrong = Other(title="x", outcome="done", values={"ok": "maybe"})
    found = turned(with_check(file), tmp_path, file, checked.TASK, wrong)
    assert (found.code, found.element, found.body) == ("story-refused", checked.TASK, b"")


def test_the_child_that_has_to_be_stopped_says_so() -> None:
    file = STORIES[0]
    found = scenario_child.turn(with_check(file), CALLED, Turn(file=file, step=9, other=NO), seconds=0.01)
    assert (found.code, found.body) == ("story-gave-up", b"")


@pytest.mark.parametrize("file", sorted(PROCESSES.glob("*/scenarios/*.toml")), ids=lambda path: path.stem)
def test_a_scenario_that_is_written_down_is_read_as_the_same(file: Path) -> None:
    told = scenarios.parse(file.read_bytes())
    assert scenarios.parse(scenario_text.scenario(told)) == told


def test_every_value_that_a_scenario_can_have_is_written_down() -> None:
    spelt = (
        'title = "a"\n[[steps]]\nby = "x"\ndo = "start"\n[[steps]]\ndo = "send"\nmessage = "paid"\nkey = ""\n'
        'values = { amount = 1.50, on = 2026-11-04, "two words" = [1, true], none = {} }\n'
        '[expect]\nstate = "open"\nvariables = { }\n'
    )
    told = scenarios.parse(spelt.encode())
    body = scenario_text.scenario(told)
    assert scenarios.parse(body) == told
    assert "amount = 1.50" in body.decode()
    with pytest.raises(ValueError, match="no value of a form"):
        scenario_text.value({1, 2})
    assert tomllib.loads(body.decode())["steps"][1]["key"] == ""
