"""The gate refuses by name what is not executed or made to hurt, quickly, whatever the file contains."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.definitions import check, sandbox
from engine.errors import Finding
from tests.bpmn.check.conformance import model


def rules(found: list[Finding]) -> set[str]:
    return {one.rule for one in found if one.severity == "error"}


GOOD = '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/><endEvent id="e"/>'
TASK = (
    '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>{task}'
    '<sequenceFlow id="g" sourceRef="t" targetRef="e"/><endEvent id="e"/>'
)


def splits(depth: int) -> str:
    """Parallel gateways that split in eight, *depth* times, without a join."""
    body, tips = '<startEvent id="s"/>', ["s"]
    for level in range(depth):
        gate = f"g{level}"
        body += f'<task id="m{level}"/><parallelGateway id="{gate}"/>'
        body += f'<sequenceFlow id="i_{gate}" sourceRef="m{level}" targetRef="{gate}"/>'
        body += "".join(f'<sequenceFlow id="{gate}_{tip}" sourceRef="{tip}" targetRef="m{level}"/>' for tip in tips)
        tips = [f"t{level}_{number}" for number in range(8)]
        for tip in tips:
            body += f'<task id="{tip}"/><sequenceFlow id="o_{tip}" sourceRef="{gate}" targetRef="{tip}"/>'
    body += '<endEvent id="e"/>'
    return body + "".join(f'<sequenceFlow id="z_{tip}" sourceRef="{tip}" targetRef="e"/>' for tip in tips)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "no XML": (b"\x00\x01\x02", "bpmn-hidden-character"),
    "not BPMN": (b"<html/>", "bpmn-unreadable"),
    "unfinished": (b"<definitions", "bpmn-unreadable"),
    "UTF-16": (model(GOOD).decode().encode("utf-16"), "bpmn-encoding"),
    "UTF-7 declared": (b'<?xml version="1.0" encoding="UTF-7"?>' + model(GOOD), "bpmn-encoding"),
    "a DOCTYPE": (b"<!DOCTYPE x []>" + model(GOOD), "bpmn-doctype"),
    "an entity": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + model(GOOD), "bpmn-doctype"),
    "an instruction before the root": (b"<?php evil ?>" + model(GOOD), "bpmn-instruction"),
    "a direction mark": (model(GOOD.replace('id="s"', 'id="s" name="a\u202eb"')), "bpmn-hidden-character"),
    "a comment in a condition": (
        model(
            '<startEvent id="s"/><exclusiveGateway id="x" default="d"/><endEvent id="e"/>'
            '<sequenceFlow id="f" sourceRef="s" targetRef="x"/><sequenceFlow id="d" sourceRef="x" targetRef="e"/>'
            '<sequenceFlow id="c" sourceRef="x" targetRef="e">'
            "<conditionExpression>1 = 1<!-- --> and amount &lt; 10</conditionExpression></sequenceFlow>"
        ),
        "bpmn-comment",
    ),
    "two ids": (model(GOOD.replace('id="f"', 'id="s"')), "bpmn-id-twice"),
    "an id with quotes": (model(GOOD.replace('id="s"', 'id="s\']//*["')), "bpmn-id"),
    "a flow without id": (model(GOOD.replace('id="f" ', "")), "bpmn-flow-without-id"),
    "a flow to nowhere": (model(GOOD.replace('targetRef="e"', 'targetRef="nowhere"')), "bpmn-reference"),
    "a message event": (
        model('<startEvent id="s"><messageEventDefinition/></startEvent><endEvent id="e"/>'),
        "bpmn-unsupported",
    ),
    "a complex gateway": (model(GOOD + '<complexGateway id="c"/>'), "bpmn-unsupported"),
    "an attribute that is not executed": (
        model(TASK.format(task='<userTask id="t" startQuantity="2"/>')),
        "bpmn-unsupported",
    ),
    "an unknown extension": (
        model(TASK.format(task='<userTask id="t"><extensionElements><bihuan:magic/></extensionElements></userTask>')),
        "bpmn-unsupported",
    ),
    "a script in another language": (
        model(TASK.format(task='<scriptTask id="t" scriptFormat="python"><script>1</script></scriptTask>')),
        "bpmn-unsupported",
    ),
    "an expression that does not parse": (
        model(TASK.format(task='<scriptTask id="t"><script>1 +</script></scriptTask>')),
        "bpmn-expression",
    ),
    "a huge number of instances": (
        model(
            TASK.format(
                task='<userTask id="t"><multiInstanceLoopCharacteristics><loopCardinality>'
                + "9" * 3000
                + "</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
            )
        ),
        "bpmn-too-many-instances",
    ),
    "a call to itself": (model(TASK.format(task='<callActivity id="t" calledElement="p"/>')), "bpmn-call-itself"),
    "a timer of a million years": (
        model(
            TASK.format(
                task='<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P99999999M</timeDuration>'
                "</timerEventDefinition></intermediateCatchEvent>"
            )
        ),
        "bpmn-timer",
    ),
    "a node in two lanes": (
        model(
            '<laneSet id="l"><lane id="a"><flowNodeRef>s</flowNodeRef></lane>'
            '<lane id="b"><flowNodeRef>s</flowNodeRef></lane></laneSet>' + GOOD
        ),
        "bpmn-two-lanes",
    ),
    "eight times eight times eight times eight branches": (model(splits(5)), "bpmn-too-many-tokens"),
    "deep nesting": (
        model("".join(f'<subProcess id="x{n}">' for n in range(40)) + "</subProcess>" * 40),
        "bpmn-too-deep",
    ),
    "too many elements": (
        model(GOOD + "".join(f'<task id="k{n}"/>' for n in range(2_500))),
        "bpmn-too-many",
    ),
    "too large": (b" " * (2 * 1024 * 1024 + 1), "bpmn-too-large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_unsupported_diagram_is_refused_within_a_second(name: str) -> None:
    body, rule = HOSTILE[name]
    begun = time.monotonic()
    found = sandbox.run("file", "x.bpmn", body)
    assert rule in rules(found)
    assert time.monotonic() - begun < 2


def test_a_good_diagram_passes() -> None:
    assert rules(sandbox.run("file", "x.bpmn", model(GOOD))) == set()


def test_other_hostile_files_are_refused() -> None:
    cell = b"?" * 20_000
    table = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        b'<decision id="k" name="k"><decisionTable id="t"><input id="i"><inputExpression id="e"><text>a</text>'
        b'</inputExpression></input><output id="o" name="o"/><rule id="r"><inputEntry id="c"><text>'
        + cell
        + b'</text></inputEntry><outputEntry id="f"><text>1</text></outputEntry></rule></decisionTable></decision>'
        b"</definitions>"
    )
    assert rules(sandbox.run("file", "x.dmn", table))
    assert rules(sandbox.run("file", "x.json", b"[" * 100_000))
    assert rules(sandbox.run("file", "x.json", b'{"type":"default","components":[{"type":"iframe","url":"x"}]}'))


def test_a_zip_that_leaves_its_folder_or_bursts_is_refused() -> None:
    for name, content in (("../evil", b"x"), ("/evil", b"x"), ("bomb", b"\0" * 30_000_000)):
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        assert "package-invalid" in rules(sandbox.run("package", "x.zip", body.getvalue())), name
    assert "package-invalid" in rules(sandbox.run("package", "x.zip", b"PK\x03\x04 no zip"))


def test_a_child_that_does_not_come_back_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(name: str, body: bytes) -> list[Finding]:
        while True:
            time.sleep(1)

    monkeypatch.setitem(sandbox.WORK, "file", never)
    assert rules(sandbox.run("file", "x.bpmn", b"")) == {"check-gave-up"}


@pytest.mark.parametrize("name", ["x.bpmn", "x.dmn", "x.json", "forms/x.json", "package.toml", "texts/en.po"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_arbitrary_bytes_give_findings_and_never_an_exception(name: str, body: bytes) -> None:
    found = check.check_part(name, body) if "/" in name or name.endswith(".toml") else check.check_file(name, body)
    assert isinstance(found, list)
