"""Messages and what waits for them, for tests."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine import values
from engine.correlation import commands, queries
from engine.correlation.queries import Message
from engine.identity.seen import look
from engine.jobs.tables import jobs
from tests.driver import City

HOUR = 3600


def waiting_for(city: City, bill: str, by: str = "party-clerk") -> str:
    """A case that waits for the payment of a bill."""
    return city.start("payment", by=by, bill=bill)


def send(
    city: City, name: str = "paid", key: str | None = "A", *, live: int = HOUR, by: str = "owner", **said: Any
) -> str:  # fmt: skip
    """A message that is sent and whose jobs are done; its id."""
    command = commands.SendMessage(name=name, key=key, values=values.encode(said), time_to_live=live)
    outcome = city.does(by, command)
    city.work()
    return outcome.stream


def message(city: City, key: str, reader: str = "admin") -> Message:
    with city.engine.database.reading() as connection:
        found = queries.message(connection, look(connection, reader), key)
    assert found is not None
    return found


def state(city: City, key: str) -> tuple[str, str | None]:
    found = message(city, key)
    return found.state, found.instance


def sound(city: City) -> None:
    """The whole record is whole, folds to the tables, and is performed again with the same result; no job is left."""
    report = city.verify()
    assert report.failures == []
    assert (report.chain, report.state, report.rules) == (True, True, True)


def left(city: City) -> list[str]:
    """The kinds of the jobs that there are."""
    with city.engine.database.reading() as connection:
        return sorted(connection.execute(sa.select(jobs.c.kind)).scalars())
