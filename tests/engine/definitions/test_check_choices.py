"""A comparison of a choice with a text that it can never be is told, with the values there are; and no other is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import bpmn, texts
from engine.definitions.check import check_package
from engine.definitions.package import Package, read_folder
from engine.definitions.variables import names
from engine.errors import Finding
from tests.driver import PROCESSES

EXAMPLE = read_folder(PROCESSES / "example")
OPTIONS = [{"label": "齐全", "value": "yes"}, {"label": "不齐全", "value": "no"}]
FLOW = b'<bpmn:sequenceFlow id="to_done" sourceRef="note" targetRef="done" />'
TITLE = '"写一句话 · " + subject'.encode()


def field(**different: Any) -> dict[str, Any]:
    return {"type": "radio", "id": "f_complete", "key": "complete", "label": "材料", "values": OPTIONS, **different}


def asking(start: dict[str, Any], expression: str = "subject", note: dict[str, Any] | None = None) -> Package:
    """The example with a field in its start form, perhaps one in its task's, and an expression in the task's title."""
    files = dict(EXAMPLE.files)
    for name, more in (("start", start), ("note", note)):
        form = json.loads(files[f"forms/{name}.json"])
        form["components"] += [more] if more else []
        files[f"forms/{name}.json"] = json.dumps(form).encode()
    written = expression.replace('"', "&#34;").replace("<", "&lt;").replace("'", "&#39;").encode()
    files["process.bpmn"] = files["process.bpmn"].replace(
        b"<bihuan:title value='= " + TITLE, b"<bihuan:title value='= " + written
    )
    return Package(files)


def told(package: Package) -> list[Finding]:
    return [one for one in check_package(package) if one.rule == "choice-unknown"]


@pytest.mark.parametrize(
    "expression",
    [
        'complete = "不齐全"',
        'complete != "不齐全"',
        '"不齐全" = complete',
        'complete in ("yes", "不齐全")',
        'complete in ["yes", "不齐全"]',
        'if subject = "x" and not(complete = "不齐全") then "a" else "b"',
    ],
)
def test_a_text_that_a_choice_can_never_be_is_told_with_its_values(expression: str) -> None:
    found = told(asking(field(), expression))
    assert [(one.element, one.severity, one.values["value"]) for one in found] == [("note", "warning", "不齐全")]
    assert found[0].values["values"] == '"yes" (齐全), "no" (不齐全)'
    for language in texts.LANGUAGES:
        assert '"no" (不齐全)' in texts.say("check.choice-unknown", language, element="note", **found[0].values)


def test_it_is_told_at_the_flow_whose_condition_compares() -> None:
    package = asking(field())
    condition = (
        '<bpmn:sequenceFlow id="to_done" sourceRef="note" targetRef="done"><bpmn:conditionExpression '
        'xsi:type="bpmn:tFormalExpression">complete = "不齐全"</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    diagram = package.files["process.bpmn"].replace(FLOW, condition.encode())
    assert [one.element for one in told(Package(package.files | {"process.bpmn": diagram}))] == ["to_done"]


@pytest.mark.parametrize(
    "expression",
    [
        'complete = "no"',
        'complete in ("yes", "no")',
        "complete = null",
        "complete = subject",
        'subject = "不齐全"',
        'some complete in ["不齐全"] satisfies complete = "不齐全"',
        '[{complete: "不齐全"}][complete = "不齐全"]',
        'complete = "不齐全',
    ],
)
def test_what_may_hold_or_speaks_of_something_else_is_not_told(expression: str) -> None:
    assert told(asking(field(), expression)) == []


WRONG = 'complete = "不齐全"'


@pytest.mark.parametrize(
    ("start", "note"),
    [
        (field(type="checklist"), None),
        (field(values=None, valuesExpression="=[subject]"), None),
        (field(), {"type": "textfield", "id": "f_text", "key": "complete", "label": "材料"}),
        (field(), field(values=[{"label": "x", "value": "不齐全"}])),
    ],
    ids=["a list of choices", "options of the data", "a text elsewhere", "an option elsewhere"],
)
def test_nothing_is_told_where_another_form_may_give_it(start: dict[str, Any], note: dict[str, Any] | None) -> None:
    start = {name: value for name, value in start.items() if value is not None}
    assert told(asking(start, WRONG, note)) == []


def test_a_field_that_only_shows_the_answer_changes_nothing() -> None:
    shown = {"type": "textfield", "id": "f_text", "key": "complete", "label": "材料", "readonly": True}
    assert len(told(asking(field(), WRONG, shown))) == 1


def test_the_list_of_names_shows_the_values_of_a_choice() -> None:
    package = asking(field())
    listed = {one.name: one for one in names(package, bpmn.read(package.files["process.bpmn"])).everywhere}
    assert listed["complete"].label == "材料"
    assert [(one.value, one.label) for one in listed["complete"].options] == [("yes", "齐全"), ("no", "不齐全")]
    assert listed["subject"].options == ()
