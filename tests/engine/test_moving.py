"""An installation as one file, and to another database: every chain as it was, and nothing on top of what is there."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
import sqlalchemy as sa

from engine import transfer
from engine.dispatch import Engine
from engine.history import keys, seals
from engine.history.journal import streams
from engine.history.verify import verify
from tests import databases, tampering
from tests.conftest import new_engine
from tests.driver import City


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Engine]:
    """A second installation in which nothing has happened."""
    engine = new_engine(tmp_path / "other")
    yield engine
    databases.forget(engine)


def heads(engine: Engine) -> set[tuple[str, int, str]]:
    with engine.database.reading() as connection:
        return {(row.id, row.seq, row.head) for row in connection.execute(sa.select(streams))}


def worked(city: City) -> str:
    case = city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好"})
    city.start("caller", by="party-clerk", month="2026-11")
    return case


def backup(city: City, tmp_path: Path) -> Path:
    worked(city)
    file = tmp_path / "backup.zip"
    transfer.backup(city.engine.database, city.engine.store.folder, file)
    return file


def test_a_restored_installation_has_the_same_heads_and_goes_on(city: City, other: Engine, tmp_path: Path) -> None:
    file = backup(city, tmp_path)
    counts = transfer.restore(file, other.database, other.store)
    assert counts["journal"] > 0
    assert counts["files"] > 0
    assert heads(other) == heads(city.engine)
    restored = City(other)
    case = restored.start("tiny", by="party-head", subject="恢复后")
    restored.complete("party-head", "note", {"text": "好"})
    assert restored.state(case) == "ended"
    assert restored.verify().sound


def test_the_seals_of_a_restored_installation_stay_valid_and_the_private_key_stays_where_it_was(
    city: City, other: Engine, tmp_path: Path
) -> None:
    old = seals.seal(city.engine)
    assert old is not None
    file = backup(city, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if b"PRIVATE" in archive.read(name)]
    transfer.restore(file, other.database, other.store)
    seals.write_missing(other)
    new = seals.seal(other)
    assert new is not None
    assert (new.number, new.previous) == (2, old.digest)
    assert new.key != old.key
    assert set(keys.known(other.settings.data)) == {old.key, new.key}
    assert verify(other).failures == []


def test_nothing_is_restored_on_top_of_a_record(city: City, tmp_path: Path) -> None:
    file, before = backup(city, tmp_path), heads(city.engine)
    with pytest.raises(transfer.TargetNotEmpty):
        transfer.restore(file, city.engine.database, city.engine.store)
    assert heads(city.engine) == before


def changed(file: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of the backup with one member changed."""
    target = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        names = [found for found in old.namelist() if found.startswith(name)]
        for member in old.namelist():
            body = old.read(member)
            new.writestr(member, change(body) if member == names[0] else body)
    return target


def test_a_backup_whose_file_was_changed_is_refused_by_name(city: City, other: Engine, tmp_path: Path) -> None:
    broken = changed(backup(city, tmp_path), "files/", lambda body: body + b"x")
    with pytest.raises(transfer.BackupUnreadable) as told:
        transfer.restore(broken, other.database, other.store)
    assert str(told.value.values["reason"]).startswith("files/")


def test_a_backup_whose_journal_was_changed_does_not_verify(city: City, other: Engine, tmp_path: Path) -> None:
    swapped: Callable[[bytes], bytes] = lambda body: body.replace(b"party-clerk", b"party-other", 1)  # noqa: E731
    broken = changed(backup(city, tmp_path), "tables/journal", swapped)
    transfer.restore(broken, other.database, other.store)
    assert not verify(other).chain


@pytest.mark.parametrize("body", [b"", b"PK", b"not a zip"])
def test_what_is_no_backup_is_refused_and_leaves_the_database_empty(empty: Engine, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "backup.zip"
    file.write_bytes(body)
    with pytest.raises(transfer.BackupUnreadable):
        transfer.restore(file, empty.database, empty.store)
    assert heads(empty) == set()


def test_a_cut_backup_is_refused_and_leaves_the_database_empty(city: City, other: Engine, tmp_path: Path) -> None:
    file = backup(city, tmp_path)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "cut.zip", "w") as new:
        for member in old.namelist()[:-1]:
            new.writestr(member, old.read(member))
    with pytest.raises(transfer.BackupUnreadable):
        transfer.restore(tmp_path / "cut.zip", other.database, other.store)
    assert heads(other) == set()


def test_a_copy_from_sqlite_keeps_every_chain(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(databases.VARIABLE, "sqlite")
    old = new_engine(tmp_path / "old")
    monkeypatch.undo()
    transfer.copy(city.engine.database, old.database)
    target = new_engine(tmp_path / "target")
    try:
        transfer.copy(old.database, target.database)
        assert heads(target) == heads(city.engine)
        copytree(city.engine.store.folder, target.store.folder, dirs_exist_ok=True)
        assert verify(target).sound
        # The database gives the next number of an entry: it must not be one that came over.
        copied = City(target)
        copied.start("tiny", by="party-clerk", subject="迁移后")
        assert copied.verify().sound
    finally:
        old.database.close()
        databases.forget(target)


def test_the_copy_names_what_was_tampered_with_before_it(city: City, other: Engine) -> None:
    case = worked(city)
    tampering.by_hand(city.engine, f"UPDATE journal SET actor = 'auditor' WHERE stream = '{case}' AND seq = 1")
    transfer.copy(city.engine.database, other.database)
    (failure, *_) = verify(other, case).failures
    assert failure.found == "entry-changed"
