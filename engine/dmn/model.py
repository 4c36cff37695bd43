"""What a decision model says, as read: decisions, input data, business knowledge, and the boxed expressions in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Element:
    """Where something stands in the file."""

    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Literal(Element):
    """A literal expression; *language* is empty for FEEL."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Clause(Element):
    """An input or output column: its expression or name, and the values that it lists (a cell of unary tests)."""

    text: str
    values: str
    type: Type
    default: str = ""
    #: What people read above the column.
    label: str = ""


@dataclass(frozen=True, slots=True)
class Cell(Element):
    text: str


@dataclass(frozen=True, slots=True)
class Rule(Element):
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable(Element):
    hit_policy: str
    aggregation: str
    inputs: tuple[Clause, ...]
    outputs: tuple[Clause, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ContextEntry(Element):
    """An entry of a boxed context; without a name it is the context's result."""

    name: str
    value: Boxed
    type: Type


@dataclass(frozen=True, slots=True)
class Context(Element):
    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class List(Element):
    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True)
class Relation(Element):
    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True)
class Invocation(Element):
    function: Boxed
    arguments: tuple[tuple[str, Boxed], ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Element):
    """A function; *kind* is FEEL, or Java or PMML, which are not executed."""

    parameters: tuple[tuple[str, Type], ...]
    body: Boxed
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True)
class Conditional(Element):
    condition: Boxed
    then: Boxed
    otherwise: Boxed


@dataclass(frozen=True, slots=True)
class Filter(Element):
    source: Boxed
    match: Boxed


@dataclass(frozen=True, slots=True)
class Iterator(Element):
    """A boxed for, some or every."""

    kind: str
    variable: str
    source: Boxed
    body: Boxed


@dataclass(frozen=True, slots=True)
class Unsupported(Element):
    """An expression that this engine does not execute; evaluating it is an error, checking it a finding."""

    what: str


Boxed: TypeAlias = (
    "Literal | DecisionTable | Context | List | Relation | Invocation | FunctionDefinition"
    " | Conditional | Filter | Iterator | Unsupported"
)


@dataclass(frozen=True, slots=True)
class InputData(Element):
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Knowledge(Element):
    """A business knowledge model: a function under a name."""

    name: str
    function: FunctionDefinition
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision(Element):
    name: str
    #: The name under which other expressions see the value; the decision's own name unless the variable says otherwise.
    variable: str
    type: Type
    logic: Boxed
    #: Ids of the input data, decisions, business knowledge and services that the logic uses.
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service(Element):
    """A decision service: decisions as a function of input data and of other decisions."""

    name: str
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


Part: TypeAlias = Decision | InputData | Knowledge | Service


@dataclass(frozen=True, slots=True)
class Model:
    """One decision model; everything is found by id."""

    name: str
    namespace: str
    decisions: Mapping[str, Decision]
    inputs: Mapping[str, InputData]
    knowledge: Mapping[str, Knowledge]
    services: Mapping[str, Service]
    types: Mapping[str, Type] = field(default_factory=dict)
    #: All names that an expression of the model may use; FEEL needs them where they contain spaces.
    names: frozenset[str] = frozenset()

    def part(self, part_id: str) -> Part | None:
        """The decision, input data, business knowledge or service with this id."""
        return (
            self.decisions.get(part_id)
            or self.inputs.get(part_id)
            or self.knowledge.get(part_id)
            or self.services.get(part_id)
        )
