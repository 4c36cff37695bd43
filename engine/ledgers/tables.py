"""The tables of number series."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table

series = applied_table(
    "series",
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
)

void_numbers = applied_table(
    "void_numbers",
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("instance", sa.String(64), nullable=False),
)
