"""The Merkle tree over the heads of a seal: root, proof of inclusion and its check (RFC 6962 §2.1, RFC 9162 §2.1.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


class Tree:
    """The tree over *leaves*, every level kept, so that many proofs cost one building."""

    def __init__(self, leaves: Sequence[bytes], algorithm: str = "sha256") -> None:
        self._levels = [[leaf_hash(leaf, algorithm) for leaf in leaves]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            # The last node without a sibling goes up as it is: the same tree as splitting at powers of two.
            self._levels.append(
                [
                    _node(below[n], below[n + 1], algorithm) if n + 1 < len(below) else below[n]
                    for n in range(0, len(below), 2)
                ]
            )
        self._empty = hashlib.new(algorithm, b"").digest()

    @property
    def root(self) -> bytes:
        """The tree's digest; of no leaves, the digest of nothing."""
        return self._levels[-1][0] if self._levels[-1] else self._empty

    def path(self, index: int) -> list[bytes]:
        """What proves that the leaf at *index* is in the tree: the siblings from the bottom up; raises IndexError."""
        self._levels[0][index]
        found = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                found.append(level[sibling])
            index //= 2
        return found


def leaf_hash(leaf: bytes, algorithm: str) -> bytes:
    """The digest of a leaf: marked, so that no leaf passes for a node."""
    return hashlib.new(algorithm, b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, b"\x01" + left + right).digest()


def includes(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, algorithm: str = "sha256"
) -> bool:  # fmt: skip
    """True where *path* proves that *leaf* stands at *index* of a tree of *size* leaves with this *root*."""
    if not 0 <= index < size:
        return False
    node, last, digest = index, size - 1, leaf_hash(leaf, algorithm)
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            digest = _node(sibling, digest, algorithm)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = _node(digest, sibling, algorithm)
        node, last = node >> 1, last >> 1
    return last == 0 and digest == root
