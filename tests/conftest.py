"""What every test may use: an installation of its own, and the story driver on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from engine.clock import FixedClock
from engine.demo import load
from engine.dispatch import Engine
from engine.schema import migrate
from engine.settings import Settings
from tests.driver import City


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demonstration city and its packages, loaded once per test process and then copied."""
    folder = tmp_path_factory.mktemp("city")
    engine = new_engine(folder)
    load.load(engine)
    for packages in (engine.settings.processes, Path(__file__).parent / "packages"):
        for package in sorted(packages.iterdir()):
            if (package / "package.toml").is_file():
                load.deploy(engine, package)
    engine.database.close()
    return folder


@pytest.fixture
def city(template: Path, tmp_path: Path) -> Iterator[City]:
    """The demonstration city in a database of the test's own, its clock standing still."""
    from shutil import copytree

    copytree(template, tmp_path / "data")
    engine = new_engine(tmp_path / "data")
    yield City(engine)
    engine.database.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """An installation in which nothing has happened."""
    engine = new_engine(tmp_path / "data")
    yield engine
    engine.database.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def new_engine(folder: Path) -> Engine:
    """An installation in *folder* on a Wednesday morning of November 2026."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = FixedClock(datetime(2026, 11, 4, 1, 0, tzinfo=UTC))
    engine = Engine(Settings(data=folder), clock=clock)
    migrate(engine.database)
    return engine
