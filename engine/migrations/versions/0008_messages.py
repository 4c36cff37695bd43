"""Messages from outside, and the waits of cases for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.String(length=27), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.Column("last_look", sa.String(length=80), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=True),
        sa.Column("wait", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.String(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_name_state", "messages", ["name", "state"])
    op.create_index("ix_messages_state_sent_at", "messages", ["state", "sent_at"])
    op.create_index(op.f("ix_messages_stream"), "messages", ["stream"])
    op.create_table(
        "message_waits",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("opened_at", sa.String(length=27), nullable=False),
        sa.Column("opened_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_waits")),
    )
    op.create_index("ix_message_waits_name_key", "message_waits", ["name", "key"])
    op.create_index(op.f("ix_message_waits_stream"), "message_waits", ["stream"])
