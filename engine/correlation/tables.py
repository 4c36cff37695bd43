"""The tables of messages, and of the waits of cases for messages."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table

messages = applied_table(
    "messages",
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("key", sa.String(200)),
    sa.Column("values", sa.Text, nullable=False),
    #: waiting, offered (to ``instance``), delivered, expired (an incident), or discarded.
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("sent_by", sa.String(64), nullable=False),
    sa.Column("sent_at", sa.String(27), nullable=False),
    sa.Column("until", sa.String(27), nullable=False),
    sa.Column("last_look", sa.String(80), nullable=False),
    #: The case and the number of its wait, once it was offered to one.
    sa.Column("instance", sa.String(64)),
    sa.Column("wait", sa.Integer),
    #: When it was delivered, expired or discarded, and why it was discarded.
    sa.Column("settled_at", sa.String(27)),
    sa.Column("reason", sa.Text),
    sa.Index("ix_messages_name_state", "name", "state"),
    sa.Index("ix_messages_state_sent_at", "state", "sent_at"),
)

#: Open waits only: one row each, in the stream of its case.
message_waits = applied_table(
    "message_waits",
    sa.Column("wait", sa.Integer, nullable=False),
    sa.Column("element", sa.String(100), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("key", sa.String(200)),
    sa.Column("opened_at", sa.String(27), nullable=False),
    sa.Column("opened_seq", sa.Integer, nullable=False),
    sa.Index("ix_message_waits_name_key", "name", "key"),
)
