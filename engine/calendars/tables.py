"""The table of the calendar: one row per year, its exceptional days as JSON."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table

calendar_years = applied_table(
    "calendar_years",
    sa.Column("year", sa.Integer, nullable=False, unique=True),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("published", sa.Boolean, nullable=False),
    sa.Column("days", sa.Text, nullable=False),
)
