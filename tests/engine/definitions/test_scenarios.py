"""A story that goes otherwise than it is told is named by its step, with what was expected and what was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli.check import command
from engine.definitions.check import check_package
from engine.definitions.package import Package, pack, read_folder
from engine.definitions.queries import Story
from engine.definitions.scenario_child import run
from engine.definitions.scenarios import play, said
from tests.driver import PROCESSES, City

STORY = (PROCESSES / "example" / "scenarios" / "straight.toml").read_text()


def played(city: City, *pairs: tuple[str, str]) -> Story:
    """The example's story, changed."""
    text = STORY
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return play(city.engine, "example", "scenarios/straight.toml", text.encode())


@pytest.mark.parametrize(
    ("old", "new", "code", "step"),
    [
        ('expect_open = ["note"]', 'expect_open = ["review"]', "story-open", 1),
        ('element = "note"', 'element = "review"', "story-no-task", 2),
        ('by = "party-clerk"\ndo = "complete"', 'by = "party-head"\ndo = "complete"', "story-no-task", 2),
        ('outcome = "done"', 'outcome = "maybe"', "story-refused", 2),
        ('values = { sentence = "一切正常。" }', "values = {}", "story-refused", 2),
        ('values = { subject = "值班" }', "values = {}", "story-refused", 1),
        ('state = "ended"', 'state = "open"', "story-state", 0),
        ('variables = { sentence = "一切正常。" }', 'variables = { sentence = "不正常。" }', "story-variable", 0),
        ('title = "', 'titel = "', "story-invalid", 0),
    ],
)
def test_the_first_thing_that_goes_otherwise_is_named(city: City, old: str, new: str, code: str, step: int) -> None:
    story = played(city, (old, new))
    assert (story.passed, story.code, story.step) == (False, code, step)
    for language in ("zh-CN", "en"):
        assert "{" not in said(story, language)
        assert code not in said(story, language)


PAYMENT = Path(__file__).parents[2] / "packages" / "payment"


@pytest.mark.parametrize(
    ("old", "new", "code", "step"),
    [
        ('message = "paid"', 'message = "paid"', "", 0),
        ('key = "A-1"\nvalues = { amount', 'key = "A-2"\nvalues = { amount', "story-open", 4),
        ('message = "paid"\n', "", "story-invalid", 0),
        ('by = "party-clerk"\nelement', "element", "story-invalid", 0),
    ],
)
def test_a_story_sends_messages_from_outside(city: City, old: str, new: str, code: str, step: int) -> None:
    text = (PAYMENT / "scenarios" / "paid.toml").read_text()
    assert old in text
    story = play(city.engine, "payment", "scenarios/paid.toml", text.replace(old, new).encode())
    assert (story.passed, story.code, story.step) == (not code, code, step)


def test_a_story_that_sends_what_the_process_waits_for_nowhere_is_refused() -> None:
    files = read_folder(PAYMENT).files
    wrong = files["scenarios/paid.toml"].replace(b'"sealed"', b'"sealled"')
    found = check_package(Package({**files, "scenarios/paid.toml": wrong}))
    assert [(one.rule, one.element) for one in found] == [("scenario-message", "sealled")]


def test_a_story_is_played_in_a_child_on_an_installation_of_its_own(city: City) -> None:
    before = city.verify()
    assert [(story.passed, story.engine, story.code) for story in run(read_folder(PROCESSES / "example"), [])] == [
        (True, "kernel", ""), (True, "second", ""),
    ]  # fmt: skip
    assert city.verify() == before


def test_a_child_that_takes_too_long_is_stopped_and_says_so() -> None:
    found = run(read_folder(PROCESSES / "example"), [], seconds=0.05)
    assert [(story.passed, story.code) for story in found] == [(False, "story-gave-up")]


def test_a_story_of_a_caller_fails_where_the_called_package_is_not_beside_it() -> None:
    package = read_folder(PROCESSES / "pb_monthly_reminder")
    one = {name: body for name, body in package.files.items() if not name.startswith("scenarios/")}
    story = "scenarios/month_without_findings.toml"
    found = run(Package({**one, story: package.files[story]}), [])
    assert [(each.passed, each.step, each.code) for each in found] == [(False, 1, "story-incident")]


def test_the_command_line_plays_them_and_says_how_they_went() -> None:
    done = CliRunner().invoke(command, [str(PROCESSES / "example"), "--scenarios", "--json"])
    told = [json.loads(line) for line in done.output.splitlines() if '"story"' in line]
    assert (done.exit_code, [one["story"]["passed"] for one in told]) == (0, [True, True])


def test_the_command_line_ends_with_1_where_a_story_goes_otherwise(tmp_path_factory: pytest.TempPathFactory) -> None:
    files = read_folder(PROCESSES / "example").files
    wrong = STORY.replace('state = "ended"', 'state = "open"').encode()
    path = tmp_path_factory.mktemp("packages") / "example.zip"
    path.write_bytes(pack(Package({**files, "scenarios/straight.toml": wrong})))
    done = CliRunner().invoke(command, [str(path), "--scenarios", "--language", "en"])
    assert done.exit_code == 1
    assert "the case should be open, found ended" in done.output
