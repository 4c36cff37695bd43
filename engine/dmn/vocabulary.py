"""The elements and attributes of DMN: those that are executed, those that only explain, and all others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.dmn import xml

_NAMED: Final = frozenset(("id", "label", "name"))
_TYPED: Final = _NAMED | {"typeRef"}
_REFERENCE: Final = frozenset(("id", "href"))

#: The attributes that this engine executes, or may ignore without changing a result, of every element it knows.
_ELEMENTS: Final[dict[str, frozenset[str]]] = {
    "definitions": _NAMED | {"namespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"},
    **dict.fromkeys(("decision", "businessKnowledgeModel", "decisionService"), _NAMED),
    "inputData": _NAMED | {"href"},  # an element of its own, and a reference inside a decision service
    **dict.fromkeys(("variable", "parameter", "formalParameter", "column"), _TYPED),
    **dict.fromkeys(("informationRequirement", "knowledgeRequirement"), _NAMED),
    **dict.fromkeys(("requiredInput", "requiredDecision", "requiredKnowledge"), _REFERENCE),
    **dict.fromkeys(("outputDecision", "encapsulatedDecision", "inputDecision"), _REFERENCE),
    "itemDefinition": _TYPED | {"isCollection", "typeLanguage"},
    "itemComponent": _TYPED | {"isCollection", "typeLanguage"},
    "functionItem": frozenset(("outputTypeRef",)),
    "parameters": _TYPED,
    "typeRef": frozenset(),
    "literalExpression": _TYPED | {"expressionLanguage"},
    "inputExpression": _TYPED | {"expressionLanguage"},
    "text": frozenset(),
    "decisionTable": _TYPED | {"hitPolicy", "aggregation", "preferredOrientation", "outputLabel"},
    "input": _NAMED,
    "output": _TYPED,
    **dict.fromkeys(("inputValues", "outputValues", "inputEntry", "outputEntry"), _NAMED | {"expressionLanguage"}),
    "defaultOutputEntry": _TYPED | {"expressionLanguage"},
    "rule": _NAMED,
    **dict.fromkeys(("context", "list", "relation", "row", "invocation", "binding", "contextEntry"), _TYPED),
    **dict.fromkeys(("functionDefinition", "encapsulatedLogic"), _TYPED | {"kind"}),
    **dict.fromkeys(("conditional", "filter", "if", "then", "else", "in", "match", "return", "satisfies"), _TYPED),
    **dict.fromkeys(("for", "some", "every"), _TYPED | {"iteratorVariable"}),
}

#: Elements that explain and change no result; what stands in them is not looked at.
_EXPLANATIONS: Final = frozenset(
    (
        *("description", "question", "allowedAnswers", "extensionElements", "annotation", "annotationEntry"),
        *("authorityRequirement", "knowledgeSource", "textAnnotation", "association", "group", "organizationUnit"),
        *("performanceIndicator", "elementCollection", "usingProcess", "usingTask", "impactedPerformanceIndicator"),
        *("supportedObjective", "decisionMaker", "decisionOwner", "DMNDI"),
    )
)


def unknown(root: xml.Xml) -> Iterator[tuple[xml.Xml, str]]:
    """Every element, and every attribute, that is not executed, with its name; top to bottom."""
    todo = [root]
    while todo:
        element = todo.pop()
        name = etree.QName(element).localname
        if name in _EXPLANATIONS:
            continue
        known = _ELEMENTS.get(name) if xml.tag(element) else None
        if known is None:
            yield element, name
            continue
        for attribute in sorted(str(key) for key in element.attrib):
            if not attribute.startswith("{") and attribute not in known:
                yield element, f"{name} {attribute}"
        if xml.foreign_language(element) and name != "literalExpression":  # those are part of the model
            yield element, f"expressionLanguage {xml.foreign_language(element)}"
        todo.extend(reversed(element))
