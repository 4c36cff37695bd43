"""Which applier changes the tables for which event: the joined list of all areas."""

from __future__ import annotations

from typing import Any

from engine.calendars import state as calendars
from engine.correlation import state as correlation
from engine.definitions import state as definitions
from engine.documents import state as documents
from engine.identity import state as identity
from engine.instances import state as instances
from engine.jobs import state as jobs
from engine.ledgers import state as ledgers
from engine.messages import Event, Stamp
from engine.rows import Appliers, Rows
from engine.tasks import state as tasks

#: (event class, version) → the function that changes the tables.
APPLIERS: Appliers = {
    **calendars.APPLIERS,
    **correlation.APPLIERS,
    **definitions.APPLIERS,
    **documents.APPLIERS,
    **identity.APPLIERS,
    **instances.APPLIERS,
    **jobs.APPLIERS,
    **ledgers.APPLIERS,
    **tasks.APPLIERS,
}

_BY_NAME = {(kind.__name__, version): kind for kind, version in APPLIERS}


def apply(event: Event, rows: Rows, stamp: Stamp) -> None:
    """Changes the tables as *event* says."""
    APPLIERS[type(event), event.version](event, rows, stamp)


def decode(body: dict[str, Any]) -> Event:
    """The event that the journal holds; raises KeyError for a type and version that no applier knows."""
    return _BY_NAME[body["type"], body.get("version", 1)].decoded(body)
