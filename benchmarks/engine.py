"""The whole engine on SQLite: completions, fan-out, inbox, and bytes that stay in the database."""

from __future__ import annotations

import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import sqlalchemy as sa
from sqlalchemy import event

from engine import sql
from engine.db import text
from engine.demo import load
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.messages import Actor
from engine.tasks import commands as tasks
from engine.tasks import queries
from engine.tasks import tables as task_tables
from tests.conftest import new_engine
from tests.driver import City

ROOT = Path(__file__).parent.parent
CLERK = "party-clerk"


def tell(name: str, value: float, unit: str, goal: float | None = None) -> None:
    fine = goal is None or value <= goal
    wanted = f"goal {goal:g}  {'ok' if fine else 'NOT MET'}" if goal is not None else ""
    print(f"{name:<64}{value:>12.2f} {unit:<6}{wanted}", flush=True)


@contextmanager
def city() -> Iterator[City]:
    """A demonstration city of its own with the small packages of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        engine = new_engine(Path(folder) / "data")
        load.load(engine)
        for package in ("tiny", "called", "caller"):
            load.deploy(engine, ROOT / "tests" / "packages" / package)
        yield City(engine)
        engine.database.close()


@contextmanager
def counted(told: City) -> Iterator[list[tuple[str, Any]]]:
    """The statements sent to the database meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        found.append((statement, values))

    def note_too(statement: str, rows: Any) -> None:
        found.append((statement, [tuple(row.values()) for row in rows]))

    sql.LISTENERS.append(note_too)
    event.listen(told.engine.database.pool, "before_cursor_execute", note)
    yield found
    event.remove(told.engine.database.pool, "before_cursor_execute", note)
    sql.LISTENERS.remove(note_too)


