"""What pages, workers and handlers read about jobs."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.instances.tables import instances
from engine.jobs.tables import jobs


class FailedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was tried for the last time."""

    id: str
    stream: str
    kind: str
    error: str
    due: str
    case_title: str


def failed(connection: sa.Connection) -> list[FailedJob]:
    """The jobs that wait for somebody to mend and retry."""
    found = (
        sa.select(jobs, instances.c.title.label("case_title"))
        .join_from(jobs, instances, instances.c.id == jobs.c.stream)
        .where(jobs.c.state == "failed")
        .order_by(jobs.c.due, jobs.c.id)
        .limit(500)
    )
    names = FailedJob.__struct_fields__
    return [FailedJob(**{name: row[name] or "" for name in names}) for row in connection.execute(found).mappings()]


