"""Are the seals whole: signed with our key, linked, fitting their leaves, the same in database and folder?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from engine.history.findings import CHAIN, Failure
from engine.history.keys import PublicKey
from engine.history.seals import NONE_BEFORE, SealFile, file_of, find, numbers, read_file, seal_heads, seals
from engine.history.untouched import Sealed


class SealCheck:
    """Looks at seals one after the other; what a folder's seal says beyond the database is kept in *beyond*."""

    def __init__(self, folder: Path, known: Mapping[str, PublicKey]) -> None:
        self.folder, self.known = folder, known
        #: What the folder held before the database was read: seals reach it after the database.
        self.listed = set(numbers(folder))
        #: Tries that are left to wait for a file that another process is writing at this moment.
        self._patience = 20
        #: Leaves of sound seals that the database does not have so: the outside evidence against it.
        self.beyond: dict[str, list[Sealed]] = {}
        self.counted = self.copies = 0

    def whole(self, connection: sa.Connection) -> Iterator[Failure]:
        """Everything that is wrong with any seal."""
        known = {number for (number,) in connection.execute(sa.select(seals.c.number))}
        previous = NONE_BEFORE
        for number in range(1, max(known | self.listed, default=0) + 1):
            found, digest = self.one(connection, number)
            yield from found
            if digest is None:
                yield _failure(number, "seal-missing")
                return
            if digest[0] != previous:
                yield _failure(number, "seal-not-linked")
            previous = digest[1]

    def some(self, connection: sa.Connection, wanted: Iterable[int]) -> Iterator[Failure]:
        """What is wrong with certain seals, whatever stands between them."""
        for number in sorted(wanted):
            yield from self.one(connection, number)[0]

    def one(self, connection: sa.Connection, number: int) -> tuple[list[Failure], tuple[str, str] | None]:
        """What is wrong with one seal, and its link and digest; None where there is no such seal anywhere."""
        inside = find(connection, number)
        outside, failures = self._outside(number)
        self.counted += 1
        if inside is None and outside is None:
            return failures, None
        if inside is None:
            failures.append(_failure(number, "seal-not-in-database"))
        elif outside is None and not failures:
            failures.append(_failure(number, "seal-not-in-folder"))
        wrong = {place: word for place, word in self._both(inside, outside) if word}
        failures += [_failure(number, word, place) for place, word in wrong.items()]
        if inside is not None and outside is not None and inside != outside:
            if not wrong:
                failures.append(_failure(number, "seal-forked"))
            if "folder" not in wrong:
                self._keep(outside)
        elif inside is None and outside is not None and not wrong:
            self._keep(outside)
        trusted = outside if outside is not None and "folder" not in wrong else inside or outside
        assert trusted is not None
        return failures, (trusted.seal.previous, trusted.seal.digest)

    def _outside(self, number: int) -> tuple[SealFile | None, list[Failure]]:
        path = file_of(self.folder, number)
        while not path.exists():
            if not self._patience:
                return None, []
            self._patience -= 1
            time.sleep(0.05)
        try:
            found = read_file(path)
        except (OSError, ValueError):
            return None, [_failure(number, "seal-unreadable", "folder")]
        self.copies += 1
        return found, []

    def _both(self, inside: SealFile | None, outside: SealFile | None) -> Iterator[tuple[str, str]]:
        if inside is not None:
            yield "database", wrong_with(inside, self.known)
        if outside is not None and outside != inside:
            yield "folder", wrong_with(outside, self.known)

    def _keep(self, whole: SealFile) -> None:
        for stream, seq, head in whole.heads:
            said = Sealed(stream=stream, seq=seq, head=head, seal=whole.seal.number)
            self.beyond.setdefault(stream, []).append(said)


def wrong_with(whole: SealFile, known: Mapping[str, PublicKey]) -> str:
    """Code of what is wrong with one seal; empty where it is signed with a known key and fits its leaves."""
    seal, key = whole.seal, known.get(whole.seal.key)
    if key is None:
        return "seal-foreign-key"
    if not key.signed(seal.body, seal.signature):
        return "seal-changed"
    if len(whole.heads) != seal.size or whole.tree.root.hex() != seal.root:
        return "seal-heads-changed"
    return ""


def sealed(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> dict[str, list[Sealed]]:
    """What the database's seals say of the streams that *condition* names."""
    found: dict[str, list[Sealed]] = {}
    columns = (seal_heads.c.stream, seal_heads.c.seq, seal_heads.c.head, seal_heads.c.seal)
    for stream, seq, head, number in connection.execute(sa.select(*columns).where(condition)):
        found.setdefault(stream, []).append(Sealed(stream=stream, seq=seq, head=head, seal=number))
    return found


def _failure(number: int, found: str, place: str = "") -> Failure:
    return Failure(question=CHAIN, seal=number, found=found, detail=place)
