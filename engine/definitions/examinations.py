"""Keeps what the gate and the stories said of a package: outside the journal, to be asked anew at any time."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from engine.db import text
from engine.definitions.queries import Examination
from engine.definitions.tables import examinations

#: A proposal that waits longer is examined again when somebody approves it.
KEPT = timedelta(days=90)


def keep(connection: sa.Connection, package: str, beside: str, found: Examination) -> None:
    """Remembers *found* in place of what was said before."""
    body = msgspec.json.encode({"findings": found.findings, "stories": found.stories}).decode()
    connection.execute(sa.delete(examinations).where(examinations.c.package == package))
    connection.execute(
        sa.insert(examinations), {"package": package, "beside": beside, "at": found.at, "found": body}
    )


def sweep(connection: sa.Connection, now: datetime) -> None:
    """Forgets what was said so long ago that whoever needs it asks anew."""
    connection.execute(sa.delete(examinations).where(examinations.c.at < text(now - KEPT)))
