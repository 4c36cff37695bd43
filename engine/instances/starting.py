"""What a start form shows before anything is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.calendars.queries import local_day
from engine.definitions.compiled import Compiled
from engine.identity.seen import Seen
from engine.instances import queries
from engine.values import Value


def scope(process: Compiled, now: datetime) -> dict[str, Any]:
    """The variables that a start form sees while it is filled in and checked."""
    return {"settings": process.settings, "today": local_day(now)}


def first_state(
    connection: sa.Connection, seen: Seen, process: Compiled, definition: str, now: datetime
) -> forms.Posted | None:  # fmt: skip
    """The start form at its beginning, None where there is none; its defaults also see the periods ``taken``."""
    asked = process.form(process.start_form)
    if asked is None:
        return None
    taken: list[Value] = [one.period for one in queries.taken_periods(connection, seen, definition)]
    return forms.prefill(asked, {**scope(process, now), "taken": taken}, now)
