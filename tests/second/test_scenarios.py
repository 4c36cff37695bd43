"""Every scenario of every package goes the same path on the second engine, in the main case and in each called one."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.definitions.scenarios import play
from engine.history.journal import entries, streams
from engine.second.audit import beside, second_engine
from tests.driver import City
from tests.processes import scenarios


@pytest.mark.parametrize("path", scenarios.paths(), ids=scenarios.name)
def test_the_scenario_goes_the_same_path_on_both_engines(city: City, path: Path) -> None:
    story = play(city.engine, path.parent.parent.name, path.name, path.read_bytes())
    assert story.passed, story
    with city.engine.database.reading() as connection:
        keys = list(connection.execute(sa.select(streams.c.id)).scalars())
        chains = [list(entries(connection, key)) for key in keys]
    cases = [chain for chain in chains if beside(chain, city.engine.store) is not None]
    assert len(cases) == sum('"type":"StartCase"' in chain[0].command for chain in chains) > 0
    assert [failure for chain in cases if (failure := second_engine(chain, city.engine.store))] == []
