"""Replay of a case of 10,000 entries in a browser, and search over 20,000 cases."""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import sqlalchemy as sa
import waitress
from playwright.sync_api import Page, sync_playwright

from engine.demo import load
from engine.documents.tables import documents
from engine.history import replay, search
from engine.history.journal import journal, streams
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.instances.tables import instances
from engine.messages import Actor
from engine.tasks import commands as tasks
from engine.tasks.tables import tasks as task_table
from tests.conftest import new_engine
from tests.driver import City
from webui import create_app

ROOT = Path(__file__).parent.parent
CLERK = "party-clerk"
#: Notes in the page itself when it is drawn, and when the last of its entries has come.
NOTE_OPENED = """
window.opened = new Promise((done) => new MutationObserver(() => {
  const host = document.querySelector('[data-island="replay"]');
  if (host?.dataset.state !== "drawn") return;
  const drawn = performance.now(), { timeline } = host.player;
  timeline.reached(timeline.length - 1).then(() => done([drawn, performance.now()]));
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state"] }));
"""
HOST = 'document.querySelector("[data-island=replay]")'


def tell(name: str, value: float, unit: str, goal: float | None = None) -> None:
    fine = goal is None or value <= goal
    wanted = f"goal {goal:g}  {'ok' if fine else 'NOT MET'}" if goal is not None else ""
    print(f"{name:<72}{value:>10.2f} {unit:<6}{wanted}", flush=True)


@contextmanager
def city(*packages: Path) -> Iterator[City]:
    """A demonstration city of its own with some small packages."""
    with tempfile.TemporaryDirectory() as folder:
        engine = new_engine(Path(folder) / "data")
        load.load(engine)
        for package in packages:
            load.deploy(engine, package)
        yield City(engine)
        engine.database.close()


