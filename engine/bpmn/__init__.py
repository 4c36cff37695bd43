"""The kernel: reads a BPMN process, checks what it executes, and moves one case of it."""

from engine.bpmn.course import Course
from engine.bpmn.errors import BpmnUnreadable, WaitNotOpen
from engine.bpmn.facts import Fact
from engine.bpmn.facts import decode as decode_fact
from engine.bpmn.facts import decode_list as decode_facts
from engine.bpmn.facts import encode as encode_fact
from engine.bpmn.graph import Extension, Flow, Graph, Node
from engine.bpmn.kernel import Workflow
from engine.bpmn.lint import check
from engine.bpmn.machine import Decisions, Expressions, Limits
from engine.bpmn.state import State
from engine.bpmn.trail import Trail, positions, process_variables, standing
from engine.bpmn.xml import read

__all__ = [
    "BpmnUnreadable", "Course", "Decisions", "Expressions", "Extension", "Fact", "Flow", "Graph", "Limits", "Node",
    "State", "Trail", "WaitNotOpen", "Workflow", "check", "decode_fact", "decode_facts", "encode_fact", "positions",
    "process_variables", "read", "standing",
]  # fmt: skip
