"""Proposals, dated versions and the state of a process; what was published before is in force or replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _definitions()
    _versions()
    _new_tables()


def _definitions() -> None:
    for column in (
        sa.Column("latest", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("state", sa.String(length=8), nullable=False, server_default="active"),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("owned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("proposal", sa.String(length=80), nullable=True),
    ):
        op.add_column("definitions", column)
    op.execute("UPDATE definitions SET latest = number")


def _versions() -> None:
    for column in (
        sa.Column("proposed_by", sa.String(length=64), nullable=True),
        sa.Column("proposal", sa.String(length=80), nullable=True),
        sa.Column("in_force_at", sa.String(length=27), nullable=False, server_default=""),
        sa.Column("state", sa.String(length=10), nullable=False, server_default="replaced"),
        sa.Column("reason", sa.Text(), nullable=True),
    ):
        op.add_column("definition_versions", column)
    op.execute("UPDATE definition_versions SET in_force_at = published_at")
    op.execute(
        "UPDATE definition_versions SET state = 'in-force' WHERE id IN (SELECT definitions.current FROM definitions)"
    )


def _new_tables() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("base", sa.String(length=80), nullable=True),
        sa.Column("against", sa.String(length=80), nullable=True),
        sa.Column("saved_by", sa.String(length=64), nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.String(length=27), nullable=False),
        sa.Column("in_force_at", sa.String(length=27), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("stories", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    for column in ("definition", "state", "stream"):
        op.create_index(op.f(f"ix_proposals_{column}"), "proposals", [column], unique=False)
    op.create_table(
        "examinations",
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("beside", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("package", name=op.f("pk_examinations")),
    )
