"""Which variables a tree reads that it does not itself introduce."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.nodes import Node


def names(node: Node, bound: frozenset[str] = frozenset()) -> frozenset[str]:
    """The free names of *node* where *bound* are introduced around it; conditions of filters are not looked into."""
    match node:
        case nodes.Name(name):
            return frozenset() if name in bound else frozenset((name,))
        case nodes.Filter(source, _):
            return names(source, bound)
        case nodes.For(iterations, body):
            return _of_iterations(iterations, body, bound, frozenset(("partial",)))
        case nodes.Quantified(_, iterations, condition):
            return _of_iterations(iterations, condition, bound, frozenset())
        case nodes.Function(parameters, body):
            return names(body, bound | {name for name, _ in parameters})
        case nodes.Context(entries):
            return _of_entries(entries, bound)
    return frozenset().union(*(names(child, bound) for child in nodes.children(node)))


def _of_iterations(
    iterations: tuple[nodes.Iteration, ...], body: Node, bound: frozenset[str], inside: frozenset[str]
) -> frozenset[str]:
    """An iterator sees those before it, the body sees all."""
    found: frozenset[str] = frozenset()
    for iteration in iterations:
        found |= names(iteration.source, bound)
        bound |= {iteration.name}
    return found | names(body, bound | inside)


def _of_entries(entries: tuple[nodes.Entry, ...], bound: frozenset[str]) -> frozenset[str]:
    """An entry sees those before it, and a function in it also the entry itself."""
    found: frozenset[str] = frozenset()
    for entry in entries:
        inside = bound | {entry.name} if isinstance(entry.value, nodes.Function) else bound
        found |= names(entry.value, inside)
        bound |= {entry.name}
    return found
