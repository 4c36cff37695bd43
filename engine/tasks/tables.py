"""The tables of tasks (what the process waits for) and work items (what reaches people)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table, metadata

#: One row per user task that the kernel opened: the slot.
tasks = applied_table(
    "tasks",
    sa.Column("element", sa.String(100), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("form", sa.String(100), nullable=False),
    sa.Column("state", sa.String(9), nullable=False),
    #: False where nobody held the post when it opened, or no address was found.
    sa.Column("staffed", sa.Boolean, nullable=False),
    #: When it reminds, if it does.
    sa.Column("remind", sa.String(27)),
    sa.Column("back", sa.Text),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(40)),
    #: What was answered under ``opinion``, for the course of the case.
    sa.Column("opinion", sa.Text),
    sa.Column("opened_at", sa.String(27), nullable=False),
    sa.Column("closed_at", sa.String(27)),
)

#: One row per actor of a task: here one each; several with countersigning.
work_items = applied_table(
    "work_items",
    sa.Column("task", sa.String(80), nullable=False, index=True),
    sa.Column("definition", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("case_title", sa.String(200), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("unit", sa.String(40)),
    sa.Column("role", sa.String(40)),
    sa.Column("office", sa.String(40)),
    sa.Column("person", sa.String(40)),
    #: Whose list it stands in: ``role@office``, or ``@person`` once claimed or addressed to one; empty when closed.
    sa.Column("queue", sa.String(82), nullable=False),
    sa.Column("claimed_by", sa.String(40)),
    sa.Column("state", sa.String(9), nullable=False),
    #: Never empty, so that lists sort by it: a task without a deadline sorts last.
    sa.Column("due", sa.String(27), nullable=False),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("back", sa.Boolean, nullable=False),
    sa.Column("done_by", sa.String(40)),
    sa.Column("closed_at", sa.String(27)),
    sa.Index("ix_work_items_queue", "queue", "due", "id"),
    sa.Index("ix_work_items_done_by", "done_by", "closed_at"),
)

#: Outside the journal: what people have typed and not yet sent.
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("task", sa.String(120), primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", sa.String(27), nullable=False),
)

#: Sorts after every deadline.
NO_DUE = "9999-12-31T00:00:00.000000Z"
