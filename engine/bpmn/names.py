"""Names of BPMN 2.0 XML and of our extensions, and which of them the kernel executes."""

from __future__ import annotations

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
BIHUAN = "urn:bihuan:bpmn:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

#: Events at which something can arrive, with values for a mapping out.
CATCHING = frozenset({"intermediateCatchEvent", "boundaryEvent"})

#: Events that can send something, with values of a mapping in.
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})

#: Elements that only tell or show; nothing of them is executed and nothing is lost.
SHOWN = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "lane", "flowNodeRef", "childLaneSet", "textAnnotation",
        "text", "association", "group", "category", "categoryValue", "incoming", "outgoing", "collaboration",
        "participant",
    }
)  # fmt: skip

#: Executed elements → the attributes that they may have (in no namespace).
EXECUTED: dict[str, frozenset[str]] = {
    "definitions": frozenset(
        {"id", "name", "targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage"}
    ),
    "process": frozenset({"id", "name", "isExecutable", "processType", "isClosed"}),
    "startEvent": frozenset({"id", "name"}),
    "endEvent": frozenset({"id", "name"}),
    "intermediateCatchEvent": frozenset({"id", "name"}),
    "intermediateThrowEvent": frozenset({"id", "name"}),
    "boundaryEvent": frozenset({"id", "name", "attachedToRef", "cancelActivity"}),
    "task": frozenset({"id", "name", "default"}),
    "userTask": frozenset({"id", "name", "default"}),
    "manualTask": frozenset({"id", "name", "default"}),
    "scriptTask": frozenset({"id", "name", "default", "scriptFormat"}),
    "serviceTask": frozenset({"id", "name", "default"}),
    "businessRuleTask": frozenset({"id", "name", "default"}),
    "receiveTask": frozenset({"id", "name", "default", "messageRef"}),
    "sendTask": frozenset({"id", "name", "default", "messageRef"}),
    "callActivity": frozenset({"id", "name", "default", "calledElement"}),
    "subProcess": frozenset({"id", "name", "default", "triggeredByEvent"}),
    "exclusiveGateway": frozenset({"id", "name", "default", "gatewayDirection"}),
    "parallelGateway": frozenset({"id", "name", "gatewayDirection"}),
    "inclusiveGateway": frozenset({"id", "name", "default", "gatewayDirection"}),
    "sequenceFlow": frozenset({"id", "name", "sourceRef", "targetRef"}),
    "conditionExpression": frozenset({"id"}),
    "script": frozenset(),
    "multiInstanceLoopCharacteristics": frozenset({"id", "isSequential"}),
    "loopCardinality": frozenset({"id"}),
    "completionCondition": frozenset({"id"}),
    "loopDataInputRef": frozenset(),
    "inputDataItem": frozenset({"id", "name"}),
    "timerEventDefinition": frozenset({"id"}),
    "timeDuration": frozenset({"id"}),
    "timeDate": frozenset({"id"}),
    "errorEventDefinition": frozenset({"id", "errorRef"}),
    "terminateEventDefinition": frozenset({"id"}),
    "messageEventDefinition": frozenset({"id", "messageRef"}),
    "message": frozenset({"id", "name"}),
    "error": frozenset({"id", "name", "errorCode"}),
}  # fmt: skip

#: Attributes that are true or false (xs:boolean).
BOOLEANS = frozenset({"isExecutable", "isClosed", "triggeredByEvent", "cancelActivity", "isSequential"})

#: Event → the definitions that it may have.
TRIGGERS: dict[str, frozenset[str]] = {
    "startEvent": frozenset(),
    "endEvent": frozenset({"errorEventDefinition", "terminateEventDefinition", "messageEventDefinition"}),
    "intermediateThrowEvent": frozenset({"messageEventDefinition"}),
    "intermediateCatchEvent": frozenset({"timerEventDefinition", "messageEventDefinition"}),
    "boundaryEvent": frozenset({"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"}),
}

#: Extension → where it may stand (``activity``: at any), and its attributes.
EXTENSIONS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "case": (frozenset({"process"}), frozenset({"title", "period", "unit"})),
    "start": (frozenset({"process"}), frozenset({"roles"})),
    "result": (frozenset({"process"}), frozenset({"name", "value"})),
    "assignment": (frozenset({"userTask", "manualTask"}), frozenset({"role", "office", "person"})),
    "title": (frozenset({"userTask", "manualTask"}), frozenset({"value"})),
    "deadline": (frozenset({"userTask", "manualTask"}), frozenset({"workdays"})),
    "reminder": (frozenset({"userTask", "manualTask"}), frozenset({"workdays"})),
    "form": (frozenset({"userTask", "manualTask", "startEvent"}), frozenset({"key"})),
    "outcome": (frozenset({"userTask", "manualTask"}), frozenset({"name", "style", "label", "effect", "requires"})),
    "fact": (frozenset({"userTask", "manualTask"}), frozenset({"name", "value"})),
    "letter": (frozenset({"userTask", "manualTask"}), frozenset({"template", "items"})),
    "back": (frozenset({"userTask", "manualTask"}), frozenset({"when", "reason"})),
    "input": (frozenset({"activity"}) | THROWING, frozenset({"name", "value"})),
    "output": (frozenset({"activity"}) | CATCHING, frozenset({"name", "value"})),
    "correlation": (CATCHING | THROWING | {"receiveTask", "sendTask"}, frozenset({"key"})),
    "collection": (
        frozenset({"multiInstanceLoopCharacteristics"}), frozenset({"value", "item", "output", "outputItem"})
    ),
    "script": (frozenset({"scriptTask"}), frozenset({"result"})),
    "decision": (frozenset({"businessRuleTask"}), frozenset({"ref", "result"})),
    "service": (frozenset({"serviceTask"}), frozenset({"kind"})),
}  # fmt: skip

#: Extensions that may stand in one element many times.
MANY = frozenset({"result", "outcome", "fact", "input", "output"})
