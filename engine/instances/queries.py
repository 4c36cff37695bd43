"""What pages and handlers read about cases; every list takes what the reader may see."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine import bpmn
from engine.identity.tables import persons
from engine.instances.tables import incidents, instances
from engine.values import Json

__all__ = ["incidents", "instances"]


def observe_case_of_period(connection: sa.Connection, definition: str, period: str) -> Json:
    """The case that holds a period, with who started it, or null."""
    found = (
        sa.select(instances.c.id, instances.c.started_at, persons.c.name)
        .select_from(instances.outerjoin(persons, persons.c.id == instances.c.starter))
        .where(instances.c.period == f"{definition}/{period}")
    )
    row: Any = connection.execute(found).first()
    return {"id": row[0], "started_at": row[1], "starter_name": row[2] or ""} if row else None


def observe_caller_waits(connection: sa.Connection, parent: str, wait: int) -> Json:
    """True where the calling case is open and still waits for this call."""
    found = sa.select(instances.c.snapshot).where(instances.c.id == parent, instances.c.state == "open")
    snapshot = connection.execute(found).scalar()
    return snapshot is not None and wait in bpmn.State.load(snapshot).waits


OBSERVATIONS = {"case_of_period": observe_case_of_period, "caller_waits": observe_caller_waits}


def package_of(connection: sa.Connection, instance: str) -> str:
    """Digest of the package to which a case is pinned; raises LookupError where there is no such case."""
    found = connection.execute(sa.select(instances.c.package).where(instances.c.id == instance)).scalar()
    if found is None:
        raise LookupError(instance)
    return str(found)
