"""The tables of jobs: what is wanted (in the record) and how it stands with the workers (outside it)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table, metadata

jobs = applied_table(
    "jobs",
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("due", sa.String(27), nullable=False),
    #: waiting, or failed until somebody mends and retries; what is finished has no row.
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("error", sa.Text),
    sa.Index("ix_jobs_state_due", "state", "due"),
)

#: Outside the journal: who works on a job until when, how often it was tried, when the next try is due.
job_leases = sa.Table(
    "job_leases",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", sa.String(27), nullable=False),
    sa.Column("error", sa.Text),
)