def took(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1e3


def begin(told: City, number: int) -> str:
    """A case of the one-task process; gives its open task."""
    command = cases.StartCase(definition="tiny", values={"subject": f"试 {number}"})
    stream = told.engine.dispatch(command, Actor(person=CLERK)).stream
    with told.engine.database.reading() as connection:
        return next(task.id for task in queries.of_case(connection, stream) if task.state == "open")


def finish(told: City, task: str) -> None:
    told.engine.dispatch(tasks.CompleteTask(task=task, values={"text": "好"}), Actor(person=CLERK))


def completion(told: City, rounds: int = 100) -> float:
    """Completion by dispatch beside a bare transaction that writes as many rows and bytes."""
    open_tasks = [begin(told, number) for number in range(rounds)]
    with counted(told) as sent:
        finish(told, open_tasks.pop())
    writes = [values for statement, values in sent if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    sizes = [len(str(row).encode()) for values in writes for row in (values if isinstance(values, list) else [values])]
    mine, bare = [], []
    with bare_transaction(sizes) as write:
        for task in open_tasks:  # Turn by turn, so that both meet the same disk.
            mine.append(took(lambda task=task: finish(told, task)))
            bare.append(took(write))
    tell("completion by dispatch: SQL statements", len(sent), "")
    tell("completion by dispatch: rows written", len(sizes), "")
    tell("completion by dispatch: bytes written", sum(sizes), "B")
    tell("completion by dispatch: p50", statistics.median(mine), "ms")
    tell("bare transaction of the same rows: p50", statistics.median(bare), "ms")
    tell("completion against bare transaction", statistics.median(mine) / statistics.median(bare), "x")
    return statistics.median(mine)


@contextmanager
def bare_transaction(sizes: list[int]) -> Iterator[Callable[[], None]]:
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body TEXT)")

        def write() -> None:
            connection.execute("BEGIN IMMEDIATE")
            for size in sizes:
                connection.execute("INSERT INTO row (body) VALUES (?)", ("x" * size,))
            connection.execute("COMMIT")

        yield write
        connection.close()


def over_http(told: City, rounds: int = 30) -> None:
    """Completion through the web pages: the form's page, then the form sent."""
    from webui import create_app

    client = create_app(told.engine).test_client()
    client.post(f"/sign-in/{CLERK}")
    shown, sent, statements = [], [], 0
    for number in range(rounds):
        address = f"/tasks/{begin(told, number)}"
        page: list[str] = []
        shown.append(took(lambda address=address, page=page: page.append(client.get(address).get_data(as_text=True))))
        form = {name: value(page[0], name) for name in ("_csrf", "_request")}
        with counted(told) as found:
            answers: list[int] = []
            body = {**form, "text": "好"}
            post = partial(client.post, address, data=body)
            sent.append(took(lambda post=post, answers=answers: answers.append(post().status_code)))
        assert answers in ([302], [303]), (answers, address)
        statements = len(found)
    tell("page of a task over HTTP: p50", statistics.median(shown), "ms")
    tell("completion over HTTP: p50", statistics.median(sent), "ms")
    tell("completion over HTTP: SQL statements", statements, "")


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def ten_children(told: City, one_task: float) -> None:
    """Cases that call ten counties: the click that fans out, and each completion, by the median of seven cases."""
    clicks, fans, rounds = [], [], []
    for month in range(1, 8):
        started: list[str] = []
        start = cases.StartCase(definition="caller", values={"month": f"2026-{month:02}"})
        clicks.append(
            took(lambda start=start, started=started: started.append(told.does(CLERK, start).stream))
        )
        fans.append(took(told.work))
        rounds.append([complete_child(told, child.id) for child in told.children(started[0])])
    slowest = max(statistics.median(times) for times in zip(*rounds, strict=True))
    tell("ten children: how many", len(rounds[0]), "")
    tell("ten children: the click that fans out, p50", statistics.median(clicks), "ms")
    against = statistics.median(clicks) / one_task
    tell("ten children: the click that fans out against the one-task completion", against, "x", 4)
    tell("ten children: all ten begun by the worker (20 transactions), p50", statistics.median(fans), "ms")
    tell("ten children: slowest county's completion, p50", slowest, "ms")
    tell("ten children: slowest county's completion against the one-task one", slowest / one_task, "x", 2)


def complete_child(told: City, child: str) -> float:
    """The time of the one completion of a called case, in milliseconds."""
    with told.engine.database.reading() as connection:
        task = next(task for task in queries.of_case(connection, child) if task.state == "open")
    person = holder(told, task.item.role or "", task.item.office or "")
    command = tasks.CompleteTask(task=task.id, values={"text": "完成"})
    time = took(lambda: told.does(person, command))
    told.work()
    return time


def holder(told: City, role: str, office: str) -> str:
    """Somebody whose list has this role's tasks."""
    from engine.identity.tables import posts

    with told.engine.database.reading() as connection:
        found = sa.select(posts.c.person).where(posts.c.role == role, posts.c.office == office)
        return str(connection.execute(found.limit(1)).scalar_one())


def inbox(few: City, many: City) -> None:
    """The first page of a list and its number, with 1,000 and with 20,000 items in it, turn by turn."""
    fill(few, 1_000)
    fill(many, 20_000)
    pairs = [(took(lambda: look_in(few)), took(lambda: look_in(many))) for _ in range(60)]
    first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
    tell("inbox with 1,000 tasks: page and number, p50", first, "ms")
    tell("inbox with 20,000 tasks: page and number, p50", second, "ms")
    tell("inbox with 20,000 against 1,000", second / first, "x", 1.3)


def fill(told: City, number: int) -> None:
    """So many open tasks of one person."""
    begin(told, 0)
    with told.engine.database.writing() as connection:
        task = dict(connection.execute(sa.select(task_tables.tasks).limit(1)).mappings().one())
        item = dict(connection.execute(sa.select(task_tables.work_items).limit(1)).mappings().one())
        due, keys = text(told.engine.clock.now()), [f"bulk.{key}" for key in range(number)]
        listed = {"queue": f"@{CLERK}", "state": "open", "due": due}
        rows = [{**task, "id": key, "stream": f"s{key}", "state": "open"} for key in keys]
        items = [{**item, "id": key, "task": key, "stream": f"s{key}", **listed} for key in keys]
        connection.execute(sa.insert(task_tables.tasks), rows)
        connection.execute(sa.insert(task_tables.work_items), items)
        connection.exec_driver_sql("ANALYZE")


def look_in(told: City) -> None:
    with told.engine.database.reading() as connection:
        seen = look(connection, CLERK)
        queries.todo(connection, seen, queries.Filter(), offset=0, limit=50)
        queries.count_todo(connection, seen, queries.Filter())


def space(told: City, number: int = 500) -> None:
    """What a finished case of the one-task process leaves in the database."""
    path = told.engine.settings.data / Path(str(told.engine.database.pool.url.database)).name
    before, tables = size(path), table_sizes(path)
    for each in range(number):
        finish(told, begin(told, each))
    told.work()
    after, now = size(path), table_sizes(path)
    tell("bytes of a finished one-task case", (after - before) / number / 1000, "kB", 6)
    grown = sorted(((now[name] - tables.get(name, 0)) / number, name) for name in now)
    for share, name in reversed(grown):
        if share > 20:
            tell(f"  of which {name}", share / 1000, "kB")


def size(path: Path) -> int:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size


def table_sizes(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    try:
        return dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
    except sqlite3.OperationalError:  # dbstat is not built in: the lengths of the values, without indexes.
        return {name: lengths(connection, name) for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}  # fmt: skip
    finally:
        connection.close()


def lengths(connection: sqlite3.Connection, table: str) -> int:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    whole = " + ".join(f'coalesce(length(CAST("{column}" AS BLOB)), 0)' for column in columns)
    return int(connection.execute(f'SELECT coalesce(sum({whole}), 0) FROM "{table}"').fetchone()[0])


def main() -> None:
    with city() as told:
        one_task = completion(told)
        over_http(told)
        ten_children(told, one_task)
    with city() as few, city() as many:
        inbox(few, many)
    with city() as told:
        space(told)


if __name__ == "__main__":
    main()
