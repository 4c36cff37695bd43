"""Takes numbers of a series for a case."""

from __future__ import annotations

from typing import Any

from engine.instances import commands as cases
from engine.ledgers import commands as ledgers
from engine.messages import SYSTEM


def take(engine: Any, job: Any) -> None:
    """The next numbers, given to the wait; listed as void where the case no longer wants them."""
    asked = job.payload["inputs"]
    series, year, count = str(asked["series"]), int(asked["year"]), int(asked["count"])
    taken = engine.dispatch(
        ledgers.TakeNumbers(series=series, year=year, count=count, case=job.stream), SYSTEM, job.id
    )
    numbers = taken.values["numbers"]
    command = cases.DeliverResult(instance=job.stream, wait=job.payload["wait"], result={"numbers": numbers})
    delivered = engine.dispatch(command, SYSTEM, f"{job.id}:result")
    if delivered.values.get("ignored"):
        void = ledgers.VoidNumbers(series=series, year=year, numbers=numbers, case=job.stream)
        engine.dispatch(void, SYSTEM, f"{job.id}:void")
