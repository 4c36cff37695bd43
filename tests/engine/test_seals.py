"""Seals take every committed head once, are linked and signed, and leave the database."""

from __future__ import annotations

import hashlib
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import FixedClock
from engine.dispatch import Engine
from engine.history import keys, merkle, seals
from engine.history.journal import streams
from engine.history.sealer import sealing
from engine.identity import commands as identity
from engine.messages import SYSTEM
from engine.schema import migrate
from engine.settings import Settings
from tests.driver import City


def root_by_the_rfc(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word: split at the largest power of two below the number of leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root_by_the_rfc(leaves[:k]) + root_by_the_rfc(leaves[k:])).digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 100])
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    leaves = [str(n).encode() for n in range(size)]
    assert merkle.Tree(leaves).root == root_by_the_rfc(leaves)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 70), st.data())
def test_a_proof_of_inclusion_fits_its_leaf_and_place_and_no_other(size: int, data: Any) -> None:
    leaves = [str(n).encode() for n in range(size)]
    tree, index = merkle.Tree(leaves), data.draw(st.integers(0, size - 1))
    path = tree.path(index)
    assert merkle.includes(leaves[index], index, size, path, tree.root)
    assert not merkle.includes(b"other", index, size, path, tree.root)
    assert not merkle.includes(leaves[index], index, size, [*path, b"\0" * 32], tree.root)
    if size > 1:
        assert not merkle.includes(leaves[index], (index + 1) % size, size, path, tree.root)
        assert not merkle.includes(leaves[index], index, size, path[:-1], tree.root)


def test_the_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    key = keys.signing_key(tmp_path)
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.signing_key(tmp_path).public.fingerprint == key.public.fingerprint
    assert key.public.signed(b"body", key.sign(b"body"))
    assert not key.public.signed(b"bodies", key.sign(b"body"))
    assert not key.public.signed(b"body", "no signature")


def heads(engine: Engine) -> set[tuple[str, int, str]]:
    with engine.database.reading() as connection:
        return {(row.id, row.seq, row.head) for row in connection.execute(sa.select(streams))}


def sealed(engine: Engine) -> list[tuple[str, int, str]]:
    with engine.database.reading() as connection:
        last = seals.latest(connection)
        return [head for n in range(1, (last.number if last else 0) + 1) for head in seals.leaves(connection, n)]


def test_a_seal_takes_what_changed_since_the_last_one_and_links_to_it(city: City) -> None:
    first = seals.seal(city.engine)
    assert first is not None
    assert set(sealed(city.engine)) == heads(city.engine)
    assert seals.seal(city.engine) is None
    case = city.start("tiny", by="party-clerk", subject="试")
    second = seals.seal(city.engine)
    assert second is not None
    assert (second.number, second.previous, second.size) == (2, first.digest, 1)
    with city.engine.database.reading() as connection:
        proof = seals.last_proof(connection, case)
        assert seals.leaves(connection, 2) == [(case, 1, proof.head)] if proof else False
    public = keys.signing_key(city.engine.settings.data).public
    assert public.signed(second.body, second.signature)
    assert second.key == public.fingerprint


def test_every_sealed_stream_has_a_proof_that_fits_the_signed_root(city: City) -> None:
    made = seals.seal(city.engine)
    assert made is not None
    for stream, seq, head in sealed(city.engine):
        with city.engine.database.reading() as connection:
            [proof] = seals.proofs(connection, stream)
        assert (proof.seq, proof.head, proof.seal) == (seq, head, made)
        path = [bytes.fromhex(step) for step in proof.path]
        leaf = seals.leaf([stream, seq, head])
        assert merkle.includes(leaf, proof.index, made.size, path, bytes.fromhex(made.root))


def test_a_seal_leaves_the_database_as_a_file_with_all_its_heads(city: City) -> None:
    made = seals.seal(city.engine)
    folder = city.engine.settings.seals_folder
    assert seals.numbers(folder) == [1]
    whole = seals.read_file(seals.file_of(folder, 1))
    assert whole.seal == made
    assert whole.heads == sealed(city.engine)


