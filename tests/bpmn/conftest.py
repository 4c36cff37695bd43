"""Every case of these tests is taken on both engines; a test that expects a limit of the second one names it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bpmn import case


@pytest.fixture(autouse=True)
def compared(request: pytest.FixtureRequest) -> Iterator[None]:
    """The verdicts of a test are ``same``, but for what ``@pytest.mark.not_comparable`` names."""
    case.LIMITS_MET.clear()
    yield
    marker = request.node.get_closest_marker("not_comparable")
    assert set(case.LIMITS_MET) == (set(marker.args) if marker else set())
