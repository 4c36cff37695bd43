"""Every attack on the record in the database and on the seals' folder is found, and the finding names what happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.history import seals
from engine.history.keys import signing_key
from engine.history.seals import SealFile
from tests.driver import City
from tests.engine import forging
from tests.engine.forging import by_hand, chain, put, put_seal, rehashed, resigned


@pytest.fixture
def case(city: City) -> str:
    """A case of three entries, sealed after the second and after the third; a fourth entry is not sealed yet."""
    from engine.tasks import commands as tasks

    case = city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    city.does("party-clerk", tasks.ClaimTask(task=task))
    assert seals.seal(city.engine) is not None
    city.does("party-clerk", tasks.ReleaseTask(task=task))
    assert seals.seal(city.engine) is not None
    paper = city.upload("party-clerk", "依据.txt", "依据".encode())
    city.engine.store.put("没有人引用的文件".encode())
    city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好" * 1_000}))
    assert len(chain(city, case)) == 4
    assert paper["size"] > 0
    assert city.verify().failures == []
    return case


def whole(city: City, number: int) -> SealFile:
    return seals.read_file(seals.file_of(city.engine.settings.seals_folder, number))


def other_key(city: City) -> Any:
    folder = city.engine.settings.data / "elsewhere"
    folder.mkdir(exist_ok=True)
    return signing_key(folder)


def edit(city: City, case: str) -> None:
    with by_hand(city) as connection:
        connection.exec_driver_sql(f"UPDATE journal SET actor = 'party-head' WHERE stream = '{case}' AND seq = 2")


def edit_with_digest(city: City, case: str) -> None:
    found = chain(city, case)
    found[1] = msgspec.structs.replace(found[1], actor="party-head").sealed()
    put(city, case, found)


def delete(city: City, case: str) -> None:
    found = chain(city, case)
    put(city, case, found[:1] + found[2:])


def insert(city: City, case: str) -> None:
    found = chain(city, case)
    extra = msgspec.structs.replace(found[1], request_id="forged").sealed()
    later = [msgspec.structs.replace(entry, seq=entry.seq + 1) for entry in found[1:]]
    put(city, case, [found[0], extra, *later])


def reorder(city: City, case: str) -> None:
    found = chain(city, case)
    put(
        city, case,
        [found[0], msgspec.structs.replace(found[2], seq=2), msgspec.structs.replace(found[1], seq=3), found[3]],
    )  # fmt: skip


def cut(city: City, case: str) -> None:
    put(city, case, chain(city, case)[:2])


def rewrite(city: City, case: str) -> None:
    found = chain(city, case)
    found[1] = msgspec.structs.replace(found[1], at="2026-11-04T01:00:01.000000Z")
    put(city, case, rehashed(found))


def drop(city: City, case: str) -> None:
    forging.drop(city, case)


def drop_with_seals(city: City, case: str) -> None:
    """Also out of the database's seals; the folder is out of reach."""
    forging.drop(city, case)
    with by_hand(city) as connection:
        connection.exec_driver_sql(f"DELETE FROM seal_heads WHERE stream = '{case}'")


def fork(city: City, case: str) -> None:
    """Set back to the first seal, then another story, sealed with the right key: who owns database and key."""
    found = chain(city, case)[:3]
    put(city, case, rehashed([*found[:2], msgspec.structs.replace(found[2], at="2026-11-04T01:30:00.000000Z")]))
    old = whole(city, 2)
    head = chain(city, case)[-1]
    made = resigned(
        old.seal, signing_key(city.engine.settings.data), at="2026-11-04T02:00:00.000000Z",
        root=seals.tree([(case, head.seq, head.hash)], "sha256").root.hex(),
    )  # fmt: skip
    put_seal(city, SealFile(seal=made, heads=[(case, head.seq, head.hash)]), folder=False)


def edit_seal(city: City, case: str) -> None:
    with by_hand(city) as connection:
        connection.exec_driver_sql("UPDATE seals SET at = '2026-11-03T01:00:00.000000Z' WHERE number = 2")


def edit_seal_file(city: City, case: str) -> None:
    old = whole(city, 2)
    put_seal(city, SealFile(seal=msgspec.structs.replace(old.seal, size=7), heads=old.heads), database=False)


def edit_heads(city: City, case: str) -> None:
    with by_hand(city) as connection:
        connection.exec_driver_sql(f"UPDATE seal_heads SET head = '{'0' * 64}' WHERE seal = 2")


def resign(city: City, case: str) -> None:
    put_seal(city, SealFile(seal=resigned(whole(city, 2).seal, other_key(city)), heads=whole(city, 2).heads))


def unlink_seals(city: City, case: str) -> None:
    """Signed with the right key, but not the successor of the seal before."""
    key = signing_key(city.engine.settings.data)
    put_seal(city, SealFile(seal=resigned(whole(city, 2).seal, key, previous="0" * 64), heads=whole(city, 2).heads))


def delete_seal(city: City, case: str) -> None:
    with by_hand(city) as connection:
        connection.exec_driver_sql("DELETE FROM seals WHERE number = 2")


