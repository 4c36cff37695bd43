"""The tables of persons, offices and posts."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table

offices = applied_table(
    "offices",
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("parent", sa.String(40)),
    sa.Column("sort", sa.Integer, nullable=False),
)

persons = applied_table(
    "persons",
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("sort", sa.Integer, nullable=False),
)

posts = applied_table(
    "posts",
    sa.Column("person", sa.String(40), nullable=False, index=True),
    sa.Column("office", sa.String(40), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("since", sa.String(27), nullable=False),
    sa.Column("until", sa.String(27)),
    sa.Index("ix_posts_role_office", "role", "office"),
)
