"""Is the record untouched? Chains of entries, what seals say of them, and the bodies of files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from engine.documents.store import Store
from engine.history.findings import CHAIN, Failure
from engine.history.journal import GENESIS, Entry

#: Every reference of an entry to a body in the store: a long text, a file, a package.
_REFERENCE = re.compile(r'"(?:@text|digest|package)":"([0-9a-f]{64})"')


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a seal says of a stream: at this entry it had this digest."""

    stream: str
    seq: int
    head: str
    seal: int


def chain(found: Sequence[Entry], head: Any) -> Iterator[Failure]:
    """The first entry of one stream that breaks its chain, and whether the head fits the last one."""
    previous = GENESIS
    for number, entry in enumerate(found, start=1):
        word = _broken(entry, number, previous)
        if word:
            yield Failure(question=CHAIN, stream=entry.stream, seq=number, found=word)
            return
        previous = entry.hash
    last = found[-1]
    if head is None or (head.seq, head.head, head.counter) != (last.seq, last.hash, last.counter):
        yield Failure(question=CHAIN, stream=last.stream, seq=last.seq, found="head-differs")


def _broken(entry: Entry, number: int, previous: str) -> str:
    if entry.seq != number:
        return "entry-missing"
    if entry.previous_hash != previous:
        return "entry-not-linked"
    return "entry-changed" if entry.hash != entry.expected_hash() else ""


def against_seals(stream: str, found: Sequence[Entry], sealed: Iterable[Sealed]) -> Iterator[Failure]:
    """The first seal that tells otherwise than the entries of one stream."""
    hashes = {entry.seq: entry.hash for entry in found}
    for one in sorted(sealed, key=lambda one: one.seq):
        if not hashes:
            word = "stream-dropped"
        elif one.seq > max(hashes):
            word = "record-cut"
        elif hashes.get(one.seq) != one.head:
            word = "record-rewritten"
        else:
            continue
        yield Failure(question=CHAIN, stream=stream, seq=one.seq, seal=one.seal, found=word)
        return


class Bodies:
    """The bodies that the record refers to, each looked at once in a verification."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[str, str] = {}

    def of(self, found: Iterable[Entry]) -> Iterator[Failure]:
        """Every body that entries refer to and that is gone or changed."""
        told: set[str] = set()
        for entry in found:
            for digest in sorted({*_REFERENCE.findall(entry.command), *_REFERENCE.findall(entry.events)} - told):
                told.add(digest)
                word = self._word(digest)
                if word:
                    yield Failure(question=CHAIN, stream=entry.stream, seq=entry.seq, found=word, detail=digest)

    def _word(self, digest: str) -> str:
        if digest not in self._known:
            sound = self.store.sound(digest)
            self._known[digest] = "" if sound else "file-changed" if self.store.has(digest) else "file-missing"
        return self._known[digest]
