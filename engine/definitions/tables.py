"""The tables of process definitions and their versions."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table

definitions = applied_table(
    "definitions",
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("current", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    #: Roles that see every case, with spaces between.
    sa.Column("viewers", sa.String(400), nullable=False),
)

definition_versions = applied_table(
    "definition_versions",
    sa.Column("definition", sa.String(64), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("package", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("starters", sa.Text, nullable=False),
    sa.Column("published_at", sa.String(27), nullable=False),
    sa.Column("published_by", sa.String(64), nullable=False),
    sa.Column("approved_by", sa.String(64)),
)
