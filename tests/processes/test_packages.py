"""Every package under processes/ passes the gate."""

from __future__ import annotations

import pytest

from engine.definitions.check import check_package
from engine.definitions.package import read_folder
from tests.driver import PROCESSES

FOLDERS = sorted(folder for folder in PROCESSES.iterdir() if (folder / "package.toml").is_file())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_package_has_no_errors(folder: object) -> None:
    found = check_package(read_folder(folder), {each.name for each in FOLDERS})  # type: ignore[arg-type]
    assert [one for one in found if one.severity == "error"] == []


def test_a_letter_that_two_packages_show_is_the_same_in_both() -> None:
    templates = {path.read_bytes() for path in PROCESSES.glob("*/letters/reminder.md.j2")}
    assert len(templates) == 1
