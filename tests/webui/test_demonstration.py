"""The demonstration that `make run` loads: its times tell a story, and its record is sound."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine.calendars.queries import ZONE
from engine.db import moment
from engine.definitions.tables import definition_versions
from engine.dispatch import Engine
from engine.history.journal import journal
from engine.history.verify import verify
from engine.instances.tables import instances
from webui.serve import demonstrate


def test_people_acted_in_the_weeks_before_in_working_hours_and_the_record_is_sound(empty: Engine) -> None:
    now = empty.clock.now()
    demonstrate(empty)
    assert empty.clock.now() == now
    with empty.database.reading() as connection:
        times = [moment(at) for (at,) in connection.execute(sa.select(journal.c.at).order_by(journal.c.id))]
        started = connection.execute(sa.select(instances.c.started_at, instances.c.title)).all()
    assert times == sorted(times)
    assert now - timedelta(days=26) < times[0] < times[-1] <= now
    assert len({at.date() for at in times}) > 5
    assert all(9 <= at.astimezone(ZONE).hour < 19 and at.astimezone(ZONE).weekday() < 5 for at in times)
    assert len(started) > 10
    assert verify(empty).sound


def test_a_second_start_adds_no_case_and_no_version(empty: Engine) -> None:
    found = []
    for _ in range(2):
        demonstrate(empty)
        with empty.database.reading() as connection:
            found.append([_count(connection, table) for table in (instances, definition_versions)])
    assert found[0] == found[1]
    assert found[0][0] > 10


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
