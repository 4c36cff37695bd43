"""What pages, workers and handlers read about jobs."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.correlation.tables import messages
from engine.definitions.tables import definitions
from engine.instances.tables import incidents, instances
from engine.jobs.tables import jobs


class FailedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was tried for the last time; the title is that of its case or process, or the message's name."""

    id: str
    stream: str
    kind: str
    error: str
    due: str
    case_title: str


def failed(connection: sa.Connection) -> list[FailedJob]:
    """The jobs that wait for somebody to mend and retry."""
    found = (
        sa.select(jobs, sa.func.coalesce(instances.c.title, definitions.c.title, messages.c.name).label("case_title"))
        .select_from(
            jobs.outerjoin(instances, instances.c.id == jobs.c.stream)
            .outerjoin(definitions, definitions.c.stream == jobs.c.stream)
            .outerjoin(messages, messages.c.stream == jobs.c.stream)
        )
        # A call that failed is told by its incident.
        .where(jobs.c.state == "failed", ~sa.exists().where(incidents.c.id == jobs.c.id, incidents.c.state == "open"))
        .order_by(jobs.c.due, jobs.c.id)
        .limit(500)
    )
    names = FailedJob.__struct_fields__
    return [FailedJob(**{name: row[name] or "" for name in names}) for row in connection.execute(found).mappings()]


def to_begin(connection: sa.Connection, instance: str) -> int:
    """How many cases the worker has still to begin for a case that calls them."""
    # The job of a call has the id of its wait; it stays for a moment after the case has begun.
    call = instances.c.parent + "." + sa.cast(instances.c.parent_wait, sa.String)
    begun = sa.exists().where(instances.c.parent == jobs.c.stream, call == jobs.c.id)
    found = sa.select(sa.func.count()).where(
        jobs.c.stream == instance, jobs.c.kind == "start-child", jobs.c.state == "waiting", ~begun
    )
    return int(connection.execute(found).scalar_one())
