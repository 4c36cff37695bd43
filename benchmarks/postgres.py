"""The platform over HTTP on PostgreSQL: two web processes beside the bare transaction, and lists that stay flat."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
import sqlalchemy as sa
from msgspec import structs

from benchmarks.engine import CLERK, begin, city, counted, finish, inbox, took
from engine import local_postgres
from engine.db import Database
from engine.demo import load
from engine.dispatch import Engine
from engine.identity import tokens
from engine.identity.tables import persons, posts
from engine.schema import migrate
from engine.settings import Settings
from tests import databases
from tests.driver import City
from tests.proxy import door

ROOT = Path(__file__).parent.parent
CLIENTS, SECONDS = 8, 8.0

#: Who holds only such a post starts no case.
NO_BUSINESS = ("administrator", "auditor", "process_owner", "approver")


def tell(name: str, value: float, unit: str, wanted: str = "") -> None:
    print(f"{name:<72}{value:>12.2f} {unit:<6}{wanted}", flush=True)


def at_most(value: float, goal: float) -> str:
    return f"goal ≤ {goal:g}  {'ok' if value <= goal else 'NOT MET'}"


def at_least(value: float, goal: float) -> str:
    return f"goal ≥ {goal:g}  {'ok' if value >= goal else 'NOT MET'}"


@contextmanager
def installation() -> Iterator[tuple[City, str]]:
    """The demonstration city on a durable server of its own, and the address of a second database for the floor."""
    with tempfile.TemporaryDirectory() as folder, local_postgres.running() as address:
        administrator = sa.create_engine(address.format(database="postgres"), isolation_level="AUTOCOMMIT")
        with administrator.connect() as connection:
            for name in ("bihuan", "bare"):
                connection.exec_driver_sql(
                    f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'"
                )
        administrator.dispose()
        settings = Settings(data=Path(folder), database_url=address.format(database="bihuan"))
        migrate(Database(settings.url))
        engine = Engine(settings)
        load.load(engine)
        load.deploy(engine, ROOT / "tests" / "packages" / "tiny")
        yield City(engine), address.format(database="bare").replace("+psycopg", "")
        engine.database.close()


@contextmanager
def served(told: City) -> Iterator[int]:
    """Two web processes as ``bihuan run-postgres`` starts them; gives their port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "2",
        "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "webui.wsgi:app",
    ]  # fmt: skip
    settings = told.engine.settings
    environment = {**os.environ, "DATABASE_URL": settings.url, "BIHUAN_DATA": str(settings.data), "DEMO": "1"}
    process = subprocess.Popen(words, env=environment, cwd=ROOT)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            if Client(port, "").call("GET", "/api/health")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("The web processes did not answer within 20 s.")


