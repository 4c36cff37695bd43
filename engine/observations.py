"""Everything that a step may ask beyond its own stream: the joined list of all areas."""

from __future__ import annotations

from collections.abc import Callable

from engine.calendars import queries as calendars
from engine.correlation import queries as correlation
from engine.definitions import queries as definitions
from engine.documents import queries as documents
from engine.identity import queries as identity
from engine.identity import visible
from engine.instances import queries as instances
from engine.values import Json

#: Name of a query → function of a connection and plain arguments; the answer is an encoded value.
OBSERVATIONS: dict[str, Callable[..., Json]] = {
    **calendars.OBSERVATIONS,
    **correlation.OBSERVATIONS,
    **definitions.OBSERVATIONS,
    **documents.OBSERVATIONS,
    **identity.OBSERVATIONS,
    **instances.OBSERVATIONS,
    **visible.OBSERVATIONS,
}
