"""What no story passed is named, and the order in which conditions are asked is told."""

from __future__ import annotations

import msgspec

from engine import bpmn
from engine.definitions import coverage, difference, queries
from engine.definitions.compiled import compiled
from engine.definitions.outline import outline
from engine.definitions.queries import Story
from tests.driver import City
from tests.processes import changed


def found(city: City) -> tuple[difference.Difference, bpmn.Graph, list[Story]]:
    """The example's change: its difference, its graph, and how its stories went."""
    draft = changed.draft(city, "example")
    changed.examined(city, draft.digest)
    with city.engine.database.reading() as connection:
        current = queries.current(connection, "example")
        examined = queries.examination(connection, draft.digest)
    assert current is not None
    assert examined is not None
    old, new = compiled(city.engine.store, current.package), compiled(city.engine.store, draft.digest)
    return difference.between(old.package, new.package), new.graph, examined.stories


def test_a_new_task_that_no_story_passes_is_named_once_and_its_flows_are_not(city: City) -> None:
    changes, graph, stories = found(city)
    missed = coverage.unreached(changes.elements, graph, stories)
    assert missed is not None
    assert [one.element for one in missed] == ["review"]


def test_what_a_story_passed_is_not_named(city: City) -> None:
    changes, graph, stories = found(city)
    there = Story(file="there", title="", passed=True, trail=["review", "long_yes", "reviewed"])
    assert coverage.unreached(changes.elements, graph, [*stories, there]) == []
    stopped = msgspec.structs.replace(there, passed=False)
    missed = coverage.unreached(changes.elements, graph, [*stories, stopped])
    assert missed is not None
    assert [one.element for one in missed] == ["review"]


def test_a_flow_that_was_not_taken_between_passed_tasks_is_named(city: City) -> None:
    changes, graph, _ = found(city)
    there = Story(file="there", title="", passed=True, trail=["review", "long", "to_long", "to_done", "reviewed"])
    missed = coverage.unreached(changes.elements, graph, [there])
    assert missed is not None
    assert [one.element for one in missed] == ["long_yes"]


def test_nothing_is_claimed_of_stories_whose_way_was_not_written_down(city: City) -> None:
    changes, graph, stories = found(city)
    old = Story(file="old", title="", passed=True)
    assert coverage.unreached(changes.elements, graph, [*stories, old]) is None


def test_two_conditions_are_asked_in_the_order_of_the_file_and_the_default_last() -> None:
    flows = "".join(
        f'<bpmn:sequenceFlow id="{name}" sourceRef="which" targetRef="end">{condition}</bpmn:sequenceFlow>'
        for name, condition in (
            ("other", ""), ("second", "<bpmn:conditionExpression>a &gt; 2</bpmn:conditionExpression>"),
            ("first", "<bpmn:conditionExpression>a &gt; 1</bpmn:conditionExpression>"),
        )
    )  # fmt: skip
    diagram = (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p" '
        'isExecutable="true"><bpmn:startEvent id="start" /><bpmn:exclusiveGateway id="which" default="other" />'
        '<bpmn:endEvent id="end" /><bpmn:sequenceFlow id="to" sourceRef="start" targetRef="which" />'
        f"{flows}</bpmn:process></bpmn:definitions>"
    ).encode()
    ways = coverage.orders(bpmn.read(diagram))
    assert [(one.flow, one.default) for one in ways["which"]] == [
        ("second", False), ("first", False), ("other", True),
    ]  # fmt: skip
    assert ways["first"] == ways["which"]
    [step] = [step for step in outline(diagram) if step.id == "which"]
    assert {way.flow: way.place for way in step.ways} == {"other": 0, "second": 1, "first": 2}


def test_one_condition_and_a_default_need_no_order(city: City) -> None:
    _, graph, _ = found(city)
    assert coverage.orders(graph) == {}


def test_what_is_answered_before_a_place_is_listed_from_the_nearest_on(city: City) -> None:
    _, graph, _ = found(city)
    assert coverage.before("long_yes", graph) == ["note", "start"]
    assert coverage.before("review", graph) == ["note", "start"]
    assert coverage.before("done", graph) == ["review", "note", "start"]
