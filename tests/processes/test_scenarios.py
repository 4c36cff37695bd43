"""Every scenario of every package, played to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions.scenarios import play
from tests.driver import City
from tests.processes import scenarios


@pytest.mark.parametrize("path", scenarios.paths(), ids=scenarios.name)
def test_the_scenario_plays_as_it_is_told(city: City, path: Path) -> None:
    story = play(city.engine, path.parent.parent.name, path.name, path.read_bytes())
    assert story.passed, story
    assert city.verify().sound
