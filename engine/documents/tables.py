"""The table of the documents of cases."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table, metadata

documents = applied_table(
    "documents",
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("task", sa.String(80)),
    sa.Column("filed_at", sa.String(27), nullable=False),
    sa.Column("filed_by", sa.String(64), nullable=False),
)

#: Outside the journal: files that were sent and may become part of a form.
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", sa.String(27), nullable=False),
)
