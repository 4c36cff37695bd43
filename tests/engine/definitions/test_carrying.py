"""A new task in the way of the stories: each gets the step that is missing, and nothing else of its file changes."""

from __future__ import annotations

import tomllib

import pytest

from engine import bpmn
from engine.definitions import carrying
from engine.definitions.check_scenarios import read
from engine.definitions.package import read_folder
from engine.definitions.queries import Story
from tests.driver import PROCESSES
from tests.processes import changed

FILES = read_folder(PROCESSES / changed.MONTHLY).files
STORIES = {name: body for name, body in FILES.items() if name.startswith("scenarios/")}
GRAPH = bpmn.read(changed.monthly(FILES)["process.bpmn"])
STEP = carrying.Added(
    by="party-clerk", element="file_away", outcome="filed",
    values={"note": '他说:"好"\n第二行', "urgent": True, "rows": [{"name": "甲", "empty": None}]}, upload=("paper",),
)  # fmt: skip


def stopped(file: str, step: int, code: str, **values: str) -> Story:
    return Story(file=file, title="", passed=False, step=step, code=code, values=values)


@pytest.mark.parametrize("file", STORIES)
def test_the_step_stands_after_the_one_that_is_named_and_takes_over_what_it_expected(file: str) -> None:
    body = STORIES[file]
    before = read(tomllib.loads(body.decode()))
    for number in range(1, len(before.steps) + 1):
        after = read(tomllib.loads(carrying.carried(body, number, STEP, ["file_away"]).decode()))
        mine, told = after.steps[number], before.steps[number - 1]
        assert mine.values == {"note": '他说:"好"\n第二行', "urgent": True, "rows": [{"name": "甲"}]}
        assert (mine.outcome, mine.upload, mine.expect_open) == ("filed", ("paper",), told.expect_open)
        assert after.steps[number - 1].expect_open == (None if told.expect_open is None else ("file_away",))
        assert (*after.steps[: number - 1], *after.steps[number + 1 :]) == (
            *before.steps[: number - 1], *before.steps[number:],
        )  # fmt: skip


def test_comments_of_the_file_stay() -> None:
    body = (
        b'title = "a"\n\n[[steps]]  # the first\nby = "x"\ndo = "start"\nexpect_open = [\n  "b", # here\n]\n'
        b'# between\n[expect]\nstate = "open"\n'
    )
    text = carrying.carried(body, 1, STEP, ["b", "file_away"]).decode()
    assert "# the first" in text
    assert 'expect_open = ["b", "file_away"]' in text
    assert text.index("# between") < text.index('element = "file_away"')


def test_a_file_that_is_laid_out_otherwise_is_left_to_a_person() -> None:
    body = b'title = "a"\nsteps = [ { by = "x", do = "start" } ]\n[expect]\nstate = "open"\n'
    with pytest.raises(ValueError, match="no such step"):
        carrying.carried(body, 1, STEP)


def test_stories_that_stop_at_a_new_task_are_found_with_the_step_before() -> None:
    found = carrying.missing(
        [
            stopped("a.toml", 3, "story-open", expected="—", found="file_away"),
            stopped("b.toml", 5, "story-no-task", found="file_away"),
            stopped("c.toml", 2, "story-open", expected="merge", found="summary"),
            stopped("d.toml", 2, "story-state"),
            Story(file="e.toml", title="", passed=True),
        ],
        GRAPH, {"merge", "summary"},
    )  # fmt: skip
    assert found is not None
    assert (found.element, found.after) == ("file_away", {"a.toml": 3, "b.toml": 4})


def test_a_task_for_each_of_several_offices_is_not_offered() -> None:
    stories = [stopped("a.toml", 3, "story-open", expected="—", found="joint_check")]
    assert carrying.missing(stories, GRAPH, ()) is None


def test_the_one_who_completes_it_holds_the_role_and_acts_in_the_stories() -> None:
    assert carrying.players(GRAPH, "file_away") == [("party-clerk", "王岚"), ("party-clerk-2", "吕书怡")]
    assert carrying.usual(GRAPH, "file_away", STORIES) == "party-clerk"
