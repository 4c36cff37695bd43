"""Prints what proving costs: chain and fold, performing again against the dispatch, sealing, one proof of inclusion."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from engine.history import seals
from engine.history import verify as verification
from engine.history.journal import entries
from engine.history.reperform import reperform
from engine.history.verify import verify
from tests.conftest import new_engine
from tests.driver import PROCESSES, City
from tests.replay.record import month

CASES = 1_500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        city, spent = installation(Path(folder))
        print(f"performing a month again: {again(city) / spent:.2f} x the time of its commands (at most 3)")
        worked(city)
        chain_and_fold(city)
        sealing(city)
        city.engine.database.close()


def installation(folder: Path) -> tuple[City, float]:
    """The demonstration city with one month worked through, and the seconds that its commands took in the dispatch."""
    from engine.demo import load

    engine = new_engine(folder)
    load.load(engine)
    for packages in (PROCESSES, Path(__file__).parents[1] / "tests" / "packages"):
        for package in sorted(packages.iterdir()):
            if (package / "package.toml").is_file():
                load.deploy(engine, package)
    spent: list[float] = []
    dispatch = engine.dispatch

    def timed(*asked: Any) -> Any:
        began = time.perf_counter()
        try:
            return dispatch(*asked)
        finally:
            spent.append(time.perf_counter() - began)

    engine.dispatch = timed  # type: ignore[method-assign]
    city = City(engine)
    month(city)
    engine.dispatch = dispatch  # type: ignore[method-assign]
    return city, sum(spent)


def again(city: City) -> float:
    """Seconds for performing every case again, the best of three."""
    with city.engine.database.reading() as connection:
        found = [list(chain) for _, chain in groupby(entries(connection), key=lambda entry: entry.stream)]
    cases = [chain for chain in found if ":" not in chain[0].stream]
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        assert [failure for chain in cases if (failure := reperform(chain, city.engine.store))] == []
        taken.append(time.perf_counter() - began)
    return min(taken)


def worked(city: City) -> None:
    """Many small cases."""
    from engine.instances import commands as cases
    from engine.messages import Actor
    from engine.tasks import commands as tasks

    clerk = Actor(person="party-clerk")
    for number in range(CASES):
        city.engine.clock.move(timedelta(seconds=1))  # type: ignore[attr-defined]
        case = city.engine.dispatch(cases.StartCase(definition="tiny", values={"subject": str(number)}), clerk).stream
        task = next(item.task for item in city.inbox("party-clerk") if item.stream == case)
        city.engine.dispatch(tasks.ClaimTask(task=task), clerk)
        city.engine.dispatch(tasks.CompleteTask(task=task, values={"text": "好"}), clerk)


def chain_and_fold(city: City) -> None:
    performed, second = verification.reperform, verification.second_engine
    verification.reperform, verification.second_engine = (lambda *asked: None), None
    taken = [measured(lambda: verify(city.engine)) for _ in range(3)]
    verification.reperform, verification.second_engine = performed, second
    report = verify(city.engine)
    assert report.sound
    rate = report.entries / statistics.median(taken)
    print(f"chain and fold of {report.entries} entries: {rate:.0f} entries a second (at least 1,500)")
    print(f"all questions: {report.entries / measured(lambda: verify(city.engine)):.0f} entries a second")


def sealing(city: City) -> None:
    taken = measured(lambda: seals.seal(city.engine))
    nothing = measured(lambda: seals.seal(city.engine))
    with city.engine.database.reading() as connection:
        whole = seals.find(connection, 1)
        assert whole is not None
        proof = measured(lambda: seals.last_proof(connection, whole.heads[0][0]))
    print(f"sealing {len(whole.heads)} heads: {taken * 1000:.0f} ms; nothing new: {nothing * 1000:.1f} ms; "
          f"one proof: {proof * 1000:.1f} ms")  # fmt: skip


def measured(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