def took(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1e3


def long_case(told: City, entries: int) -> str:
    """A case of so many entries: one task, done again and again."""
    start = cases.StartCase(definition="rounds", values={"subject": "长案"})
    case = told.engine.dispatch(start, Actor(person=CLERK)).stream
    found = sa.select(task_table.c.id).where(task_table.c.stream == case, task_table.c.state == "open")
    for number in range(entries - 1):
        with told.engine.database.reading() as connection:
            task = connection.execute(found).scalar_one()
        answers = {"text": f"第 {number} 轮", "again": number < entries - 2}
        told.engine.dispatch(tasks.CompleteTask(task=task, values=answers), Actor(person=CLERK))
    return case


def in_the_engine(told: City, case: str) -> None:
    with told.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        found: list[replay.Frame] = []
        time = took(lambda: found.extend(replay.frames(connection, auditor, case)))
        tell("frames of the case from the journal", time, "ms")
        tell("entries", len(found), "")
        tell("facts", sum(len(frame.told()) for frame in found), "")
        last = found[-1].seq
        tell("the last entry in full", took(lambda: replay.moment(connection, auditor, case, last)), "ms")


@contextmanager
def served(told: City) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = waitress.create_server(create_app(told.engine), host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()
    thread.join(timeout=10)


def open_(page: Page, address: str) -> tuple[float, float]:
    """From the click: until the diagram shows the entry that the page opens with, and until all entries are there."""
    page.goto(address, wait_until="commit")
    drawn, come = page.evaluate("window.opened")
    return drawn, come


def in_the_browser(told: City, case: str) -> None:
    """From the click until the first entry is drawn; then seeks at random, each with layout."""
    with served(told) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/sign-in")
        page.click('button[data-person="auditor"]')

        page.add_init_script(NOTE_OPENED)
        opened = [open_(page, f"{address}/cases/{case}/replay") for _ in range(5)]
        tell("opening a case of 10,000 entries: p50 of 5", statistics.median(one for one, _ in opened), "ms", 1000)
        tell("until all its entries are there: p50 of 5", statistics.median(one for _, one in opened), "ms")
        late = [open_(page, f"{address}/cases/{case}/replay?entry=10000")[0] for _ in range(5)]
        tell("opening it at its last entry: p50 of 5", statistics.median(late), "ms", 1000)
        times = page.evaluate(
            f"""() => {{
              const player = {HOST}.player, found = [];
              let random = 7;
              for (let i = 0; i < 400; i++) {{
                random = (random * 1103515245 + 12345) % 2147483648;
                const begun = performance.now();
                player.go(random % player.timeline.length);
                document.body.getBoundingClientRect();
                found.push(performance.now() - begun);
              }}
              return found;
            }}"""
        )
        tell("seek to an entry at random, with layout: p50", statistics.median(times), "ms", 20)
        tell("seek to an entry at random, with layout: p99", sorted(times)[int(len(times) * 0.99)], "ms", 20)
        steps = page.evaluate(
            f"""() => {{ const player = {HOST}.player, found = [];
              for (let i = 0; i < 200; i++) {{ const begun = performance.now(); player.go(5000 + i);
                document.body.getBoundingClientRect(); found.push(performance.now() - begun); }}
              return found; }}"""
        )
        tell("one step: p50", statistics.median(steps), "ms")
        chromium.close()


def fill(told: City, number: int) -> None:
    """So many copies of a finished case of one task, under ids and starts of their own."""
    case = told.start("tiny", by=CLERK, subject="试")
    told.complete(CLERK, "note", {"text": "谈心谈话记录不全"})
    with told.engine.database.writing() as connection:
        row = dict(connection.execute(sa.select(instances).where(instances.c.id == case)).mappings().one())
        head = dict(connection.execute(sa.select(streams).where(streams.c.id == case)).mappings().one())
        found = sa.select(journal).where(journal.c.stream == case).order_by(journal.c.seq)
        entries = [dict(entry) for entry in connection.execute(found).mappings()]
        for first in range(0, number, 1000):
            keys = [f"{each:08}{case[8:]}" for each in range(first, first + 1000)]
            connection.execute(
                sa.insert(instances),
                [{**row, "id": key, "stream": key, "started_at": day(first + place)} for place, key in enumerate(keys)],
            )
            connection.execute(sa.insert(streams), [{**head, "id": key} for key in keys])
            copies = [
                {
                    **entry, "id": None, "stream": key, "request_id": f"{key}-{entry['seq']}",
                    "events": entry["events"].replace(case, key),
                }
                for key in keys
                for entry in entries
            ]  # fmt: skip
            connection.execute(sa.insert(journal), copies)
            connection.execute(sa.insert(documents), [letter(key, first + place) for place, key in enumerate(keys)])
        connection.execute(sa.text("ANALYZE"))


def letter(case: str, number: int) -> dict[str, Any]:
    return {
        "id": f"{case}.letter", "stream": case, "kind": "letter", "digest": "0" * 64, "size": 1, "task": None,
        "name": f"滨党建提〔2026〕{number}号 关于惠民县2026年11月党的建设问题的提醒函.md",
        "type": "text/markdown", "filed_at": day(number), "filed_by": CLERK,
    }  # fmt: skip


def day(number: int) -> str:
    return f"2026-{1 + number // 1800:02}-{1 + number // 64 % 28:02}T00:00:00.{number:06}Z"


def searches(told: City, number: int) -> None:
    wanted = {
        "all": search.Wanted(),
        "of one process, ended, of one month": search.Wanted(
            definition="tiny", state="ended", started_since="2026-05", started_until="2026-06"
        ),
        "with a letter of this number": search.Wanted(text="滨党建提 [2026] 17"),
        "with a letter of a number that none has": search.Wanted(text="滨党建提〔2025〕17号"),
        "in which one person took part": search.Wanted(persons=frozenset({CLERK})),
        "in which somebody rare took part": search.Wanted(persons=frozenset({"huimin-clerk"})),
        "with refused attempts": search.Wanted(refused=True),
        "that passed an element": search.Wanted(elements=frozenset({"note"})),
        "that passed an element that none passed": search.Wanted(elements=frozenset({"nowhere"})),
        "with a value of a variable": search.Wanted(variables=frozenset({"text"}), value="记录不全"),
        "with a value of any variable": search.Wanted(value="记录不全"),
        "with a value that none has": search.Wanted(variables=frozenset({"text"}), value="nowhere"),
    }
    with told.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        for name, one in wanted.items():
            found: list[search.Found] = []

            def ask(one: search.Wanted = one, found: list[search.Found] = found) -> None:
                found.append(search.search(connection, auditor, one))

            times = [took(ask) for _ in range(5)]
            note = f" ({found[0].scanned} read, stopped)" if found[0].stopped else ""
            tell(f"{number} cases, first page: {name}{note}", statistics.median(times), "ms", 600 if one.text else None)


def main() -> None:
    with city(ROOT / "benchmarks/packages/rounds") as told:
        case = long_case(told, 10_000)
        in_the_engine(told, case)
        in_the_browser(told, case)
    with city(ROOT / "tests/packages/tiny") as told:
        fill(told, 20_000)
        searches(told, 20_000)


if __name__ == "__main__":
    main()
