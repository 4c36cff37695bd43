"""Runs the migrations on the connection that engine.schema.migrate gives."""

from __future__ import annotations

from alembic import context

from engine.db import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
