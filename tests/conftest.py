"""What every test may use: an installation of its own, and the story driver on it."""

from __future__ import annotations

import os
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
from tests import databases
from tests.driver import City

#: What a test asks for when it works on a database.
ON_A_DATABASE = frozenset({"city", "empty", "template"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--database postgresql``: the tests that work on a database, on PostgreSQL."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Says it to everything that opens an installation, in this process and in those that it starts."""
    os.environ[databases.VARIABLE] = config.getoption("--database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what has nothing new to say on this database."""
    if databases.on_postgresql():
        wanted = [item for item in items if item.get_closest_marker("postgresql") is not None or _on_a_database(item)]
    else:
        wanted = [item for item in items if item.get_closest_marker("postgresql") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


def _on_a_database(item: pytest.Item) -> bool:
    return bool(ON_A_DATABASE.intersection(getattr(item, "fixturenames", ())))


def pytest_unconfigure() -> None:
    """Ends the server that this process began."""
    databases.stop()


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
    databases.copy(template, tmp_path / "data")
    engine = new_engine(tmp_path / "data")
    yield City(engine)
    databases.forget(engine)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """An installation in which nothing has happened."""
    engine = new_engine(tmp_path / "data")
    yield engine
    databases.forget(engine)


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
    engine = Engine(Settings(data=folder, database_url=databases.address(folder)), clock=clock)
    migrate(engine.database)
    return engine
