"""The scenarios of the packages in this repository, by name."""

from __future__ import annotations

from pathlib import Path

from tests.driver import PROCESSES


def paths() -> list[Path]:
    """Every scenario of every package."""
    return sorted(PROCESSES.glob("*/scenarios/*.toml"))


def name(path: Path) -> str:
    """What a scenario is called in the list of tests: package and file."""
    return f"{path.parent.parent.name}-{path.stem}"
