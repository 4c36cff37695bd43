"""The steps of a case stand along the flows, and a step that a way misses is not promised."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.driver import PROCESSES

STEPS = ("userTask", "callActivity")


@pytest.fixture(scope="module")
def monthly() -> bpmn.Course:
    return bpmn.Course(bpmn.read((PROCESSES / "pb_monthly_reminder" / "process.bpmn").read_bytes()))


def diagram(flows: str, nodes: str) -> bpmn.Course:
    """A process whose shapes are drawn nowhere."""
    pairs = "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}" />'
        for a, b in (one.split(">") for one in flows.split())
    )
    return bpmn.Course(
        bpmn.read(
            (
                '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p" '
                f'isExecutable="true">{nodes}{pairs}</bpmn:process></bpmn:definitions>'
            ).encode()
        )
    )


def tasks(*names: str) -> str:
    return "".join(f'<bpmn:userTask id="{name}" />' for name in names)


LOOP = (
    "s>a a>g g>b g>e b>a",
    '<bpmn:startEvent id="s" /><bpmn:exclusiveGateway id="g" /><bpmn:endEvent id="e" />' + tasks("b", "a"),
)


def test_steps_stand_along_the_flows_and_not_where_they_are_drawn(monthly: bpmn.Course) -> None:
    assert [node.id for node in monthly.order if node.type in STEPS][3:] == [
        "merge", "draft_letter", "office_review", "secretary_sign", "rectify", "summary",
    ]  # fmt: skip
    assert [node.id for node in diagram(*LOOP).order][:2] == ["s", "a"]


def test_every_node_stands_in_the_order_once(monthly: bpmn.Course) -> None:
    names = [node.id for node in monthly.order]
    assert sorted(names) == sorted(set(monthly.graph.nodes) - {monthly.graph.id})


def test_a_step_behind_a_choice_is_sure_only_once_the_case_is_there(monthly: bpmn.Course) -> None:
    assert monthly.sure("merge", ())
    assert not monthly.sure("draft_letter", ())
    assert not monthly.sure("draft_letter", {"merge"})
    assert monthly.sure("secretary_sign", {"draft_letter"})
    assert monthly.sure("self_check", {"collect"})


def test_what_lies_beyond_does_not_follow_the_way_back(monthly: bpmn.Course) -> None:
    assert "draft_letter" not in monthly.beyond({"secretary_sign"})
    assert {"secretary_sign", "summary"} <= monthly.beyond({"draft_letter"})
    assert "joint_check" not in monthly.beyond({"self_check"})


def test_a_case_comes_to_the_summary_over_the_call_before_it_only(monthly: bpmn.Course) -> None:
    assert monthly.leads_through("rectify", "summary")
    assert not monthly.leads_through("rectify", "merge")
    assert not monthly.leads_through("self_check", "merge")


def test_the_rework_of_a_loop_is_not_promised() -> None:
    course = diagram(*LOOP)
    assert not course.sure("b", {"a"})
    assert course.sure("a", ())
    assert course.sure("a", {"b"})


def test_a_task_that_only_a_boundary_event_leads_to_is_not_promised() -> None:
    course = diagram(
        "s>a a>e late>b b>e2",
        '<bpmn:startEvent id="s" /><bpmn:endEvent id="e" /><bpmn:endEvent id="e2" />' + tasks("a", "b")
        + '<bpmn:boundaryEvent id="late" attachedToRef="a"><bpmn:timerEventDefinition /></bpmn:boundaryEvent>',
    )  # fmt: skip
    assert not course.sure("b", ())
    assert course.sure("a", ())
    assert {"late", "b"} <= {node.id for node in course.order}


def test_steps_inside_a_sub_process_stand_at_its_place_and_are_as_sure_as_it_is() -> None:
    inner = (
        '<bpmn:subProcess id="sub"><bpmn:startEvent id="is" />' + tasks("x") + '<bpmn:endEvent id="ie" />'
        '<bpmn:sequenceFlow id="f1" sourceRef="is" targetRef="x" />'
        '<bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="ie" /></bpmn:subProcess>'
    )
    ends = '<bpmn:startEvent id="s" /><bpmn:endEvent id="e" />'
    straight = diagram("s>a a>sub sub>b b>e", ends + tasks("a", "b") + inner)
    assert [node.id for node in straight.order if node.type == "userTask"] == ["a", "x", "b"]
    assert straight.sure("x", ())
    assert straight.beyond({"x"}) == {"ie", "b", "e"}
    aside = diagram("s>g g>sub g>e sub>e", ends + '<bpmn:exclusiveGateway id="g" />' + inner)
    assert not aside.sure("x", ())
    assert aside.sure("x", {"sub"})
