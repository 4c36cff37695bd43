"""The tables of package drafts: outside the journal, since nobody has decided anything yet."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import metadata

#: One row per definition that somebody changes; ``revision`` is the newest of its saved revisions.
package_drafts = sa.Table(
    "package_drafts",
    metadata,
    sa.Column("definition", sa.String(64), primary_key=True),
    #: The version in force when it was begun; None for a process that was never published.
    sa.Column("base", sa.String(80)),
    sa.Column("revision", sa.Integer, nullable=False),
)

#: Every saved state of a draft, by the digest of its files in the store.
package_revisions = sa.Table(
    "package_revisions",
    metadata,
    sa.Column("definition", sa.String(64), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("saved_at", sa.String(27), nullable=False),
    sa.Column("saved_by", sa.String(64), nullable=False),
    #: The revision whose content came back, where somebody went back.
    sa.Column("of", sa.Integer),
)

#: Who had a draft open when; what is older than a few minutes means nothing.
package_presence = sa.Table(
    "package_presence",
    metadata,
    sa.Column("definition", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("at", sa.String(27), nullable=False),
)
