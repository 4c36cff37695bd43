"""Where auditors left off; indexes for what was refused, for acting on another's behalf, and for one's own accesses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("person", "instance", name=op.f("pk_visits")),
    )
    # Both hold only the rare rows that they are about.
    for name, columns, where in (
        ("ix_journal_refused", ["id", "stream"], "kind = 'refused'"),
        ("ix_journal_on_behalf_of", ["on_behalf_of", "stream"], "on_behalf_of IS NOT NULL"),
    ):
        op.create_index(name, "journal", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_access_log_person_id", "access_log", ["person", "id"])
