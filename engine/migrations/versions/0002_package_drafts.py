"""Drafts of process packages with all their saved revisions, and who has them open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "package_drafts",
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=80), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("definition", name=op.f("pk_package_drafts")),
    )
    op.create_table(
        "package_revisions",
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.String(length=27), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("definition", "revision", name=op.f("pk_package_revisions")),
    )
    op.create_table(
        "package_presence",
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("definition", "person", name=op.f("pk_package_presence")),
    )
