"""What a tree compares a variable with, as far as that is sure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.feel import nodes
from engine.feel.nodes import Node
from engine.values import Value


def of(node: Node) -> Iterator[tuple[str, str]]:
    """Name and text of each comparison; a name that the tree itself introduces somewhere is left out."""
    own = frozenset(_introduced(node))
    return ((name, text) for name, text in _pairs(node) if name not in own)


def only(node: Node) -> tuple[str, str, Value] | None:
    """Name, operator and value where the whole tree is one comparison of a variable with a value that is not null."""
    match node:
        case nodes.Comparison(operator, nodes.Name(name), nodes.Literal(value)) if value is not None:
            return name, operator, value
    return None


def _pairs(node: Node) -> Iterator[tuple[str, str]]:
    match node:
        case nodes.Comparison("=" | "!=", left, right):
            for side, other in ((left, right), (right, left)):
                if isinstance(side, nodes.Name):
                    yield from ((side.name, text) for text in _texts(other))
        case nodes.In(nodes.Name(name), tests):
            yield from ((name, text) for test in tests for text in _texts(test))
    # Names in the condition of a filter may be entries of the items.
    below = (node.source,) if isinstance(node, nodes.Filter) else nodes.children(node)
    for child in below:
        yield from _pairs(child)


def _texts(node: Node) -> Iterator[str]:
    match node:
        case nodes.Literal(str() as text) | nodes.Test("=" | "!=", nodes.Literal(str() as text)):
            yield text
        case nodes.List(items):
            for item in items:
                yield from _texts(item)


def _introduced(node: Node) -> Iterator[str]:
    match node:
        case nodes.Iteration(name, _) | nodes.Entry(name, _):
            yield name
        case nodes.Function(parameters, _):
            yield from (name for name, _ in parameters)
    for child in nodes.children(node):
        yield from _introduced(child)
