"""What only a server can do wrong: rights of roles, settings that lose work, workers that meet at one job."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import doctor, rights
from engine.cli.opening import bring_up_to_date
from engine.db import Database
from engine.demo import load
from engine.dispatch import Engine
from engine.instances import commands as cases
from engine.jobs import worker
from engine.jobs.worker import Worker
from engine.messages import Actor
from engine.settings import Settings
from engine.tasks import commands as tasks
from tests.driver import City

pytestmark = pytest.mark.postgresql

PACKAGES = Path(__file__).parents[1] / "packages"


@pytest.fixture
def two_roles(empty: Engine) -> Iterator[Engine]:
    """An installation whose tables belong to one role and whose program runs as another."""
    name = "app_" + empty.settings.data.parent.name.replace("-", "_").lower()[:40]
    with empty.database.writing() as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{name}" LOGIN')
    address = sa.make_url(empty.settings.url).set(username=name).render_as_string(hide_password=False)
    settings = Settings(data=empty.settings.data, database_url=address, owner_url=empty.settings.url)
    bring_up_to_date(settings)
    engine = Engine(settings, clock=empty.clock)
    yield engine
    engine.database.close()
    with empty.database.writing() as connection:
        connection.exec_driver_sql(f'DROP OWNED BY "{name}"')
        connection.exec_driver_sql(f'DROP ROLE "{name}"')


def test_the_role_of_the_program_works_cases_and_cannot_touch_the_journal(two_roles: Engine) -> None:
    load.load(two_roles)
    load.deploy(two_roles, PACKAGES / "tiny")
    city = City(two_roles)
    city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好"})
    for statement in (
        "UPDATE journal SET actor = 'x'", "DELETE FROM journal", "TRUNCATE journal",
        "ALTER TABLE journal DISABLE TRIGGER ALL", "DROP TRIGGER journal_no_change ON journal", "DROP TABLE journal",
        "DELETE FROM access_log",
    ):  # fmt: skip
        with (
            pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"),
            two_roles.database.writing() as connection,
        ):
            connection.exec_driver_sql(statement)
    assert city.verify().sound


def wrong(settings: Settings) -> set[str]:
    return {found.code for found in doctor.examine(settings) if found.severity != "ok"}


def test_the_doctor_has_nothing_to_say_about_two_roles(two_roles: Engine) -> None:
    # The servers of tests are told not to wait for the disk.
    assert wrong(two_roles.settings) == {"durable-wrong"}


def test_the_doctor_names_a_superuser_and_its_rights(empty: Engine) -> None:
    assert {"role-wrong", "rights-wrong"} <= wrong(empty.settings)


def test_the_doctor_names_a_guard_that_is_switched_off(two_roles: Engine) -> None:
    owner = Database(two_roles.settings.owner_url)
    with owner.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER journal_no_change")
    owner.close()
    assert "trigger-wrong" in wrong(two_roles.settings)


def test_the_doctor_names_a_right_that_is_too_much(two_roles: Engine) -> None:
    owner = Database(two_roles.settings.owner_url)
    with owner.writing() as connection:
        role = sa.make_url(two_roles.settings.url).username
        connection.exec_driver_sql(f'GRANT UPDATE ON journal TO "{role}"')
    owner.close()
    with two_roles.database.reading() as connection:
        assert rights.too_many(connection) == ["UPDATE journal"]
    assert "rights-wrong" in wrong(two_roles.settings)


def test_the_doctor_says_where_no_server_answers(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert "not-reached" in wrong(settings)


def test_every_setting_that_bounds_a_lost_client_is_set(city: City) -> None:
    assert not {"bounded-wrong", "encoding-wrong", "version-wrong", "schema-wrong"} & wrong(city.engine.settings)


def test_workers_that_meet_do_each_job_once(city: City) -> None:
    for month in range(1, 5):
        city.does("party-clerk", cases.StartCase(definition="caller", values={"month": f"2026-{month:02}"}))
    workers = [Worker(city.engine) for _ in range(4)]
    threads = [threading.Thread(target=one.work) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    city.work()
    with city.engine.database.reading() as connection:
        children = connection.exec_driver_sql("SELECT count(*) FROM instances WHERE parent IS NOT NULL").scalar_one()
        twice = connection.exec_driver_sql("SELECT count(*) FROM job_leases WHERE error IS NOT NULL").scalar_one()
    assert (children, twice) == (40, 0)
    assert city.verify().sound


def test_a_worker_of_another_process_is_woken_by_the_job_itself(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 600.0)  # Whoever only looked from time to time would come too late.
    here, there = Engine(city.engine.settings), Engine(city.engine.settings)
    try:
        with worker.working(there) as other:
            wait_until(lambda: other.idle)
            started = here.dispatch(
                cases.StartCase(definition="caller", values={"month": "2026-05"}), Actor(person="party-clerk")
            ).stream
            wait_until(lambda: len(city.children(started)) == 10)
    finally:
        here.database.close()
        there.database.close()


def wait_until(true: Callable[[], bool]) -> None:
    """Returns when it is so; fails where it never comes."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def test_one_request_that_is_sent_twice_at_once_is_done_once_and_both_hear_so(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    command = tasks.CompleteTask(task=city.find("party-clerk", "note", case=case), values={"text": "好"})
    heard: list[int] = []

    def send() -> None:
        heard.append(city.engine.dispatch(command, Actor(person="party-clerk"), "the-same").seq)

    with city.engine.database.writing() as connection:
        connection.exec_driver_sql(f"SELECT 1 FROM streams WHERE id = '{case}' FOR UPDATE")
        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_until(lambda: waiting_for_a_lock(city) == 2)
    for thread in threads:
        thread.join(timeout=30)
    assert len(heard) == 2
    assert heard[0] == heard[1]


def waiting_for_a_lock(city: City) -> int:
    with city.engine.database.reading() as connection:
        waiting = "datname = current_database() AND wait_event_type = 'Lock'"
        counted = f"SELECT count(*) FROM pg_stat_activity WHERE {waiting}"
        return int(connection.exec_driver_sql(counted).scalar_one())