def test_a_seal_that_a_crash_kept_from_the_folder_is_written_the_next_time(city: City) -> None:
    made = seals.seal(city.engine)
    seals.file_of(city.engine.settings.seals_folder, 1).unlink()
    assert seals.seal(city.engine) is None
    assert seals.read_file(seals.file_of(city.engine.settings.seals_folder, 1)).seal == made


def test_a_database_that_was_set_back_is_not_sealed_over(city: City) -> None:
    made = seals.seal(city.engine)
    assert made is not None
    later = seals.SealFile(seal=msgspec.structs.replace(made, number=2), heads=[])
    seals.write_file(city.engine.settings.seals_folder, later)
    city.start("tiny", by="party-clerk", subject="试")
    with pytest.raises(seals.SealsAhead):
        seals.seal(city.engine)


def test_the_database_itself_refuses_to_change_a_seal(city: City) -> None:
    seals.seal(city.engine)
    for statement in ("UPDATE seals SET at = 'x'", "DELETE FROM seals", "DELETE FROM seal_heads"):
        with pytest.raises(sa.exc.DBAPIError, match="insert-only"), city.engine.database.writing() as connection:
            connection.exec_driver_sql(statement)


def test_many_sealers_at_once_lose_nothing_and_seal_nothing_twice(city: City) -> None:
    done = threading.Event()
    failed: list[Exception] = []

    def sealer() -> None:
        while not done.is_set():
            try:
                seals.seal(city.engine)
            except Exception as broken:
                failed.append(broken)

    threads = [threading.Thread(target=sealer) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        city.start("tiny", by="party-clerk", subject=str(number))
        city.complete("party-clerk", "note", {"text": "好"})
    done.set()
    for thread in threads:
        thread.join()
    seals.seal(city.engine)
    assert failed == []
    found = sealed(city.engine)
    assert len(found) == len(set(found))
    assert heads(city.engine) <= set(found)
    assert city.verify().failures == []


def test_a_head_that_is_committed_late_is_in_a_later_seal(city: City) -> None:
    """One transaction has written its entry and not committed; a seal is made meanwhile."""
    city.start("tiny", by="party-clerk", subject="先")
    with city.engine.database.reading() as early:
        # The sealer's snapshot, taken before another entry is committed.
        before = early.execute(seals._UNSEALED).all()
        late = city.start("tiny", by="party-head", subject="后")
        assert [row for row in early.execute(seals._UNSEALED).all() if row.id == late] == []
        assert len(before) == len(early.execute(seals._UNSEALED).all())
    seals.seal(city.engine)
    with city.engine.database.reading() as connection:
        assert seals.last_proof(connection, late) is not None


def test_the_sealing_thread_seals_by_itself_and_once_more_at_the_end(city: City) -> None:
    with sealing(city.engine, every=0.02):
        threading.Event().wait(0.3)
        assert seals.numbers(city.engine.settings.seals_folder) == [1]
        case = city.start("tiny", by="party-clerk", subject="试")
    with city.engine.database.reading() as connection:
        assert seals.last_proof(connection, case) is not None


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL has no SM3")
def test_an_office_that_asks_for_sm3_gets_it_in_chain_and_tree(tmp_path: Path) -> None:
    engine = Engine(
        Settings(data=tmp_path, digest="sm3"),
        clock=FixedClock(datetime(2026, 11, 4, 1, tzinfo=UTC)),
    )
    migrate(engine.database)
    engine.dispatch(identity.AddOffice(office="o-1", name="办", office_kind="x"), SYSTEM)
    engine.dispatch(identity.AddPerson(person="p-1", name="人"), SYSTEM)
    made = seals.seal(engine)
    assert made is not None
    assert made.algorithm == "sm3"
    leaves = [seals.leaf(head) for head in sealed(engine)]
    assert bytes.fromhex(made.root) == merkle.Tree(leaves, "sm3").root != merkle.Tree(leaves).root
    assert City(engine).verify().sound
    engine.database.close()

