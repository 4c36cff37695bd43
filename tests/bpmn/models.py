"""Small diagrams for the tests: elements by functions, sequence flows as ``a > b``, conditions as ``a > b [x = 1]``."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bihuan="urn:bihuan:bpmn:1"'
    ' targetNamespace="urn:test">'
)


def process(*elements: str, flows: str = "", extra: str = "") -> bytes:
    """A file with one executable process; errors E1 and E2 and messages paid and withdrawn are defined."""
    errors = "".join(f'<error id="{code}" name="{code}" errorCode="{code}"/>' for code in ("E1", "E2"))
    messages = "".join(f'<message id="{name}" name="{name}"/>' for name in ("paid", "withdrawn"))
    held = f"<extensionElements>{extra}</extensionElements>" if extra else ""
    body = "".join(elements) + connect(flows)
    return f'{HEAD}{errors}{messages}<process id="p" isExecutable="true">{held}{body}</process></definitions>'.encode()


def connect(flows: str) -> str:
    """Sequence flows, one a line or after a semicolon: ``a > b``; its id is ``a_b``."""
    found = []
    for line in re.split(r"[;\n]", flows):
        if match := re.fullmatch(r"\s*(\w+) > (\w+)(?: \[(.+)\])?\s*", line):
            source, target, condition = match.groups()
            inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
            found.append(
                f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
            )
        else:
            assert not line.strip(), line
    return "".join(found)


def element(tag: str, key: str, *inner: str, extra: str = "", **attributes: str) -> str:
    """One element of BPMN; *extra* are its extensions."""
    told = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    held = f"<extensionElements>{extra}</extensionElements>" if extra else ""
    return f'<{tag} id="{key}"{told}>{held}{"".join(inner)}</{tag}>'


def start(key: str = "start") -> str:
    return element("startEvent", key)


def end(key: str = "end") -> str:
    return element("endEvent", key)


def terminate(key: str) -> str:
    return element("endEvent", key, "<terminateEventDefinition/>")


def error_end(key: str, code: str = "E1") -> str:
    return element("endEvent", key, f'<errorEventDefinition errorRef="{code}"/>')


def on_error(key: str, host: str, code: str | None = None) -> str:
    """A boundary event for an error, or for any."""
    ref = f' errorRef="{code}"' if code else ""
    return element("boundaryEvent", key, f"<errorEventDefinition{ref}/>", attachedToRef=host)


def timer(key: str, *, duration: str = "", date: str = "") -> str:
    return element("intermediateCatchEvent", key, _timer(duration, date))


def on_timer(key: str, host: str, *, duration: str = "", date: str = "", interrupting: bool = True) -> str:
    interrupts = "true" if interrupting else "false"
    return element("boundaryEvent", key, _timer(duration, date), attachedToRef=host, cancelActivity=interrupts)


def _timer(duration: str, date: str) -> str:
    tag, text = ("timeDuration", duration) if duration else ("timeDate", date)
    return f"<timerEventDefinition><{tag}>{escape(text)}</{tag}></timerEventDefinition>"


def message(key: str, name: str = "paid", *, by: str = "", extra: str = "") -> str:
    """An intermediate catch event for a message; *by* is the correlation key."""
    return element("intermediateCatchEvent", key, _message(name), extra=_correlation(by) + extra)


def on_message(
    key: str, host: str, name: str = "paid", *, by: str = "", extra: str = "", interrupting: bool = True
) -> str:  # fmt: skip
    interrupts = "true" if interrupting else "false"
    held = _correlation(by) + extra
    return element("boundaryEvent", key, _message(name), extra=held, attachedToRef=host, cancelActivity=interrupts)


def receive(key: str, *inner: str, name: str = "paid", by: str = "", extra: str = "") -> str:
    """A receive task."""
    return element("receiveTask", key, *inner, extra=_correlation(by) + extra, messageRef=name)


def send_task(key: str, *inner: str, name: str = "paid", by: str = "", extra: str = "") -> str:
    return element("sendTask", key, *inner, extra=_correlation(by) + extra, messageRef=name)


def throw(key: str, name: str = "paid", *, by: str = "", extra: str = "") -> str:
    """An intermediate throw event that sends a message."""
    return element("intermediateThrowEvent", key, _message(name), extra=_correlation(by) + extra)


def message_end(key: str, name: str = "paid", *, by: str = "", extra: str = "") -> str:
    return element("endEvent", key, _message(name), extra=_correlation(by) + extra)


def _message(name: str) -> str:
    return f'<messageEventDefinition messageRef="{name}"/>'


def _correlation(by: str) -> str:
    return f"<bihuan:correlation key={quoteattr(by)}/>" if by else ""


def user(key: str, *inner: str, **more: str) -> str:
    return element("userTask", key, *inner, **more)


def service(key: str, *inner: str, extra: str = "", **more: str) -> str:
    return element("serviceTask", key, *inner, extra=f'<bihuan:service kind="numbers"/>{extra}', **more)


def call(key: str, *inner: str, **more: str) -> str:
    return element("callActivity", key, *inner, calledElement="child", **more)


def script(key: str, text: str, result: str, *inner: str, extra: str = "", **more: str) -> str:
    held = f'<bihuan:script result="{result}"/>{extra}'
    return element("scriptTask", key, *inner, f"<script>{escape(text)}</script>", extra=held, **more)


def rule(key: str, result: str, *inner: str, extra: str = "", **more: str) -> str:
    """A business rule task that decides ``grade``."""
    held = f'<bihuan:decision ref="grade" result="{result}"/>{extra}'
    return element("businessRuleTask", key, *inner, extra=held, **more)


def sub(key: str, *elements: str, flows: str, extra: str = "", **more: str) -> str:
    return element("subProcess", key, *elements, connect(flows), extra=extra, **more)


def exclusive(key: str, **more: str) -> str:
    return element("exclusiveGateway", key, **more)


def parallel(key: str) -> str:
    return element("parallelGateway", key)


def inclusive(key: str, **more: str) -> str:
    return element("inclusiveGateway", key, **more)


def takes(**values: str) -> str:
    """Input mapping."""
    return "".join(f"<bihuan:input name={quoteattr(name)} value={quoteattr(text)}/>" for name, text in values.items())


def gives(**values: str) -> str:
    """Output mapping."""
    return "".join(f"<bihuan:output name={quoteattr(name)} value={quoteattr(text)}/>" for name, text in values.items())


def each(
    collection: str = "", *, item: str = "item", output: str = "", gathers: str = "", times: str = "",
    until: str = "", in_turn: bool = False,
) -> str:  # fmt: skip
    """Multi-instance: over a collection or so many *times*, together or *in_turn*."""
    gathered = f' output="{output}" outputItem={quoteattr(gathers)}' if output else ""
    ours = f'<bihuan:collection value={quoteattr(collection)} item="{item}"{gathered}/>' if collection else ""
    held = f"<extensionElements>{ours}</extensionElements>" if ours else ""
    count = f"<loopCardinality>{escape(times)}</loopCardinality>" if times else ""
    stop = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    tag = "multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{"true" if in_turn else "false"}">{held}{count}{stop}</{tag}>'
