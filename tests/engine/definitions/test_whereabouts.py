"""An element without a name is told by the nearest one that has a name."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.definitions.whereabouts import Whereabouts, whereabouts

EVENT = '<bpmn:boundaryEvent id="late" attachedToRef="%s"><bpmn:timerEventDefinition /></bpmn:boundaryEvent>'


def graph(nodes: str, flows: str) -> bpmn.Graph:
    """A process; *flows* are ``source>target`` beside each other, all nodes drawn where nothing is said of it."""
    drawn = "".join(
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{one.partition(">")[0]}" targetRef="{one.partition(">")[2]}" />'
        for number, one in enumerate(flows.split())
    )
    return bpmn.read(
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p" '
        f'isExecutable="true">{nodes}{drawn}</bpmn:process></bpmn:definitions>'.encode()
    )


TASKS = '<bpmn:startEvent id="s" /><bpmn:userTask id="a" name="起草" /><bpmn:userTask id="b" /><bpmn:endEvent id="e" />'
GATES = '<bpmn:exclusiveGateway id="g" /><bpmn:exclusiveGateway id="h" />'


@pytest.mark.parametrize(
    ("nodes", "flows", "element", "side"),
    [
        (TASKS + GATES, "s>a a>g g>b g>e b>h h>e", "g", "after"),
        (TASKS + GATES, "s>a a>g g>b g>e b>h h>e", "h", "after"),
        (TASKS + GATES, "s>g g>a a>h h>g h>b b>e", "s", "before"),
        (TASKS + EVENT % "a", "s>a a>e late>b b>e", "late", "at"),
        (TASKS + EVENT % "b", "s>a a>b b>e late>e", "late", "after"),
    ],
)
def test_it_stands_at_after_or_before_the_nearest_that_has_a_name(
    nodes: str, flows: str, element: str, side: str
) -> None:
    process = graph(nodes, flows)
    found = whereabouts(process, process.nodes[element])
    assert found is not None
    assert (found.side, found.name) == (side, "起草")


def test_a_loop_without_any_name_ends_with_nothing() -> None:
    process = graph('<bpmn:startEvent id="s" /><bpmn:endEvent id="e" />' + GATES, "s>g g>h h>g h>e")
    assert whereabouts(process, process.nodes["h"]) is None


def test_of_two_that_are_equally_near_the_one_that_is_drawn_first_is_told() -> None:
    both = '<bpmn:startEvent id="s" name="开始" /><bpmn:userTask id="z" name="先" /><bpmn:userTask id="a" name="后" />'
    process = graph(f'{both}<bpmn:parallelGateway id="g" /><bpmn:endEvent id="e" />', "s>z s>a z>g a>g g>e")
    process.nodes["z"].x, process.nodes["a"].x = 100, 200
    assert whereabouts(process, process.nodes["g"]) == Whereabouts(side="after", name="先")
