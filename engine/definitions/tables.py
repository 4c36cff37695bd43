"""The tables of process definitions, their versions and the proposals from which versions come."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import applied_table, metadata

definitions = applied_table(
    "definitions",
    sa.Column("title", sa.String(200), nullable=False),
    #: Id of the version in force; empty until the first one is.
    sa.Column("current", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    #: Roles that see every case, with spaces between.
    sa.Column("viewers", sa.String(400), nullable=False),
    #: The number given last: a dated version has one before it is in force.
    sa.Column("latest", sa.Integer, nullable=False),
    #: active, stopped (nobody starts it) or retired (nobody starts or calls it).
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("state_reason", sa.Text),
    #: True once a version was approved by a second person: files from disk never replace it.
    sa.Column("owned", sa.Boolean, nullable=False),
    #: The proposal on which nobody has decided yet.
    sa.Column("proposal", sa.String(80)),
)

definition_versions = applied_table(
    "definition_versions",
    sa.Column("definition", sa.String(64), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("package", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("starters", sa.Text, nullable=False),
    sa.Column("published_at", sa.String(27), nullable=False),
    sa.Column("published_by", sa.String(64), nullable=False),
    sa.Column("approved_by", sa.String(64)),
    sa.Column("proposed_by", sa.String(64)),
    sa.Column("proposal", sa.String(80)),
    #: Since when it is in force; of a dated one, from when on it will be, or would have been.
    sa.Column("in_force_at", sa.String(27), nullable=False),
    #: scheduled, in-force, replaced or taken-back.
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text),
)

proposals = applied_table(
    "proposals",
    sa.Column("definition", sa.String(64), nullable=False, index=True),
    sa.Column("package", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    #: The version from which the draft began, and the one that was in force when it was proposed.
    sa.Column("base", sa.String(80)),
    sa.Column("against", sa.String(80)),
    sa.Column("saved_by", sa.String(64)),
    sa.Column("proposed_by", sa.String(64), nullable=False),
    sa.Column("proposed_at", sa.String(27), nullable=False),
    sa.Column("in_force_at", sa.String(27)),
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("stories", sa.Text, nullable=False),
    #: open, approved, rejected or withdrawn.
    sa.Column("state", sa.String(9), nullable=False, index=True),
    sa.Column("decided_by", sa.String(64)),
    sa.Column("decided_at", sa.String(27)),
    sa.Column("reason", sa.Text),
    sa.Column("version", sa.String(80)),
)

#: Outside the journal: what the gate and the stories said of a package; it can be asked anew at any time.
examinations = sa.Table(
    "examinations",
    metadata,
    sa.Column("package", sa.String(64), primary_key=True),
    #: Digest of what it was examined beside: the packages that it may call, and our own rules.
    sa.Column("beside", sa.String(64), nullable=False),
    sa.Column("at", sa.String(27), nullable=False),
    sa.Column("found", sa.Text, nullable=False),
)