def delete_seal_file(city: City, case: str) -> None:
    seals.file_of(city.engine.settings.seals_folder, 2).unlink()


def delete_seal_everywhere(city: City, case: str) -> None:
    with by_hand(city) as connection:
        connection.exec_driver_sql("DELETE FROM seals WHERE number = 1")
    seals.file_of(city.engine.settings.seals_folder, 1).unlink()


def spoil_seal_file(city: City, case: str) -> None:
    seals.file_of(city.engine.settings.seals_folder, 2).write_bytes(b"{")


def change_file(city: City, case: str) -> None:
    _text(city, case).write_bytes("坏".encode() * 1_000)


def remove_file(city: City, case: str) -> None:
    _text(city, case).unlink()


def _text(city: City, case: str) -> Path:
    digest = chain(city, case)[-1].command.split('{"@text":"')[1][:64]
    return city.engine.store.folder / digest[:2] / digest


def change_access_log(city: City, case: str) -> None:
    from engine.history import access

    access.note(city.engine, "party-head", "view", case, "ok")
    access.note(city.engine, "party-head", "view", case, "ok")
    with by_hand(city) as connection:
        connection.exec_driver_sql("UPDATE access_log SET person = 'nobody' WHERE id = 1")


#: Attack → what the first finding names: its code, the entry, the seal.
ATTACKS: list[tuple[Callable[[City, str], None], tuple[str, int, int]]] = [
    (edit, ("entry-changed", 2, 0)),
    (edit_with_digest, ("entry-not-linked", 3, 0)),
    (delete, ("entry-missing", 2, 0)),
    (insert, ("entry-not-linked", 3, 0)),
    (reorder, ("entry-not-linked", 2, 0)),
    (cut, ("record-cut", 3, 2)),
    (rewrite, ("record-rewritten", 2, 1)),
    (drop, ("stream-dropped", 2, 1)),
    (drop_with_seals, ("seal-heads-changed", 0, 1)),
    (fork, ("seal-forked", 0, 2)),
    (edit_seal, ("seal-changed", 0, 2)),
    (edit_seal_file, ("seal-changed", 0, 2)),
    (edit_heads, ("seal-heads-changed", 0, 2)),
    (resign, ("seal-foreign-key", 0, 2)),
    (unlink_seals, ("seal-not-linked", 0, 2)),
    (delete_seal, ("seal-not-in-database", 0, 2)),
    (delete_seal_file, ("seal-not-in-folder", 0, 2)),
    (delete_seal_everywhere, ("seal-missing", 0, 1)),
    (spoil_seal_file, ("seal-unreadable", 0, 2)),
    (change_file, ("file-changed", 4, 0)),
    (remove_file, ("file-missing", 4, 0)),
    (change_access_log, ("access-log-changed", 1, 0)),
]


@pytest.mark.parametrize(("attack", "named"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_an_attack_on_database_or_folder_is_named(
    city: City, case: str, attack: Callable[[City, str], None], named: tuple[str, int, int]
) -> None:
    attack(city, case)
    report = city.verify()
    assert not report.chain
    first = next(failure for failure in report.failures if failure.question == "chain")
    assert (first.found, first.seq, first.seal) == named
    assert first.stream in ("", case)


def test_the_folder_bears_witness_for_a_case_that_was_taken_out_of_every_table(city: City, case: str) -> None:
    drop_with_seals(city, case)
    found = {(failure.found, failure.stream) for failure in city.verify().failures}
    assert ("stream-dropped", case) in found


def test_what_was_forked_is_told_for_the_case_too(city: City, case: str) -> None:
    fork(city, case)
    found = [(failure.found, failure.seq, failure.seal) for failure in city.verify().failures if failure.stream == case]
    assert ("record-rewritten", 3, 2) in found


def test_a_folder_that_is_gone_is_named_seal_by_seal(city: City, case: str) -> None:
    shutil.rmtree(city.engine.settings.seals_folder)
    found = [(failure.found, failure.seal) for failure in city.verify().failures]
    assert found == [("seal-not-in-folder", 1), ("seal-not-in-folder", 2)]


def test_the_change_of_one_case_does_not_make_another_unsound(city: City, case: str) -> None:
    other = city.start("tiny", by="party-head", subject="再试")
    edit(city, case)
    assert not city.verify(case).sound
    assert city.verify(other).sound


def test_a_performance_that_the_rules_forbid_is_found_though_chain_and_state_fit(city: City, case: str) -> None:
    """An entry after the last seal, forged whole: digests, head and rows all fit, but nobody with that post did it."""
    found = chain(city, case)
    events = found[3].events.replace('"outcome"', '"outcome"')
    found[3] = msgspec.structs.replace(
        found[3], actor="party-head", events=events.replace('"person":"party-clerk"', '"person":"party-head"')
    ).sealed()
    put(city, case, found)
    with by_hand(city) as connection:
        connection.exec_driver_sql(f"UPDATE work_items SET done_by = 'party-head' WHERE stream = '{case}'")
    report = city.verify(case)
    assert (report.chain, report.state, report.rules) == (True, True, False)
    [failure] = report.failures
    assert (failure.question, failure.seq, failure.found) == ("rules", 4, "not-observed")
