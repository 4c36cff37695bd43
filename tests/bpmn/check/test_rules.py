"""Every rule of the gate has a smallest diagram that breaks it and no other, and is told with its element and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import bpmn
from engine.errors import Finding
from tests.bpmn.check.conformance import model
from tests.bpmn.models import (
    call,
    connect,
    each,
    element,
    end,
    error_end,
    exclusive,
    gives,
    message,
    message_end,
    on_error,
    on_message,
    on_timer,
    parallel,
    process,
    receive,
    script,
    send_task,
    service,
    start,
    sub,
    takes,
    throw,
    timer,
    user,
)  # fmt: skip

LONG = "x" * 300
ANY = "<bihuan:{name}/>"
HELD = '<extensionElements><bihuan:{} {}="x"/></extensionElements>'


def with_task(task: str) -> bytes:
    """A process whose only step has the id ``t``."""
    return process(start(), task, end(), flows="start > t; t > end")


def looped(inner: str) -> str:
    return f"<multiInstanceLoopCharacteristics>{inner}</multiInstanceLoopCharacteristics>"


def extended(inner: str) -> bytes:
    return with_task(user("t", extra=inner))


SPLIT = "start > f; f > a; f > b; a > end; b > end"

#: Name → the file, the rule, and the element that is named.
FAULTS: dict[str, tuple[bytes, str, str]] = {
    "a hidden character by its number": (with_task('<task id="t" name="a&#x202e;b"/>'), "bpmn-hidden-character", "t"),
    "a hidden character in a text": (
        with_task('<task id="t"><documentation>a&#x2066;b</documentation></task>'), "bpmn-hidden-character", "t"
    ),
    "a long name": (with_task(f'<task id="t" name="{LONG}"/>'), "bpmn-name-too-long", "t"),
    "a long expression": (with_task(script("t", "x" * 4_001, "k")), "bpmn-expression-too-long", "t"),
    "too many extensions": (with_task(user("t", extra='<bihuan:input name="n"/>' * 2_001)), "bpmn-too-many", ""),
    "a comment in a lane": (
        process('<laneSet><lane id="l"><flowNodeRef>sta<!-- -->rt</flowNodeRef></lane></laneSet>', start(), end(),
                flows="start > end"), "bpmn-comment", "l"
    ),
    "a task without id": (with_task('<task id="t"/><task/>'), "bpmn-without-id", "p"),
    "a process without id": (model("").replace(b'id="p" ', b""), "bpmn-without-id", "d"),
    "no executable process": (with_task(user("t")).replace(b"true", b"false"), "bpmn-one-process", ""),
    "a lane of an unknown node": (
        process('<laneSet><lane id="l"><flowNodeRef>x</flowNodeRef></lane></laneSet>', start(), end(),
                flows="start > end"), "bpmn-reference", "l"
    ),
    "a boundary event without trigger": (
        process(start(), user("t"), '<boundaryEvent id="b" attachedToRef="t"/>', end("y"), end(),
                flows="start > t; t > end; b > y"), "bpmn-event-empty", "b"
    ),
    "two triggers": (
        with_task(element("intermediateCatchEvent", "t", "<timerEventDefinition><timeDuration>PT1H</timeDuration>"
                          "</timerEventDefinition>" * 2)), "bpmn-unsupported", "t"
    ),
    "a cycle of time": (
        with_task(element("intermediateCatchEvent", "t", "<timerEventDefinition><timeCycle>R/PT1H</timeCycle>"
                          "</timerEventDefinition>")), "bpmn-unsupported", "t"
    ),
    "an event sub-process, in numbers": (
        with_task(sub("t", start("s"), end("e"), flows="s > e", triggeredByEvent="1")), "bpmn-unsupported", "t"
    ),
    "an attribute that is neither true nor false": (
        with_task(sub("t", start("s"), end("e"), flows="s > e", triggeredByEvent="yes")), "bpmn-unsupported", "t"
    ),
    "our attribute on an element of BPMN": (with_task('<userTask id="t" bihuan:role="x"/>'), "bpmn-unsupported", "t"),
    "an unknown attribute of an extension": (extended('<bihuan:form name="x"/>'), "bpmn-unsupported", "t"),
    "extension elements twice": (
        with_task(user("t", "<extensionElements/>", extra='<bihuan:form key="x"/>')), "bpmn-unsupported", "t"
    ),
    "an extension twice": (extended('<bihuan:form key="x"/>' * 2), "bpmn-unsupported", "t"),
    "an extension beside its place": (
        with_task(user("t", '<bihuan:result name="x" value="=1"/>')), "bpmn-unsupported", "t"
    ),
    "an extension of a process at a task": (
        extended('<bihuan:result name="x" value="=1"/>'), "bpmn-extension-misplaced", "t"
    ),
    "an input without a name": (extended('<bihuan:input value="=1"/>'), "bpmn-extension-incomplete", "t"),
    "a task inside of a task": (with_task(user("t", user("inner"))), "bpmn-unsupported", "inner"),
    "a condition at a task": (
        with_task(user("t", "<conditionExpression>false</conditionExpression>")), "bpmn-unsupported", "t"
    ),
    "a loop at a gateway": (with_task(element("exclusiveGateway", "t", each("=[1]"))), "bpmn-unsupported", "t"),
    "an element of other people in the flow": (
        with_task(user("t") + '<x:userTask xmlns:x="urn:x" id="hidden"/>'), "bpmn-unsupported", "hidden"
    ),
    "a second script": (
        with_task(element("scriptTask", "t", "<script>1</script>" * 2)), "bpmn-unsupported", "t"
    ),
    "a flow that crosses the border of a sub-process": (
        with_task(sub("t", start("s"), end("e"), flows="s > e; s > end")), "bpmn-flow-crossing", "s_end"
    ),
    "a flow to a note": (
        process('<textAnnotation id="n"/>', start(), end(), flows="start > end; start > n"),
        "bpmn-flow-dangling", "start_n",
    ),
    "a flow to the process itself": (
        process(start(), end(), flows="start > end; start > p"), "bpmn-flow-dangling", "start_p"
    ),
    "a flow into a start event": (
        process(start(), user("t"), end(), exclusive("x", default="x_end"),
                flows="start > t; t > x; x > end; x > start [again]"), "bpmn-incoming", "start"
    ),
    "a flow out of an end event": (
        process(start(), end("e"), user("t"), end(), flows="start > e; e > t; t > end"), "bpmn-outgoing", "e"
    ),
    "a boundary event at a gateway": (
        process(start(), exclusive("x"), end(), on_error("b", "x"), end("y"), flows="start > x; x > end; b > y"),
        "bpmn-boundary-unattached", "b",
    ),
    "a boundary event that leads nowhere": (
        with_task(call("t") + on_error("b", "t")), "bpmn-dead-end", "b"
    ),
    "an error that does not interrupt": (
        process(start(), call("t"), on_error("b", "t").replace("attached", 'cancelActivity="false" attached'),
                end("y"), end(), flows="start > t; t > end; b > y"), "bpmn-error-not-interrupting", "b"
    ),
    "an error end without error": (
        process(start(), element("endEvent", "e", "<errorEventDefinition/>"), flows="start > e"),
        "bpmn-error-without-code", "e",
    ),
    "a gateway that leads nowhere": (process(start(), exclusive("x"), flows="start > x"), "bpmn-dead-end", "x"),
    "a condition behind a parallel gateway": (
        process(start(), parallel("f"), user("a"), user("b"), end(), flows=SPLIT.replace("f > b", "f > b [k]")),
        "bpmn-parallel-condition", "f",
    ),
    "a choice without condition": (
        process(start(), exclusive("f", default="f_b"), user("a"), user("b"), end(), flows=SPLIT),
        "bpmn-exclusive-unconditional", "f",
    ),
    "a default that is no flow of it": (
        process(start(), exclusive("f", default="a_end"), user("a"), user("b"), end(),
                flows=SPLIT.replace("f > b", "f > b [k]").replace("f > a", "f > a [k]")), "bpmn-default-unknown", "f"
    ),
    "a default with a condition": (
        process(start(), exclusive("f", default="f_b"), user("a"), user("b"), end(),
                flows=SPLIT.replace("f > b", "f > b [k]").replace("f > a", "f > a [k]")), "bpmn-default-condition", "f"
    ),
    "a script without text": (with_task('<scriptTask id="t"/>'), "bpmn-script-empty", "t"),
    "a call of nothing": (with_task('<callActivity id="t"/>'), "bpmn-call-empty", "t"),
    "a service without kind": (with_task('<serviceTask id="t"/>'), "bpmn-service-empty", "t"),
    "a rule without decision": (with_task('<businessRuleTask id="t"/>'), "bpmn-decision-empty", "t"),
    "a loop over nothing": (with_task(user("t", looped(""))), "bpmn-loop-empty", "t"),
    "a loop over a list and a number": (with_task(user("t", each("=[1]", times="2"))), "bpmn-loop-twice", "t"),
    "a loop over a text": (with_task(user("t", each("offices"))), "bpmn-loop-text", "t"),
    "a timer without time": (
        with_task(element("intermediateCatchEvent", "t", "<timerEventDefinition/>")), "bpmn-timer-empty", "t"
    ),
    "a timer with two times": (
        with_task(element("intermediateCatchEvent", "t", "<timerEventDefinition><timeDuration>PT1H</timeDuration>"
                          "<timeDate>2026-01-01</timeDate></timerEventDefinition>")), "bpmn-timer-empty", "t"
    ),
    "a timer that is no time": (with_task(timer("t", duration="3 days")), "bpmn-timer", "t"),
    "a timer before": (with_task(timer("t", duration="-P1D")), "bpmn-timer", "t"),
    "a date without a year in UTC": (with_task(timer("t", date="0001-01-01T00:00:00+08:00")), "bpmn-timer", "t"),
    "a day that does not exist": (with_task(timer("t", date="2026-02-30")), "bpmn-timer", "t"),
    "a timer of 101 years at a boundary": (
        process(start(), user("t"), on_timer("b", "t", duration="P101Y"), end("y"), end(),
                flows="start > t; t > end; b > y"), "bpmn-timer", "b"
    ),
    "a receive task without message": (with_task('<receiveTask id="t"/>'), "bpmn-message-empty", "t"),
    "a message event without message": (
        with_task(message("t").replace(' messageRef="paid"', "")), "bpmn-message-empty", "t"
    ),
    "a message that is an error": (with_task(receive("t", name="E1")), "bpmn-message-empty", "t"),
    "a message that does not exist": (with_task(receive("t", name="lost")), "bpmn-reference", "t"),
    "a message without a name": (
        with_task(receive("t")).replace(b'<message id="paid" name="paid"/>', b'<message id="paid" name=" "/>'),
        "bpmn-message-without-name", "t",
    ),
    "a correlation without key": (
        with_task(receive("t", extra="<bihuan:correlation/>")), "bpmn-extension-incomplete", "t"
    ),
    "a correlation where no message is waited for": (
        with_task(timer("t", duration="PT1H").replace("<timer", HELD.format("correlation", "key") + "<timer")),
        "bpmn-extension-misplaced", "t",
    ),
    "a mapping out at a timer": (
        with_task(timer("t", duration="PT1H").replace("<timer", HELD.format("output", "name") + "<timer")),
        "bpmn-extension-misplaced", "t",
    ),
    "a correlation at a user task": (extended('<bihuan:correlation key="x"/>'), "bpmn-extension-misplaced", "t"),
    "a send task without message": (with_task('<sendTask id="t"/>'), "bpmn-message-empty", "t"),
    "a message end without message": (
        process(start(), message_end("e").replace(' messageRef="paid"', ""), flows="start > e"),
        "bpmn-message-empty", "e",
    ),
    "a throw event that throws nothing": (
        with_task('<intermediateThrowEvent id="t"/>'), "bpmn-event-empty", "t"
    ),
    "a mapping in at a plain end": (
        process(start(), element("endEvent", "e", extra='<bihuan:input name="x" value="=1"/>'), flows="start > e"),
        "bpmn-extension-misplaced", "e",
    ),
    "a mapping in at a message that is waited for": (
        with_task(message("t", extra=takes(x="=1"))), "bpmn-extension-misplaced", "t"
    ),
    "a message that begins a process": (
        process(element("startEvent", "start", '<messageEventDefinition messageRef="paid"/>'), end(),
                flows="start > end"), "bpmn-unsupported", "start"
    ),
    "a receive task that begins a case": (
        with_task('<receiveTask id="t" messageRef="paid" instantiate="true"/>'), "bpmn-unsupported", "t"
    ),
    "no start": (with_task(sub("t", end("e"), user("u"), flows="u > e")), "bpmn-start", "t"),
    "two starts": (process(start(), start("two"), end(), flows="start > end; two > end"), "bpmn-start", "p"),
    "what nobody can reach": (
        process(start(), user("lonely"), end(), flows="start > end; lonely > end"), "bpmn-unreachable", "lonely"
    ),
    "what leads to no end": (
        process(start(), parallel("f"), user("a"), user("b"), end(), flows="start > f; f > a; f > b; a > end"),
        "bpmn-no-way-to-an-end", "b",
    ),
    "a parallel join that is the way into its own loop": (
        process(start(), parallel("j"), user("a"), exclusive("x", default="x_end"), end(),
                flows="start > j; j > a; a > x; x > j [again]; x > end"), "bpmn-join-in-loop", "j"
    ),
    "a parallel join behind a choice": (
        process(start(), exclusive("f", default="f_b"), user("a"), user("b"), parallel("j"), end(),
                flows="start > f; f > a [k]; f > b; a > j; b > j; j > end"), "bpmn-join-after-choice", "j"
    ),
}  # fmt: skip

WARNINGS: dict[str, tuple[bytes, str, str]] = {
    "a choice without default": (
        process(start(), exclusive("f"), user("a"), user("b"), end(),
                flows="start > f; f > a [k]; f > b [not(k)]; a > end; b > end"), "bpmn-exclusive-no-default", "f"
    ),
    "one condition without default": (
        process(start(), exclusive("f"), user("a"), end(), flows="start > f; f > a [k]; a > end"),
        "bpmn-exclusive-no-default", "f",
    ),
    "a loop without a wait, before other automatic steps": (
        process(start(), exclusive("m"), script("s", "1", "k"), exclusive("x", default="x_a"), '<task id="a"/>', end(),
                flows="start > m; m > s; s > x; x > m [again]; x > a; a > end"), "bpmn-loop-without-wait", "m"
    ),
    "a process beside": (
        with_task(user("t")).replace(b"</definitions>", b'<process id="q"/></definitions>'), "bpmn-not-executable", "q"
    ),
    "a node beside the lanes": (
        process('<laneSet><lane id="l" name="L"><flowNodeRef>start</flowNodeRef><flowNodeRef>t</flowNodeRef></lane>'
                "</laneSet>", start(), user("t"), end(), flows="start > t; t > end"), "bpmn-no-lane", "end"
    ),
    "a parallel join behind a choice that is made again and again": (
        process(start(), parallel("f"), user("a"), user("b"), exclusive("m"), exclusive("x", default="x_d"), user("c"),
                user("d"), parallel("j"), end(),
                flows="start > f; f > a; f > b; a > m; b > m; m > x; x > c [k]; x > d; c > j; d > j; j > end"),
        "bpmn-join-after-choice", "j",
    ),
}  # fmt: skip


def told(body: bytes, severity: str = "error") -> list[Finding]:
    return [found for found in bpmn.check(body) if found.severity == severity]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_by_its_rule_and_element(name: str) -> None:
    body, rule, key = FAULTS[name]
    assert (rule, key) in [(found.rule, found.element) for found in told(body)]
    assert {found.rule for found in told(body)} == {rule}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_may_be_meant_is_a_warning(name: str) -> None:
    body, rule, key = WARNINGS[name]
    assert told(body) == []
    assert [(found.rule, found.element) for found in told(body, "warning")] == [(rule, key)]


GOOD: dict[str, bytes] = {
    "implicit ends": process(start(), user("a"), user("b"), flows="start > a; start > b"),
    "a boundary error": process(
        start(), service("j"), on_error("b", "j", "E1"), error_end("e"), end(), flows="start > j; j > end; b > e"
    ),
    "a loop with a wait": process(
        start(), exclusive("m"), user("a"), exclusive("x", default="x_end"), end(),
        flows="start > m; m > a; a > x; x > m [again]; x > end",
    ),
    "a parallel split and join in a loop": process(
        start(), exclusive("m"), parallel("f"), user("a"), user("b"), parallel("j"), exclusive("x", default="x_end"),
        end(), flows="start > m; m > f; f > a; f > b; a > j; b > j; j > x; x > m [again]; x > end",
    ),
    "what only shows": process(
        '<documentation>Text</documentation><textAnnotation id="n"><text>Note</text></textAnnotation>'
        '<association id="as" sourceRef="start" targetRef="n"/><group id="gr"/>',
        start(), end(), flows="start > end",
    ),
    "extensions of other people": process(
        start(), '<userTask id="t" xmlns:x="urn:x" x:colour="red"><extensionElements><x:note/></extensionElements>'
        "</userTask>", end(), flows="start > t; t > end",
    ),
    "messages": process(
        start(), receive("r", by="=k", extra=gives(x="=result.x")), message("m", by="=k", extra=gives(y="=result.y")),
        on_message("b", "r", "withdrawn", interrupting=False, extra=gives(z="=result.z")), end("late"), end(),
        flows="start > r; r > m; m > end; b > late",
    ),
    "messages that are sent": process(
        start(), send_task("s", by="=k", extra=takes(x="=1")), throw("t", by="=k", extra=takes(x="=1")),
        message_end("e", by="=k", extra=takes(x="=1")), flows="start > s; s > t; t > e",
    ),
    "a loop that waits for a message": process(
        start(), exclusive("m"), receive("r"), exclusive("x", default="x_end"), end(),
        flows="start > m; m > r; r > x; x > m [again]; x > end",
    ),
    "truth in numbers": with_task(user("t", each("=[1]").replace('"false"', '"0"'))),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_diagram_has_no_findings(name: str) -> None:
    assert bpmn.check(GOOD[name]) == []


def test_a_finding_has_the_line_of_its_element() -> None:
    body = with_task("\n\n" + user("t", looped(""))).replace(b"<process", b"\n<process")
    assert [(found.element, found.line) for found in told(body)] == [("t", 4)]


def test_what_is_parsed_is_what_was_looked_at() -> None:
    hidden = model('<startEvent id="s"/>+ADw-task id="hid"/+AD4-<sequenceFlow id="f" sourceRef="s" targetRef="e"/>')
    body = b'<?xml version="1.0"' + b" " * 300 + b'encoding="UTF-7"?>' + hidden
    assert [found.rule for found in bpmn.check(body)] == ["bpmn-encoding"]
    assert "hid" not in bpmn.xml.parse(body.replace(b"UTF-7", b"utf-8")).xpath("//@id")


def test_every_slot_of_an_expression_is_asked_for() -> None:
    extra = '<bihuan:input name="i" value="=1a"/><bihuan:title value="=1b"/><bihuan:title value="plain"/>'
    ways = "start > x; x > t [1c]; x > s; t > c; c > m; m > s; s > end"
    body = process(
        start(), exclusive("x", default="x_s"),
        user("t", each("=1d", output="o", gathers="=1e", until="1f"), extra=extra),
        timer("c", duration="=1g"), message("m", by="=1j", extra=gives(x="=1k")), script("s", "1h", "k"), end(),
        flows=ways,
        extra='<bihuan:result name="r" value="=1i"/>',
    ).replace(b'<bihuan:title value="plain"/>', b"")  # fmt: skip
    asked: list[str] = []

    def wrong(text: str) -> str | None:
        asked.append(text)
        return "wrong"

    found = bpmn.check(body, expression_error=wrong)
    assert sorted(asked) == [f"1{letter}" for letter in "abcdefghijk"]
    assert {one.rule for one in found} == {"bpmn-expression"}
    assert {one.element for one in found} == {"t", "x_t", "c", "m", "s", "p"}


def test_every_rule_of_the_gate_is_broken_by_a_test() -> None:
    root = Path(bpmn.__file__).parent
    rules = {rule for path in root.glob("*.py") for rule in re.findall(r'"(bpmn-[a-z-]+)"', path.read_text())}
    shown = (Path(__file__).parent / "test_gate.py").read_text()
    tested = {rule for _, rule, _ in (*FAULTS.values(), *WARNINGS.values())} | set(
        re.findall(r'"(bpmn-[a-z-]+)"', shown)
    )
    assert rules - tested - {"bpmn-expression"} == set()


def test_a_long_row_and_a_wide_split_are_checked_and_read() -> None:
    names = [f"n{number}" for number in range(600)]
    row = "".join(f'<task id="{name}"/>' for name in names)
    ways = connect("; ".join(f"{one} > {two}" for one, two in zip(["start", *names], [*names, "end"], strict=True)))
    body = process(start(), row, ways, end())
    assert bpmn.check(body) == []
    assert len(bpmn.read(body).nodes) == 603
