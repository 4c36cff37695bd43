"""What a release has recorded, every later release performs again with the same result (design: law 9)."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from engine import values
from engine.documents.store import Store
from engine.history.reperform import reperform
from tests.replay.record import HISTORIES, read

RECORDED = sorted(HISTORIES.glob("*.zip"))


def test_there_are_histories() -> None:
    assert {path.stem for path in RECORDED} >= {"0.1.0-clicks", "0.1.0-month"}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_history_is_performed_again_with_the_same_events_and_digests(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = read(path, tmp_path)
    store = Store(tmp_path)
    monkeypatch.setattr(values, "long_text_reader", store.get)
    assert len(entries) > 50
    assert [entry.seq for entry in entries if entry.hash != entry.expected_hash()] == []
    for _, found in groupby(entries, key=lambda entry: entry.stream):
        assert reperform(found, store) is None
