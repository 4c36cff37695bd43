"""Reads in one statement what a click on a task needs: work item, task, case, and a reminder if one waits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.instances.tables import instances
from engine.jobs.tables import jobs
from engine.rows import Rows
from engine.sql import Ask, Row
from engine.step import Readings, Step
from engine.tasks import commands
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


def ask(command: Any) -> Ask:
    """The one read of what a click on the task of *command* needs."""
    return Ask(_ALL, {"item": f"{command.task}.1"})


def seed(step: Step, command: Any, found: list[Row]) -> None:
    """Makes what was read known to the step; what is not there is looked for one by one where it is asked for."""
    for row in found:
        _seed(step.rows, command.task, row)


def _seed(rows: Rows, task: str, found: Row) -> None:
    for table in _TABLES:
        row = {column.name: found[f"{table.name}__{column.name}"] for column in table.c}
        if row["id"] is not None:
            rows.seed(table, row)
        else:
            rows.seed_missing(table, f"{task}r")


_CLICKS = (commands.ClaimTask, commands.ReleaseTask, commands.CompleteTask, commands.ReaddressTask)

#: Command → what its step will need, read with the first round trip.
READINGS: Readings = dict.fromkeys(_CLICKS, (ask, seed))
