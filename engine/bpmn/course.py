"""In which order a case comes to the nodes of a process, and which of them it cannot miss."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.graph import Graph, Node

#: Nodes that take one or some of the flows out of them; all others take every flow without a condition.
CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})


class Course:
    """The ways through a process from its start events, each loop read once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._forward: dict[str, list[str]] = {}
        self.order = self._level(graph.id)

    def beyond(self, now: Iterable[str]) -> set[str]:
        """The nodes that lie before a case that stands at *now*, if it does not go back."""
        waiting = [after for key in now for place in self._places(key) for after in self._forward.get(place, ())]
        found: set[str] = set()
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend([*self._forward.get(key, ()), *self.graph.nodes[key].children])
        return found

    def sure(self, key: str, now: Iterable[str]) -> bool:
        """True where no way of a case that stands at *now* (at its start, where that is empty) to an end misses *key*.

        What a boundary event does is the exception, not a way.
        """
        node = self.graph.nodes[key]
        here = {place for one in now for place in self._places(one) if self.graph.nodes[place].parent == node.parent}
        starts = here or {start.id for start in self.graph.starts(node.parent or self.graph.id)}
        missed = self._missing(key)
        certain = any(start not in missed for start in starts)
        outer = node.parent if node.parent != self.graph.id else ""
        return certain and (bool(here) or not outer or self.sure(outer, now))

    def leads_through(self, key: str, target: str) -> bool:
        """True where a case reaches *target* only over *key*."""
        places = set(self._places(target))
        waiting = [self.graph.start.id]
        seen = {key}
        while waiting:
            here = waiting.pop()
            if here in places:
                return False
            if here not in seen:
                seen.add(here)
                waiting.extend(self._after(self.graph.nodes[here]))
        return key not in places

    def _missing(self, key: str) -> set[str]:
        """The nodes of the same level from which a case can end without *key*."""
        container = self.graph.nodes[key].parent or self.graph.id
        level = [self.graph.nodes[one] for one in self.graph.nodes[container].children]
        found: set[str] = set()
        grown = True
        while grown:
            new = {node.id for node in level if node.id != key and node.id not in found and _misses(node, found)}
            grown = bool(new)
            found |= new
        return found

    def _level(self, container: str) -> list[Node]:
        """The nodes of a container along its flows, what lies side by side as it is drawn."""
        drawn = sorted((self.graph.nodes[key] for key in self.graph.nodes[container].children), key=_drawn)
        roots = [node for node in drawn if not node.incoming and node.attached_to is None]
        seen: set[str] = set()
        found: list[Node] = []
        for root in reversed(roots):
            found = self._walk(root, seen) + found
        for node in drawn:  # What nothing leads to.
            found += self._walk(node, seen)
        return [one for node in found for one in (node, *(self._level(node.id) if node.children else ()))]

    def _walk(self, root: Node, seen: set[str]) -> list[Node]:
        """What is reached from *root* and was not *seen*; a flow back to where one comes from is a loop."""
        if root.id in seen:
            return []
        done: list[Node] = []
        path = [(root, self._entered(root, seen, set()))]
        while path:
            waiting = path[-1][1]
            if not waiting:
                done.append(path.pop()[0])
                continue
            after = waiting.pop()
            if after.id not in seen:
                path.append((after, self._entered(after, seen, {one.id for one, _ in path})))
        return done[::-1]

    def _entered(self, node: Node, seen: set[str], before: set[str]) -> list[Node]:
        """What follows *node*, in the order of the drawing."""
        seen.add(node.id)
        after = sorted((self.graph.nodes[key] for key in self._after(node)), key=_drawn)
        self._forward[node.id] = [one.id for one in after if one.id not in before and one.id != node.id]
        return after

    def _after(self, node: Node) -> list[str]:
        return [*(flow.target for flow in node.outgoing if flow.target in self.graph.nodes), *node.boundary]

    def _places(self, key: str) -> list[str]:
        """The node and the containers around it."""
        found = []
        while key in self.graph.nodes and key != self.graph.id:
            found.append(key)
            key = self.graph.nodes[key].parent
        return found


def _misses(node: Node, found: set[str]) -> bool:
    chooses = node.type in CHOOSING or any(flow.condition for flow in node.outgoing)
    ways = [flow.target in found for flow in node.outgoing]
    return not ways or (any(ways) if chooses else all(ways))


def _drawn(node: Node) -> tuple[float, float]:
    return node.y, node.x
