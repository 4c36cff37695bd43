"""Each row of the table of defects: the installed library still has it, and our adapter avoids or refuses it."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.bpmn import read
from engine.second.defects import TABLE, outside, race
from engine.second.library import VERSION
from engine.second.path import Happening
from tests.bpmn.case import Case
from tests.bpmn.models import (
    end,
    process,
    start,
    user,
)  # fmt: skip
from tests.second import shown
from tests.second.shown.rows import OURS, STOCK

__all__ = ["shown"]

ROWS = {row.id: row for row in TABLE}


def test_the_table_is_about_the_version_that_is_installed() -> None:
    assert {VERSION} == {version for row in TABLE for version in row.versions}


def test_every_row_is_shown_on_both_sides() -> None:
    assert set(STOCK) == set(OURS) == set(ROWS)
    assert len(ROWS) == len(TABLE)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_the_library_as_it_is_installed_still_has_it(row: str) -> None:
    STOCK[row]()


@pytest.mark.parametrize("row", sorted(ROWS))
def test_our_adapter_avoids_it_or_calls_the_case_not_comparable(row: str) -> None:
    case = OURS[row]()
    assert ROWS[row].touches(case.graph)
    expected = ("same", "") if ROWS[row].treated == "avoided" else ("not-comparable", row)
    assert (case.verdict.word, case.verdict.defect) == expected


def test_a_row_does_not_touch_what_has_nothing_of_it() -> None:
    plain = read(process(start(), user("a"), end(), flows="start > a; a > end"))
    assert [row.id for row in TABLE if row.touches(plain)] == []


def test_what_the_kernel_learns_first_is_outside_of_the_second_engine() -> None:
    graph = read(process(start(), user("a"), end(), flows="start > a; a > end"))
    assert outside(graph) is None
    graph.nodes["a"].type = "eventBasedGateway"
    assert outside(graph) == "a"


def test_a_command_that_the_second_engine_does_not_know_ends_the_comparison_and_no_more() -> None:
    case = Case(process(start(), user("a"), user("z"), flows="start > a; a > z"))
    wait = case.wait("a")
    case._run(lambda flow: flow.complete(wait, {}))
    assert (case.verdict.word, case.verdict.defect) == ("not-comparable", "not-in-subset")
    assert case.complete("z").ended


def test_what_is_entered_and_ended_in_one_command_is_a_race_and_no_difference() -> None:
    both = Counter([Happening("entered", "a", "process"), Happening("cancelled", "a", "process")])
    assert race(both) == "a"
    assert race(Counter([Happening("entered", "a", "process"), Happening("cancelled", "a", "process/s")])) is None
    assert race(Counter([Happening("entered", "a", "process"), Happening("left", "a", "process")])) is None
