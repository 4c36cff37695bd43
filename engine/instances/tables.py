"""The tables of cases and their incidents."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table

instances = applied_table(
    "instances",
    sa.Column("definition", sa.String(64), nullable=False),
    sa.Column("version", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("package", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    #: ``<definition>/<period>`` of a case that is not cancelled: one case per period.
    sa.Column("period", sa.String(120), unique=True),
    sa.Column("unit", sa.String(40), index=True),
    sa.Column("starter", sa.String(40)),
    sa.Column("parent", sa.String(64), index=True),
    sa.Column("parent_wait", sa.Integer),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("started_at", sa.String(27), nullable=False),
    sa.Column("ended_at", sa.String(27)),
    sa.Column("behaviour", sa.Integer, nullable=False),
    #: Cache of the kernel's state: what folding the facts gives.
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Index("ix_instances_starter", "starter", "started_at"),
    sa.Index("ix_instances_started_at", "started_at"),
)

incidents = applied_table(
    "incidents",
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("element", sa.String(100), nullable=False),
    sa.Column("code", sa.String(60), nullable=False),
    sa.Column("values", sa.Text, nullable=False),
    sa.Column("raised_at", sa.String(27), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),
)
