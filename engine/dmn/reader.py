"""XML to model: reads decisions, their requirements and their boxed expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.dmn import model, types, xml
from engine.dmn.errors import DmnUnreadable
from engine.dmn.model import Boxed
from engine.feel.types import ANY, Type

_REQUIREMENTS: Final = ("informationRequirement", "knowledgeRequirement")
_REQUIRED: Final = ("requiredInput", "requiredDecision", "requiredKnowledge")


def read(source: bytes) -> model.Model:
    """The model that *source* holds; raises DmnUnreadable."""
    root = xml.parse(source)
    defined = types.of_model(root)
    reader = _Reader(defined)
    return model.Model(
        name=str(root.get("name", "")),
        namespace=str(root.get("namespace", "")),
        decisions={_id(found): reader.decision(found) for found in xml.children(root, "decision")},
        inputs={_id(found): reader.input_data(found) for found in xml.children(root, "inputData")},
        knowledge={_id(found): reader.knowledge(found) for found in xml.children(root, "businessKnowledgeModel")},
        services={_id(found): reader.service(found) for found in xml.children(root, "decisionService")},
        types=defined,
        names=_names(root),
    )


def _id(element: xml.Xml) -> str:
    return str(element.get("id", "") or element.get("name", ""))


def _names(root: xml.Xml) -> frozenset[str]:
    """Every name that anything in the model has, except those of the model and of what only describes it."""
    named = (str(element.get("name", "")) for element in root.iter() if element is not root and xml.tag(element))
    return frozenset(name for name in named if name)


class _Reader:
    """Reads the parts of one model, whose item definitions are *types*."""

    def __init__(self, defined: Mapping[str, Type]) -> None:
        self._types = defined

    def decision(self, found: xml.Xml) -> model.Decision:
        name = str(found.get("name", ""))
        variable = xml.child(found, "variable")
        return model.Decision(
            _id(found),
            xml.line(found),
            name=name,
            variable=_variable_name(variable, name),
            type=self._variable_type(variable),
            logic=self._boxed_child(found),
            requires=_requires(found),
        )

    def input_data(self, found: xml.Xml) -> model.InputData:
        variable = xml.child(found, "variable")
        name = _variable_name(variable, str(found.get("name", "")))
        return model.InputData(_id(found), xml.line(found), name, self._variable_type(variable))

    def knowledge(self, found: xml.Xml) -> model.Knowledge:
        name = _variable_name(xml.child(found, "variable"), str(found.get("name", "")))
        logic = xml.child(found, "encapsulatedLogic")
        function = self._function(logic if logic is not None else found)
        return model.Knowledge(_id(found), xml.line(found), name, function, _requires(found))

    def service(self, found: xml.Xml) -> model.Service:
        def references(tag: str) -> tuple[str, ...]:
            return tuple(xml.reference(part) for part in xml.children(found, tag))

        return model.Service(
            _id(found),
            xml.line(found),
            name=_variable_name(xml.child(found, "variable"), str(found.get("name", ""))),
            outputs=references("outputDecision"),
            encapsulated=references("encapsulatedDecision"),
            input_decisions=references("inputDecision"),
            input_data=references("inputData"),
        )

    def _variable_type(self, variable: xml.Xml | None) -> Type:
        return self._type(variable) if variable is not None else ANY

    def _type(self, element: xml.Xml) -> Type:
        return types.referred(str(element.get("typeRef", "")), self._types)

    # Boxed expressions.

    def _boxed_child(self, parent: xml.Xml | None) -> Boxed:
        """The one expression directly below *parent*."""
        found = xml.child(parent, *_BOXED) if parent is not None else None
        if found is not None:
            return _BOXED[xml.tag(found)](self, found)
        return model.Unsupported(_id(parent) if parent is not None else "", 0, "no expression")

    def _literal(self, found: xml.Xml) -> Boxed:
        if xml.child(found, "importedValues") is not None:
            return model.Unsupported(_id(found), xml.line(found), "importedValues")
        return model.Literal(_id(found), xml.line(found), xml.text(found), xml.foreign_language(found))

    def _table(self, found: xml.Xml) -> model.DecisionTable:
        table = model.DecisionTable(
            _id(found),
            xml.line(found),
            hit_policy=str(found.get("hitPolicy", "UNIQUE")),
            aggregation=str(found.get("aggregation", "")),
            inputs=tuple(self._input(part) for part in xml.children(found, "input")),
            outputs=tuple(self._output(part) for part in xml.children(found, "output")),
            rules=tuple(_rule(part) for part in xml.children(found, "rule")),
        )
        for rule in table.rules:
            if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
                raise DmnUnreadable(reason=f"rule {rule.id}, line {rule.line}: number of cells")
        return table

    def _input(self, found: xml.Xml) -> model.Clause:
        expression = xml.child(found, "inputExpression")
        values = xml.text(xml.child(found, "inputValues"))
        type_ = self._type(expression) if expression is not None else ANY
        return model.Clause(
            _id(found), xml.line(found), xml.text(expression), values, type_, label=str(found.get("label", ""))
        )

    def _output(self, found: xml.Xml) -> model.Clause:
        return model.Clause(
            _id(found),
            xml.line(found),
            text=str(found.get("name", "")),
            values=xml.text(xml.child(found, "outputValues")),
            type=self._type(found),
            default=xml.text(xml.child(found, "defaultOutputEntry")),
            label=str(found.get("label", "")),
        )

    def _context(self, found: xml.Xml) -> model.Context:
        entries = tuple(self._entry(part) for part in xml.children(found, "contextEntry"))
        return model.Context(_id(found), xml.line(found), entries)

    def _entry(self, found: xml.Xml) -> model.ContextEntry:
        variable = xml.child(found, "variable")
        name = _variable_name(variable, "")
        type_ = self._variable_type(variable)
        return model.ContextEntry(_id(found), xml.line(found), name, self._boxed_child(found), type_)

    def _list(self, found: xml.Xml) -> model.List:
        return model.List(_id(found), xml.line(found), self._all_below(found))

    def _all_below(self, found: xml.Xml) -> tuple[Boxed, ...]:
        return tuple(_BOXED[xml.tag(part)](self, part) for part in xml.children(found, *_BOXED))

    def _relation(self, found: xml.Xml) -> model.Relation:
        columns = tuple(str(part.get("name", "")) for part in xml.children(found, "column"))
        rows = tuple(self._all_below(part) for part in xml.children(found, "row"))
        return model.Relation(_id(found), xml.line(found), columns, rows)

    def _invocation(self, found: xml.Xml) -> model.Invocation:
        arguments = tuple(
            (str(parameter.get("name", "")), self._boxed_child(binding))
            for binding in xml.children(found, "binding")
            for parameter in xml.children(binding, "parameter")
        )
        return model.Invocation(_id(found), xml.line(found), self._boxed_child(found), arguments)

    def _function(self, found: xml.Xml) -> model.FunctionDefinition:
        parameters = tuple(
            (str(part.get("name", "")), self._type(part)) for part in xml.children(found, "formalParameter")
        )
        kind = str(found.get("kind", "FEEL"))
        return model.FunctionDefinition(_id(found), xml.line(found), parameters, self._boxed_child(found), kind)

    def _conditional(self, found: xml.Xml) -> model.Conditional:
        branches = (self._boxed_child(xml.child(found, name)) for name in ("if", "then", "else"))
        return model.Conditional(_id(found), xml.line(found), *branches)

    def _filter(self, found: xml.Xml) -> model.Filter:
        source, match = (self._boxed_child(xml.child(found, name)) for name in ("in", "match"))
        return model.Filter(_id(found), xml.line(found), source, match)

    def _iterator(self, found: xml.Xml) -> model.Iterator:
        source = self._boxed_child(xml.child(found, "in"))
        body = self._boxed_child(xml.child(found, "return", "satisfies"))
        variable = str(found.get("iteratorVariable", ""))
        return model.Iterator(_id(found), xml.line(found), xml.tag(found), variable, source, body)


def _variable_name(variable: xml.Xml | None, otherwise: str) -> str:
    return str(variable.get("name") or otherwise) if variable is not None else otherwise


def _requires(found: xml.Xml) -> tuple[str, ...]:
    return tuple(
        xml.reference(required)
        for requirement in xml.children(found, *_REQUIREMENTS)
        for required in xml.children(requirement, *_REQUIRED)
    )


def _rule(found: xml.Xml) -> model.Rule:
    inputs, outputs = (
        tuple(model.Cell(_id(cell), xml.line(cell), xml.text(cell)) for cell in xml.children(found, tag))
        for tag in ("inputEntry", "outputEntry")
    )
    return model.Rule(_id(found), xml.line(found), inputs, outputs, xml.text(found, "description"))


_BOXED: Final[dict[str, Callable[[_Reader, xml.Xml], Boxed]]] = {
    "literalExpression": _Reader._literal,
    "decisionTable": _Reader._table,
    "context": _Reader._context,
    "list": _Reader._list,
    "relation": _Reader._relation,
    "invocation": _Reader._invocation,
    "functionDefinition": _Reader._function,
    "conditional": _Reader._conditional,
    "filter": _Reader._filter,
    "for": _Reader._iterator,
    "some": _Reader._iterator,
    "every": _Reader._iterator,
}
