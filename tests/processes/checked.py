"""The monthly reminder with a new task 复核 after the merging and a rule: 不通过 goes back to 汇总研判."""

from __future__ import annotations

import json

from tests.processes.changed import Files, replaced

TASK, NO, YES = "recheck", "recheck_no", "recheck_yes"

_FORM = {
    "type": "default", "id": TASK, "schemaVersion": 18,
    "components": [
        {
            "type": "radio", "id": "f_ok", "key": "ok", "label": "通过吗", "validate": {"required": True},
            "values": [{"label": "通过", "value": "yes"}, {"label": "不通过", "value": "no"}],
        }
    ],
}  # fmt: skip

_DRAWN = (
    '<bpmn:sequenceFlow id="to_recheck" sourceRef="merge" targetRef="recheck" />'
    '<bpmn:sequenceFlow id="to_rechecked" sourceRef="recheck" targetRef="rechecked" />'
    '<bpmn:sequenceFlow id="recheck_no" name="不通过" sourceRef="rechecked" targetRef="merge">'
    '<bpmn:conditionExpression>ok = "no"</bpmn:conditionExpression></bpmn:sequenceFlow>'
    '<bpmn:sequenceFlow id="recheck_yes" name="通过" sourceRef="rechecked" targetRef="severity" />'
    '<bpmn:userTask id="recheck" name="复核"><bpmn:extensionElements>'
    '<bihuan:assignment role="party_office_head" /><bihuan:form key="recheck" />'
    '<bihuan:outcome name="done" style="primary" label="复核完" effect="按答案往下走。" /></bpmn:extensionElements>'
    "<bpmn:incoming>to_recheck</bpmn:incoming><bpmn:outgoing>to_rechecked</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:exclusiveGateway id="rechecked" name="通过?" default="recheck_yes"><bpmn:incoming>to_rechecked'
    "</bpmn:incoming><bpmn:outgoing>recheck_no</bpmn:outgoing><bpmn:outgoing>recheck_yes</bpmn:outgoing>"
    "</bpmn:exclusiveGateway>"
)


def _edge(flow: str, *points: tuple[int, int]) -> str:
    ways = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
    return f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">{ways}</bpmndi:BPMNEdge>'


def monthly(files: Files) -> dict[str, bytes]:
    """What is different: the diagram, the form and the translations; the scenarios do not tell of it yet."""
    return {
        "process.bpmn": replaced(
            files["process.bpmn"],
            ("<bpmn:flowNodeRef>merge</bpmn:flowNodeRef>",
             "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in ("merge", TASK, "rechecked"))),
            ('<bpmn:sequenceFlow id="to_severity" sourceRef="merge" targetRef="severity" />', _DRAWN),
            ("<bpmn:incoming>to_merge</bpmn:incoming>\n      <bpmn:outgoing>to_severity</bpmn:outgoing>",
             "<bpmn:incoming>to_merge</bpmn:incoming><bpmn:incoming>recheck_no</bpmn:incoming>"
             "<bpmn:outgoing>to_recheck</bpmn:outgoing>"),
            ("<bpmn:incoming>to_severity</bpmn:incoming>", "<bpmn:incoming>recheck_yes</bpmn:incoming>"),
            ('<bpmndi:BPMNEdge id="to_severity_di" bpmnElement="to_severity"><di:waypoint x="777.5" y="555" />'
             '<di:waypoint x="802.5" y="555" /></bpmndi:BPMNEdge>',
             '<bpmndi:BPMNShape id="recheck_di" bpmnElement="recheck">'
             '<dc:Bounds x="667" y="630" width="110" height="70" /></bpmndi:BPMNShape>'
             '<bpmndi:BPMNShape id="rechecked_di" bpmnElement="rechecked" isMarkerVisible="true">'
             '<dc:Bounds x="830" y="640" width="50" height="50" /></bpmndi:BPMNShape>'
             + _edge("to_recheck", (722, 590), (722, 630)) + _edge("to_rechecked", (777, 665), (830, 665))
             + _edge("recheck_no", (855, 690), (855, 720), (640, 720), (640, 555), (667, 555))
             + _edge("recheck_yes", (855, 640), (855, 590))),
        ),
        "forms/recheck.json": json.dumps(_FORM, ensure_ascii=False).encode(),
        "texts/en.po": files["texts/en.po"] + "".join(
            f'\nmsgid "{chinese}"\nmsgstr "{english}"\n'
            for chinese, english in (
                ("复核", "Recheck"), ("复核完", "Rechecked"), ("按答案往下走。", "Goes on by the answer."),
                ("通过吗", "Does it pass?"), ("不通过", "No"), ("通过", "Yes"), ("通过?", "Passed?"),
            )
        ).encode(),
    }  # fmt: skip


def asked_why(files: Files) -> dict[str, bytes]:
    """The same with one task more on the way back, 说明, of which no scenario tells."""
    found = monthly(files)
    why = (
        '<bpmn:sequenceFlow id="why_back" sourceRef="why" targetRef="merge" />'
        '<bpmn:userTask id="why" name="说明"><bpmn:extensionElements><bihuan:assignment role="party_office_head" />'
        "</bpmn:extensionElements><bpmn:incoming>recheck_no</bpmn:incoming><bpmn:outgoing>why_back</bpmn:outgoing>"
        "</bpmn:userTask>"
    )
    drawn = replaced(
        found["process.bpmn"],
        ('sourceRef="rechecked" targetRef="merge">', 'sourceRef="rechecked" targetRef="why">'),
        ("<bpmn:incoming>recheck_no</bpmn:incoming>", "<bpmn:incoming>why_back</bpmn:incoming>"),
        ('<bpmn:userTask id="recheck"', f'{why}<bpmn:userTask id="recheck"'),
        ('<bpmndi:BPMNShape id="recheck_di"',
         '<bpmndi:BPMNShape id="why_di" bpmnElement="why"><dc:Bounds x="667" y="740" width="110" height="70" />'
         '</bpmndi:BPMNShape>' + _edge("why_back", (667, 775), (640, 775)) + '<bpmndi:BPMNShape id="recheck_di"'),
    )  # fmt: skip
    return {**found, "process.bpmn": drawn}
