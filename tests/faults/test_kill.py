"""The server is killed at any moment: every acknowledged click is there exactly once, and work in progress goes on."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import values
from engine.history.journal import PERFORMED, journal
from engine.history.verify import verify
from engine.instances import queries as cases
from engine.instances.tables import instances
from engine.tasks.tables import tasks, work_items
from tests import databases
from tests.conftest import new_engine
from tests.driver import City
from tests.faults.client import Person

ROOT = Path(__file__).parents[2]
PEOPLE = ("party-clerk", "party-head", "huimin-clerk", "auditor")


def test_50_kills_lose_nothing(template: Path, tmp_path: Path) -> None:
    kill_and_look(template, tmp_path, kills=50)


@pytest.mark.soak
def test_500_kills_lose_nothing(template: Path, tmp_path: Path) -> None:
    kill_and_look(template, tmp_path, kills=500)


def kill_and_look(template: Path, tmp_path: Path, kills: int) -> None:
    """Kills the server so often while people work, then looks at the record from outside."""
    data = tmp_path / "data"
    databases.copy(template, data)
    city = City(new_engine(data))
    monthly = [city.does("party-clerk", start(f"2026-{month:02}")).stream for month in (1, 2)]
    city.engine.database.close()
    people = work_under_fire(data, kills)
    engine = new_engine(data)
    engine.clock.at = time_now()  # type: ignore[attr-defined]
    # Later than any lease of a worker that was killed.
    City(engine).wait(minutes=3)
    assert [failure for person in people for failure in person.failed] == []
    assert sum(len(person.completed) for person in people) >= kills
    with engine.database.reading() as connection:
        assert verify(engine).failures == []
        acknowledged_once(connection, people)
        nothing_twice(connection)
        open_tasks_are_waits(connection)
        for case in monthly:
            found = sa.select(sa.func.count()).where(instances.c.parent == case)
            assert connection.execute(found).scalar_one() == 10
    databases.forget(engine)


def start(month: str) -> object:
    from engine.instances import commands

    return commands.StartCase(definition="pb_monthly_reminder", values={"month": month})


def time_now() -> object:
    from engine.clock import SystemClock

    return SystemClock().now()


def work_under_fire(data: Path, kills: int) -> list[Person]:
    """People work over HTTP while the server is killed and started again."""
    port, stop, chance = free_port(), threading.Event(), random.Random(7)
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server", str(data), str(port), databases.address(data)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    people = [Person(port, name, stop) for name in PEOPLE]
    for person in people:
        person.start()
    try:
        for _ in range(kills):
            pid = begin(host)
            wait_for(port)
            time.sleep(chance.uniform(0.02, 0.8))
            os.kill(pid, signal.SIGKILL)
        begin(host)
        wait_for_clicks(people, kills)
        stop.set()
        for person in people:
            person.join(timeout=60)
        os.kill(int(child_of(host)), signal.SIGKILL)
    finally:
        host.kill()
        host.communicate()
    return people


def wait_for_clicks(people: list[Person], wanted: int) -> None:
    """On a busy machine few clicks fit between two kills; enough of them must have crossed one to mean something."""
    until = time.monotonic() + 90
    while sum(len(person.completed) for person in people) < wanted and time.monotonic() < until:
        time.sleep(0.1)


PIDS: dict[int, int] = {}


def begin(host: subprocess.Popen[str]) -> int:
    """A new server; gives its pid."""
    assert host.stdin is not None
    assert host.stdout is not None
    host.stdin.write("start\n")
    host.stdin.flush()
    while not (line := host.stdout.readline()).strip().isdigit():
        assert host.poll() is None
    PIDS[host.pid] = int(line)
    return int(line)


def child_of(host: subprocess.Popen[str]) -> int:
    return PIDS[host.pid]


def wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("the server did not come back")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def acknowledged_once(connection: sa.Connection, people: list[Person]) -> None:
    """I1: every acknowledged request is in the record exactly once, as performed."""
    found = sa.select(journal.c.actor, journal.c.request_id).where(journal.c.kind == PERFORMED)
    performed = Counter((row.actor, row.request_id) for row in connection.execute(found))
    for person in people:
        for request in (*person.started, *person.completed):
            assert performed[person.person, request] == 1


def nothing_twice(connection: sa.Connection) -> None:
    """I2: no task is completed twice, no request is applied twice."""
    completed: Counter[str] = Counter()
    requests: Counter[tuple[str, str]] = Counter()
    for row in connection.execute(sa.select(journal.c.actor, journal.c.request_id, journal.c.events)):
        requests[row.actor, row.request_id] += 1
        completed.update(event["task"] for event in values.load(row.events) if event["type"] == "TaskCompleted")
    assert max(completed.values()) == 1
    assert max(requests.values()) == 1


def open_tasks_are_waits(connection: sa.Connection) -> None:
    """I4: the open tasks are the user waits of the open cases, each with one work item in one list."""
    waits = set()
    for case in connection.execute(sa.select(instances.c.id).where(instances.c.state == "open")).scalars():
        state = cases.snapshot(connection, case)
        waits.update(f"{case}.{number}" for number, wait in state.waits.items() if wait.kind == "user")
    assert set(connection.execute(sa.select(tasks.c.id).where(tasks.c.state == "open")).scalars()) == waits
    listed = connection.execute(sa.select(work_items.c.task).where(work_items.c.queue != "")).scalars().all()
    assert sorted(listed) == sorted(waits)
