"""The tree of an expression: small frozen nodes with the names of the standard's grammar (DMN 1.3, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.feel.types import Type
from engine.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``source.name``: an entry of a context, a property of a date or range, or a projection of a list."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``source[condition]``: the items for which it holds, or the item at a position."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class List(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """One entry of a context, or one named argument of an invocation."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Context(Node):
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """``[low..high]``; an end that is missing is open to infinity, as in ``(> 5)``."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A unary test that begins with an operator: ``> 5``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``value in (tests)``; a test that is no Test is an expression, whose value decides what it means."""

    value: Node
    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """``a and b and …``: flat, so that a long condition is not a deep tree."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    """``a or b or …``: flat as well."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """``low..high`` without brackets, only as what an iterator runs over; it may descend."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """``name in source`` of a for, some or every."""

    name: str
    source: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some … satisfies`` or ``every … satisfies``."""

    every: bool
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Function(Node):
    """``function(a, b: number) body``; an external one has no body and yields null."""

    parameters: tuple[tuple[str, Type], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``function(1, 2)`` or ``function(from: 1, to: 2)``."""

    function: Node
    positional: tuple[Node, ...]
    named: tuple[Entry, ...] = ()


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below *node*, in the order of the text."""
    slots: tuple[str, ...] = node.__slots__
    for slot in slots:
        found = getattr(node, slot)
        if isinstance(found, Node):
            yield found
        elif isinstance(found, tuple):
            yield from (item for item in found if isinstance(item, Node))


def measure(node: Node) -> tuple[int, int]:
    """Number of nodes and depth of the tree; without recursion, since it is asked before the depth is known."""
    count, deepest, todo = 0, 0, [(node, 1)]
    while todo:
        here, depth = todo.pop()
        count, deepest = count + 1, max(deepest, depth)
        todo.extend((child, depth + 1) for child in children(here))
    return count, deepest


def mentions(node: Node, name: str) -> bool:
    """Whether the variable *name* is read anywhere in the tree."""
    todo = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, Name) and here.name == name:
            return True
        todo.extend(children(here))
    return False
