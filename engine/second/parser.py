"""Reads a diagram with SpiffWorkflow's own parser into SpiffWorkflow's own specifications, of our classes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from SpiffWorkflow.bpmn.parser import event_parsers as events
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine import bpmn
from engine.bpmn import xml
from engine.second import joins, specs
from engine.second.prepare import Prepared

Element = Any


class Unreadable(Exception):
    """Expected a diagram that SpiffWorkflow's parser can read; it says why not."""


class Process(msgspec.Struct, frozen=True):
    """A diagram, as SpiffWorkflow has read it, and the attributes of its elements as we have."""

    graph: bpmn.Graph
    spec: Any
    subprocesses: dict[str, Any]
    #: Name of a specification → id in the diagram.
    names: dict[str, str]

    def element(self, spec: Any) -> str | None:
        """The element of the diagram that a specification is; None for what is not in the diagram."""
        return self.names.get(spec.bpmn_id) if getattr(spec, "bpmn_id", None) else None


class _Flows(TaskParser):
    """Puts a step of its own on each sequence flow; which flows there are, and when they are taken, is not ours."""

    PARALLEL_MI_CLASS = specs.Together
    SEQUENTIAL_MI_CLASS = specs.InTurn

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Element, is_default: bool) -> None:
        taken = specs.Taken(self.spec, sequence_flow_node.get("id"))
        super().connect_outgoing(taken, sequence_flow_node, is_default)
        taken.connect(outgoing_task)


class _Plain(_Flows):
    pass


class _Fork(_Flows, GatewayParser):
    def create_task(self) -> Any:
        chosen = specs.Fork if self.node.get("plain") else joins.CountingFork
        return chosen(self.spec, self.bpmn_id, **self.bpmn_attributes)


class _Choice(_Flows, ConditionalGatewayParser):
    pass


class _Some(_Flows, ConditionalGatewayParser):
    def create_task(self) -> Any:
        chosen = specs.Some if self.node.get("plain") else joins.CountingSome
        return chosen(self.spec, self.bpmn_id, **self.bpmn_attributes)


class _Start(_Flows, events.StartEventParser):
    pass


class _End(_Flows, events.EndEventParser):
    pass


class _Boundary(_Flows, events.BoundaryEventParser):
    def parse_timer_event(self, event: Element) -> Any:
        return specs.Listener(self.bpmn_id, "")

    def parse_message_event(self, event: Element) -> Any:
        return specs.Listener(self.bpmn_id, "")


class _Subprocess(_Flows, SubWorkflowParser):
    pass


class _Process(ProcessParser):
    def create_spec(self) -> Any:
        return specs.Container(name=self.bpmn_id, description=self.get_name(), filename=self.filename)


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _Process
    OVERRIDE_PARSER_CLASSES = {
        **{
            full_tag(name): (_Plain, specs.Activity)
            for name in (
                "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity",
                "receiveTask", "sendTask", "intermediateCatchEvent", "intermediateThrowEvent",
            )
        },
        full_tag("startEvent"): (_Start, specs.Start),
        full_tag("endEvent"): (_End, specs.End),
        full_tag("boundaryEvent"): (_Boundary, specs.Boundary),
        full_tag("exclusiveGateway"): (_Choice, specs.Choice),
        full_tag("parallelGateway"): (_Fork, specs.Fork),
        full_tag("inclusiveGateway"): (_Some, specs.Some),
        full_tag("subProcess"): (_Subprocess, specs.Subprocess),
    }  # fmt: skip


@lru_cache(maxsize=64)
def attributes(source: bytes) -> bpmn.Graph:
    """The elements of a file with their attributes, as the kernel reads them."""
    return bpmn.read(source)


@lru_cache(maxsize=64)
def read(source: bytes) -> Process:
    """The process of a file that the gate has passed; raises Unreadable."""
    root = xml.parse(source)
    prepared = Prepared(root, xml.executable(root)[0])
    parser = _Parser()
    try:
        parser.add_bpmn_xml(prepared.root)
        spec = parser.get_spec(prepared.id)
        subprocesses = parser.get_subprocess_specs(prepared.id)
    except (ValidationException, NotImplementedError, RecursionError) as failed:
        raise Unreadable(str(failed)[:200]) from failed
    for container in (spec, *subprocesses.values()):
        _listen(container)
    return Process(attributes(source), spec, subprocesses, prepared.names)


def _listen(container: Any) -> None:
    """Lets activities with several instances hear of each one's end before cases of several threads share them."""
    for spec in container.task_specs.values():
        if isinstance(spec, specs.Together | specs.InTurn):
            container.task_specs[spec.task_spec].completed_event.connect(spec.merge_child)
