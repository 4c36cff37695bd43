"""What owners change in the tests: the example and the monthly reminder, each with a new task, a form and a rule."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.definitions import drafts, examinations, proposing, queries
from tests.driver import City

MONTHLY, EXAMPLE = "pb_monthly_reminder", "example"

Files = Mapping[str, bytes]


def form(key: str, field: str, label: str) -> bytes:
    """A form with one text."""
    asked = {
        "type": "textarea", "id": f"f_{field}", "key": field, "label": label,
        "validate": {"required": True, "maxLength": 500},
    }  # fmt: skip
    whole = {"type": "default", "id": key, "schemaVersion": 18, "components": [asked]}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def replaced(body: bytes, *pairs: tuple[str, str]) -> bytes:
    """The text with each first of a pair, which must be there, replaced."""
    text = body.decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def monthly(files: Files) -> dict[str, bytes]:
    """A task 归档确认 with a form after the summary, and a shorter time for ordinary findings."""
    changed = {
        "process.bpmn": replaced(
            files["process.bpmn"],
            ("<bpmn:flowNodeRef>summary</bpmn:flowNodeRef>",
             "<bpmn:flowNodeRef>summary</bpmn:flowNodeRef><bpmn:flowNodeRef>file_away</bpmn:flowNodeRef>"),
            ('<bpmn:sequenceFlow id="to_closed" sourceRef="summary" targetRef="closed" />',
             '<bpmn:sequenceFlow id="to_closed" sourceRef="file_away" targetRef="closed" />'
             '<bpmn:sequenceFlow id="to_file" sourceRef="summary" targetRef="file_away" />'
             '<bpmn:userTask id="file_away" name="归档确认"><bpmn:extensionElements>'
             '<bihuan:assignment role="party_office_clerk" /><bihuan:form key="file_away" />'
             '<bihuan:deadline workdays="= settings.summary_days" />'
             '<bihuan:outcome name="filed" style="primary" label="归档" effect="本月材料归档。" />'
             "</bpmn:extensionElements><bpmn:incoming>to_file</bpmn:incoming><bpmn:outgoing>to_closed</bpmn:outgoing>"
             "</bpmn:userTask>"),
            ("<bpmn:incoming>to_summary</bpmn:incoming>\n      <bpmn:outgoing>to_closed</bpmn:outgoing>",
             "<bpmn:incoming>to_summary</bpmn:incoming>\n      <bpmn:outgoing>to_file</bpmn:outgoing>"),
            ('<bpmndi:BPMNEdge id="to_closed_di" bpmnElement="to_closed"><di:waypoint x="2330" y="555" />'
             '<di:waypoint x="2377" y="555" />',
             '<bpmndi:BPMNShape id="file_away_di" bpmnElement="file_away">'
             '<dc:Bounds x="2220" y="640" width="110" height="70" /></bpmndi:BPMNShape>'
             '<bpmndi:BPMNEdge id="to_file_di" bpmnElement="to_file"><di:waypoint x="2275" y="590" />'
             '<di:waypoint x="2275" y="640" /></bpmndi:BPMNEdge>'
             '<bpmndi:BPMNEdge id="to_closed_di" bpmnElement="to_closed"><di:waypoint x="2330" y="675" />'
             '<di:waypoint x="2395" y="675" /><di:waypoint x="2395" y="573" />'),
        ),
        "forms/file_away.json": form("file_away", "archive_note", "归档说明"),
        "decisions/severity.dmn": replaced(files["decisions/severity.dmn"], ("<text>15</text>", "<text>12</text>")),
        "texts/en.po": files["texts/en.po"] + (
            '\nmsgid "归档确认"\nmsgstr "File away"\n\nmsgid "归档"\nmsgstr "Filed"\n\n'
            'msgid "本月材料归档。"\nmsgstr "The papers of this month are filed."\n\n'
            'msgid "归档说明"\nmsgstr "Note on filing"\n'
        ).encode(),
    }  # fmt: skip
    for name, body in files.items():
        if name.startswith("scenarios/") and b'element = "summary"' in body:
            changed[name] = _story(body)
    return changed


def _story(body: bytes) -> bytes:
    """The story with the new task after the summary."""
    before, summary, after = body.decode().partition('element = "summary"')
    step = (
        '[[steps]]\nby = "party-clerk"\ndo = "complete"\nelement = "file_away"\noutcome = "filed"\n'
        'values = { archive_note = "已归档。" }\nexpect_open = []\n\n[expect]'
    )
    after = after.replace("expect_open = []", 'expect_open = ["file_away"]', 1).replace("[expect]", step, 1)
    return (before + summary + after).encode()


def example(files: Files) -> dict[str, bytes]:
    """A task 复核 with a form after the note, where the note is long."""
    return {
        "process.bpmn": replaced(
            files["process.bpmn"],
            ('<bpmn:sequenceFlow id="to_done" sourceRef="note" targetRef="done" />',
             '<bpmn:sequenceFlow id="to_long" sourceRef="note" targetRef="long" />'
             '<bpmn:sequenceFlow id="to_done" name="否" sourceRef="long" targetRef="done" />'
             '<bpmn:sequenceFlow id="long_yes" name="是" sourceRef="long" targetRef="review">'
             "<bpmn:conditionExpression>string length(sentence) &gt; 8</bpmn:conditionExpression></bpmn:sequenceFlow>"
             '<bpmn:sequenceFlow id="reviewed" sourceRef="review" targetRef="done" />'
             '<bpmn:exclusiveGateway id="long" name="很长?" default="to_done"><bpmn:incoming>to_long</bpmn:incoming>'
             "<bpmn:outgoing>to_done</bpmn:outgoing><bpmn:outgoing>long_yes</bpmn:outgoing></bpmn:exclusiveGateway>"
             '<bpmn:userTask id="review" name="复核"><bpmn:extensionElements>'
             '<bihuan:assignment person="= starter.id" /><bihuan:form key="review" />'
             '<bihuan:outcome name="agree" style="primary" label="同意" effect="案件就此办结。" />'
             "</bpmn:extensionElements><bpmn:incoming>long_yes</bpmn:incoming>"
             "<bpmn:outgoing>reviewed</bpmn:outgoing></bpmn:userTask>"),
            ("<bpmn:outgoing>to_done</bpmn:outgoing>\n    </bpmn:userTask>\n    <bpmn:endEvent",
             "<bpmn:outgoing>to_long</bpmn:outgoing>\n    </bpmn:userTask>\n    <bpmn:endEvent"),
            ("<bpmn:incoming>to_done</bpmn:incoming>\n    </bpmn:endEvent>",
             "<bpmn:incoming>to_done</bpmn:incoming><bpmn:incoming>reviewed</bpmn:incoming>\n    </bpmn:endEvent>"),
            ("<bpmn:flowNodeRef>note</bpmn:flowNodeRef>",
             "<bpmn:flowNodeRef>note</bpmn:flowNodeRef><bpmn:flowNodeRef>long</bpmn:flowNodeRef>"
             "<bpmn:flowNodeRef>review</bpmn:flowNodeRef>"),
            ('<bpmndi:BPMNEdge id="to_done_di" bpmnElement="to_done"><di:waypoint x="410" y="155" />'
             '<di:waypoint x="472" y="155" /></bpmndi:BPMNEdge>',
             '<bpmndi:BPMNShape id="long_di" bpmnElement="long" isMarkerVisible="true">'
             '<dc:Bounds x="420" y="200" width="50" height="50" /></bpmndi:BPMNShape>'
             '<bpmndi:BPMNShape id="review_di" bpmnElement="review">'
             '<dc:Bounds x="500" y="190" width="110" height="70" /></bpmndi:BPMNShape>'
             + "".join(
                 f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}"><di:waypoint x="{a}" y="{b}" />'
                 f'<di:waypoint x="{c}" y="{d}" /></bpmndi:BPMNEdge>'
                 for flow, a, b, c, d in (
                     ("to_long", 410, 180, 430, 215), ("to_done", 450, 205, 480, 170), ("long_yes", 470, 225, 500, 225),
                     ("reviewed", 550, 190, 500, 170),
                 )
             )),
        ),
        "forms/review.json": form("review", "remark", "复核意见"),
        "texts/en.po": files["texts/en.po"] + "".join(
            f'\nmsgid "{chinese}"\nmsgstr "{english}"\n'
            for chinese, english in (
                ("很长?", "Long?"), ("否", "No"), ("是", "Yes"), ("复核", "Review"), ("同意", "Agree"),
                ("复核意见", "Remark"),
            )
        ).encode(),
    }  # fmt: skip


CHANGES = {MONTHLY: monthly, EXAMPLE: example}


def draft(city: City, definition: str, person: str = "owner") -> drafts.Draft:
    """*person* begins a draft and makes the change."""
    begun = drafts.begin(city.engine, definition, person)
    files = begun.files(city.engine.store)
    return drafts.save(city.engine, definition, person, begun.revision, CHANGES[definition](files))


#: What the children said of a package in an earlier test of this process: they are asked once for each.
KNOWN: dict[str, tuple[str, queries.Examination]] = {}


def examined(city: City, package: str) -> None:
    """Asks the gate and the stories about *package*, or takes what they said before beside the same packages."""
    if package in KNOWN:
        with city.engine.database.writing() as connection:
            examinations.keep(connection, package, *KNOWN[package])
    proposing.examine(city.engine, package)
    with city.engine.database.reading() as connection:
        found, beside = queries.examination(connection, package), queries.examined_beside(connection, package)
    assert found is not None
    assert beside is not None
    KNOWN.setdefault(package, (beside, found))
