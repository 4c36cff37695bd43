"""Reads in one statement what a click on a task needs: work item, task, case, and a reminder if one waits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.instances.tables import instances
from engine.jobs.tables import jobs
from engine.rows import Rows
from engine.tasks.tables import tasks, work_items

_TABLES = (work_items, tasks, instances, jobs)

_ALL = (
    sa.select(*(column.label(f"{table.name}__{column.name}") for table in _TABLES for column in table.c))
    .select_from(
        work_items.join(tasks, tasks.c.id == work_items.c.task)
        .join(instances, instances.c.id == work_items.c.stream)
        .outerjoin(jobs, jobs.c.id == tasks.c.id + "r")
    )
    .where(work_items.c.id == sa.bindparam("item"))
)


def load(rows: Rows, task: str) -> None:
    """Makes the rows of *task* known to the step; what is not there is looked for one by one where it is asked for."""
    if rows.connection is None or rows.knows(work_items, f"{task}.1"):
        return
    found: Any = rows.connection.execute(_ALL, {"item": f"{task}.1"}).mappings().first()
    if found is None:
        return
    for table in _TABLES:
        row = {column.name: found[f"{table.name}__{column.name}"] for column in table.c}
        if row["id"] is not None:
            rows.seed(table, row)
        else:
            rows.seed_missing(table, f"{task}r")
