"""What comes from outside becomes a draft that ``check`` takes, and each change to it has a line in the report."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine import bpmn
from engine.bpmn.graph import Trigger
from engine.definitions import check, importing, outline
from engine.definitions.errors import PackageInvalid
from engine.definitions.package import Package, pack, read_folder
from tests.driver import PROCESSES

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="d" targetNamespace="t">'
)
CAMUNDA = (
    HEAD + '<bpmn:process id="Process_1" isExecutable="true" camunda:historyTimeToLive="180">'
    '<bpmn:startEvent id="s" camunda:formKey="embedded:app:forms/leave.form"/>'
    '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="a"/>'
    '<bpmn:userTask id="a" name="Approve" camunda:candidateGroups="HR-Team,board" camunda:dueDate="${now()}">'
    "<bpmn:extensionElements><camunda:taskListener event='create' class='x.Y'/></bpmn:extensionElements>"
    "</bpmn:userTask>"
    '<bpmn:sequenceFlow id="f2" sourceRef="a" targetRef="g"/><bpmn:exclusiveGateway id="g" default="f4"/>'
    '<bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="b"><bpmn:conditionExpression '
    "xsi:type='bpmn:tFormalExpression'>${days == 3 &amp;&amp; kind != 'x'}</bpmn:conditionExpression>"
    '</bpmn:sequenceFlow><bpmn:sequenceFlow id="f4" sourceRef="g" targetRef="e"/>'
    '<bpmn:userTask id="b" name="Sign" flowable:assignee="${initiator}">'
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="one"/>'
    '</bpmn:userTask><bpmn:sequenceFlow id="f5" sourceRef="b" targetRef="e"/><bpmn:endEvent id="e"/>'
    "</bpmn:process></bpmn:definitions>"
).encode()
ZEEBE = (
    HEAD + '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
    '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="a"/><bpmn:userTask id="a" name="A"><bpmn:extensionElements>'
    '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="clerk"/><zeebe:formDefinition formId="note"/>'
    '<zeebe:taskSchedule dueDate="P3D"/></bpmn:extensionElements></bpmn:userTask>'
    '<bpmn:sequenceFlow id="f2" sourceRef="a" targetRef="c"/><bpmn:callActivity id="c" name="C">'
    '<bpmn:extensionElements><zeebe:calledElement processId="sub"/><zeebe:ioMapping>'
    '<zeebe:input source="= x" target="y"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:callActivity>'
    '<bpmn:sequenceFlow id="f3" sourceRef="c" targetRef="e"/><bpmn:endEvent id="e"/>'
    "</bpmn:process></bpmn:definitions>"
).encode()


def test_a_diagram_of_camunda_or_flowable_says_the_same_in_our_words() -> None:
    brought = importing.of_diagram(CAMUNDA, "leave", "Leave")
    graph = bpmn.read(brought.files["process.bpmn"])
    assert graph.id == "leave"
    approve, sign = graph.nodes["a"], graph.nodes["b"]
    assert approve.extension("assignment") == bpmn.Extension("assignment", {"role": "hr_team"})
    assert sign.extension("assignment") == bpmn.Extension("assignment", {"person": "= initiator"})
    assert graph.start.extension("form") == bpmn.Extension("form", {"key": "leave"})
    assert graph.flows["f3"].condition == 'days = 3 and kind != "x"'
    assert sign.loop is not None
    assert (sign.loop.collection, sign.loop.item) == ("= people", "one")
    assert Package(brought.files).manifest.roles == {"hr_team": "HR-Team"}


def test_what_has_no_word_with_us_is_named_and_taken_out() -> None:
    brought = importing.of_diagram(CAMUNDA, "leave", "Leave")
    dropped = {(one.element, one.what) for one in brought.report if one.kind == "dropped"}
    assert dropped == {
        ("leave", "historyTimeToLive=180"), ("a", "candidateGroups=board"), ("a", "dueDate=${now()}"),
        ("a", "camunda:taskListener"),
    }  # fmt: skip
    assert b"camunda" not in brought.files["process.bpmn"]
    assert b"flowable" not in brought.files["process.bpmn"]


def test_a_diagram_of_camunda_8_says_the_same_in_our_words() -> None:
    brought = importing.of_diagram(ZEEBE, "leave", "Leave")
    graph = bpmn.read(brought.files["process.bpmn"])
    task, call = graph.nodes["a"], graph.nodes["c"]
    assert {one.name: one.attributes for one in task.extensions} == {
        "assignment": {"role": "clerk"}, "form": {"key": "note"}, "deadline": {"workdays": "3"},
    }  # fmt: skip
    assert call.called == "sub"
    assert call.extension("input") == bpmn.Extension("input", {"name": "y", "value": "= x"})
    assert {one.what for one in brought.report if one.kind == "dropped"} == {"zeebe:userTask"}


@pytest.mark.parametrize("source", [CAMUNDA, ZEEBE], ids=["camunda", "zeebe"])
def test_check_finds_nothing_in_it_that_the_file_did_not_bring(source: bytes) -> None:
    brought = importing.of_diagram(source, "leave", "Leave")
    found = {one.rule for one in check.check_package(Package(brought.files), ["sub"]) if one.severity == "error"}
    assert found <= {"form-missing", "name-unknown"}


def test_a_diagram_without_a_drawing_is_drawn_and_every_element_has_its_place() -> None:
    brought = importing.of_diagram(CAMUNDA, "leave", "Leave")
    graph = bpmn.read(brought.files["process.bpmn"])
    drawn = graph.in_reading_order()
    assert [node.id for node in drawn] == ["s", "a", "g", "b", "e"]
    assert len({(node.x, node.y) for node in drawn}) == len(drawn)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("entities", b'<!DOCTYPE x [<!ENTITY a "b">]>' + CAMUNDA),
        ("no xml", b"PK\x03\x04 nothing"),
        ("too large", CAMUNDA + b" " * (2 * 1024 * 1024)),
        ("hidden", CAMUNDA.replace(b"Approve", "App\u202erove".encode())),
        ("doubled ids", CAMUNDA.replace(b'id="b"', b'id="a"')),
        ("too many", CAMUNDA.replace(b'<bpmn:endEvent id="e"/>', b"<bpmn:task/>" * 2_001)),
    ],
)
def test_hostile_files_stop_at_the_gate(name: str, body: bytes) -> None:
    with pytest.raises(importing.ImportRefused) as refused:
        importing.of_diagram(body, "leave", "Leave")
    assert refused.value.findings, name


def test_a_zip_gives_its_files_and_names_what_a_package_has_no_place_for() -> None:
    package = read_folder(PROCESSES / "example")
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in package.files.items():
            archive.writestr(f"example/{name}", content)
        archive.writestr("example/code/run.py", "import os")
    brought = importing.of_zip(body.getvalue())
    assert brought.files == package.files
    assert [(one.kind, one.what) for one in brought.report] == [("dropped", "code/run.py")]
    assert importing.of_zip(pack(package)).files == package.files
    for hostile in (b"no zip", b""):
        with pytest.raises(PackageInvalid):
            importing.of_zip(hostile)


def test_a_copy_of_the_example_is_a_sound_package_under_its_own_id_and_title() -> None:
    example = read_folder(PROCESSES / "example")
    files = importing.renamed(example.files, ("example", example.title), ("leave_request", '请假"申请"'))
    package = Package(files)
    assert (package.id, package.title) == ("leave_request", '请假"申请"')
    assert [one for one in check.check_package(package) if one.severity != "advice"] == []
    assert b"example" not in files["process.bpmn"]


def test_the_outline_tells_every_step_once_with_where_it_leads() -> None:
    steps = outline.outline((PROCESSES / "pb_county_rectification" / "process.bpmn").read_bytes())
    assert steps[0].type == "startEvent"
    told = {step.id: step for step in steps}
    assert len(told) == len(steps)
    ways = {way.name: (way.to, way.condition) for way in told["agreed"].ways}
    assert ways == {"退回": ("rectify", 'returned != ""'), "是": ("verify", "")}


def test_the_key_of_a_message_of_zeebe_stands_where_the_message_is_waited_for() -> None:
    task, event = '<bpmn:receiveTask id="r" messageRef="m"/>', '<bpmn:messageEventDefinition messageRef="m"/>'
    body = (
        HEAD + '<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="= bill"/>'
        '</bpmn:extensionElements></bpmn:message><bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
        f'<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="r"/>{task}<bpmn:sequenceFlow id="f2" sourceRef="r" '
        f'targetRef="c"/><bpmn:intermediateCatchEvent id="c">{event}</bpmn:intermediateCatchEvent>'
        '<bpmn:sequenceFlow id="f3" sourceRef="c" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:process>'
        "</bpmn:definitions>"
    ).encode()
    brought = importing.of_diagram(body, "pay", "Pay")
    graph = bpmn.read(brought.files["process.bpmn"])
    for key in ("r", "c"):
        assert graph.nodes[key].trigger == Trigger(kind="message", message="paid")
        assert graph.nodes[key].extension("correlation") == bpmn.Extension("correlation", {"key": "= bill"})
    assert bpmn.check(brought.files["process.bpmn"]) == []
