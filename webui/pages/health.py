"""Whether the platform answers."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from flask import Blueprint

from webui.actor import engine

bp = Blueprint("health", __name__)


@bp.get("/api/health")
def health() -> tuple[dict[str, Any], int]:
    """Status, version and kind of database; 503 where the database does not answer."""
    found = {"status": "ok", "version": version("bihuan"), "database": engine().database.pool.dialect.name}
    try:
        with engine().database.reading() as connection:
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return {**found, "status": "database-away"}, 503
    return found, 200