class Client:
    """A program with a token on one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        self._connection.request(method, path, json.dumps(body) if body is not None else None, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(text) if "json" in kind else text

    def want(self, method: str, path: str, body: Any = None) -> Any:
        status, found = self.call(method, path, body)
        assert status < 300, (method, path, status, found)
        return found

    def start(self, number: int) -> str:
        answers = {"values": {"subject": f"试 {number}"}}
        return str(self.want("POST", "/api/definitions/tiny/instances", answers)["id"])

    def task(self, case: str) -> str:
        return str(self.want("GET", f"/api/tasks?instance={case}")["items"][0]["id"])

    def claim(self, task: str) -> None:
        self.want("POST", f"/api/tasks/{task}/claim")

    def complete(self, task: str) -> None:
        self.want("POST", f"/api/tasks/{task}/complete", {"values": {"text": "好"}})


def make_tokens(told: City, number: int) -> list[str]:
    """A token each of so many persons."""
    with told.engine.database.reading() as connection:
        held = sa.select(persons.c.id).join(posts, posts.c.person == persons.c.id)
        doing = held.where(posts.c.role.not_in(NO_BUSINESS))
        people = connection.execute(doing.distinct().order_by(persons.c.id).limit(number)).scalars().all()
    return [make_token(told, person) for person in people]


def make_token(told: City, person: str) -> str:
    with told.engine.database.writing() as connection:
        return tokens.create(connection, person, ("read", "work"), told.engine.clock.now(), label="bench")


# --- the floor ---


def sizes_of(told: City) -> list[list[int]]:
    """The bytes of each row in each writing statement of one completion."""
    task = begin(told, 0)
    with counted(told) as sent:
        finish(told, task)
    writes = [values for statement, values in sent if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    return [[len(str(row).encode()) for row in (v if isinstance(v, list) else [v])] for v in writes]


def lay(address: str) -> None:
    """The tables of the bare transaction: rows to lock, and rows that are added."""
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE head (id int PRIMARY KEY, body text)")
        connection.execute("INSERT INTO head SELECT number, repeat('x', 400) FROM generate_series(1, 1000) number")
        connection.execute("CREATE TABLE row (id bigserial PRIMARY KEY, body text)")


def bare(connection: psycopg.Connection[Any], key: int, sizes: Sequence[Sequence[int]], *, together: bool) -> None:
    """Locks, updates and inserts as many rows and bytes as a completion, and commits."""
    connection.execute("SELECT body FROM head WHERE id = %s FOR UPDATE", (key,)).fetchone()
    if together:
        with connection.pipeline():
            _bare_writes(connection, key, sizes)
            connection.commit()
    else:
        _bare_writes(connection, key, sizes)
        connection.commit()


def _bare_writes(connection: psycopg.Connection[Any], key: int, sizes: Sequence[Sequence[int]]) -> None:
    first, *others = sizes
    connection.execute("UPDATE head SET body = %s WHERE id = %s", ("x" * first[0], key))
    for rows in others:
        for size in rows:
            connection.execute("INSERT INTO row (body) VALUES (%s)", ("x" * size,))


def bare_process(address: str, sizes: list[list[int]], client: int, seconds: float, done: Any) -> None:
    """One of several clients of the bare transaction; tells how many it did."""
    with psycopg.connect(address, prepare_threshold=1) as connection:
        number, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            bare(connection, client * 100 + number % 100 + 1, sizes, together=False)
            number += 1
    done.put(number)


def bare_rate(address: str, sizes: list[list[int]], clients: int = 4, seconds: float = SECONDS / 2) -> float:
    """Bare transactions a second, by clients in processes of their own."""
    context = multiprocessing.get_context("spawn")
    done: Any = context.Queue()
    each = [(address, sizes, client, seconds, done) for client in range(clients)]
    started = [context.Process(target=bare_process, args=about) for about in each]
    for process in started:
        process.start()
    total = sum(done.get() for _ in started)
    for process in started:
        process.join()
    return total / seconds


# --- ours ---


def completion(port: int, token: str, address: str, sizes: list[list[int]], rounds: int = 150) -> None:
    """A completion over HTTP beside the bare transaction, turn by turn."""
    client = Client(port, token)
    mine: list[float] = []
    floor: list[float] = []
    piped: list[float] = []
    with psycopg.connect(address, prepare_threshold=1) as connection:
        for number in range(rounds):
            task = client.task(client.start(number))
            client.claim(task)
            mine.append(took(lambda task=task: client.complete(task)))
            floor.append(took(lambda number=number: bare(connection, number % 1000 + 1, sizes, together=False)))
            piped.append(took(lambda number=number: bare(connection, number % 1000 + 1, sizes, together=True)))
    mine, floor, piped = (times[10:] for times in (mine, floor, piped))  # Both had time to prepare their statements.
    p50, bare_p50 = statistics.median(mine), statistics.median(floor)
    tell("completion over HTTP: p50", p50, "ms")
    tell("completion over HTTP: p95", sorted(mine)[int(len(mine) * 0.95)], "ms")
    tell("bare transaction of the same rows: p50", bare_p50, "ms")
    tell("  the same with its writes and the commit in one pipeline: p50", statistics.median(piped), "ms")
    tell("completion over HTTP against the bare transaction", p50 / bare_p50, "x", at_most(p50 / bare_p50, 3))


def whole_instances(port: int, clients: Sequence[str], seconds: float = SECONDS) -> float:
    """One-task cases a second: start, list, claim, complete; each client for itself."""
    context = multiprocessing.get_context("spawn")
    done: Any = context.Queue()
    load_from = context.Process(target=drive, args=(port, list(clients), seconds, done))
    load_from.start()
    number, times = done.get()
    load_from.join()
    for step, found in times.items():
        tell(f"  {len(clients)} clients, {step}: p50", statistics.median(found), "ms")
    return float(number / seconds)


def drive(port: int, clients: list[str], seconds: float, done: Any) -> None:
    """All clients in one process beside the servers, a thread each."""
    times: dict[str, list[float]] = {"start": [], "list": [], "claim": [], "complete": []}
    threads = [threading.Thread(target=work, args=(port, token, seconds, times)) for token in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.put((len(times["complete"]), times))


def work(port: int, token: str, seconds: float, times: dict[str, list[float]]) -> None:
    client, end, number = Client(port, token), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        number += 1
        found: list[str] = []
        for step, act in (
            ("start", lambda found=found, number=number: found.append(client.start(number))),
            ("list", lambda found=found: found.append(client.task(found[0]))),
            ("claim", lambda found=found: client.claim(found[1])),
            ("complete", lambda found=found: client.complete(found[1])),
        ):
            times[step].append(took(act))


def round_trips(told: City, token: str) -> None:
    """Statements and round trips of one completion over HTTP, counted on the way to the server."""
    from webui import create_app

    headers, body = {"Authorization": f"Bearer {token}"}, {"values": {"text": "好"}}
    tasks = [begin(told, number) for number in range(2)]
    with door(told.engine.settings.url) as entrance:
        engine = Engine(structs.replace(told.engine.settings, database_url=entrance.url))
        client = create_app(engine).test_client()
        client.post(f"/api/tasks/{tasks[0]}/complete", json=body, headers=headers)  # Connects, and reads definitions.
        entrance.turns.clear()
        with counted(City(engine)) as sent:
            answer = client.post(f"/api/tasks/{tasks[1]}/complete", json=body, headers=headers)
        assert answer.status_code == 200, answer.get_json()
        engine.database.close()
    tell("completion over HTTP: SQL statements", len(sent), "", at_most(len(sent), 15))
    tell("completion over HTTP: round trips", len(entrance.turns), "", at_most(len(entrance.turns), 4))


def lists() -> None:
    """The inbox and the task list of the API with 1,000 and with 20,000 open tasks, turn by turn, on this database."""
    with city() as few, city() as many:
        inbox(few, many)
        both = [listing(each) for each in (few, many)]
        pairs = [(took(both[0]), took(both[1])) for _ in range(60)]
        first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
        tell("API task list with 1,000 open tasks: p50", first, "ms")
        tell("API task list with 20,000 open tasks: p50", second, "ms")
        tell("API task list with 20,000 against 1,000", second / first, "x", at_most(second / first, 1.3))


def listing(told: City) -> Callable[[], Any]:
    """What asks for the first page over the API, in this process."""
    from webui import create_app

    client = create_app(told.engine).test_client()
    headers = {"Authorization": f"Bearer {make_token(told, CLERK)}"}
    assert len(client.get("/api/tasks", headers=headers).get_json()["items"]) == 50
    return lambda: client.get("/api/tasks", headers=headers)


def main() -> None:
    for database in ("sqlite", "postgresql"):
        print(f"-- lists on {database}")
        os.environ[databases.VARIABLE] = database
        lists()
    databases.stop()
    print("-- over HTTP on postgresql, durable")
    print(f"cores: {os.cpu_count()}")
    with installation() as (told, address):
        sizes = sizes_of(told)
        lay(address)
        mine = make_tokens(told, CLIENTS)
        clerk = make_token(told, CLERK)
        round_trips(told, clerk)
        with served(told) as port:
            completion(port, clerk, address, sizes)
            rate = whole_instances(port, mine)
        floor = bare_rate(address, sizes)
        tell("whole one-task cases over HTTP, 8 clients, 2 processes", rate, "/s")
        tell("bare transactions, 4 clients", floor, "/s")
        tell("whole cases against bare transactions", rate / floor, "x", at_least(rate / floor, 0.09))


if __name__ == "__main__":
    main()
