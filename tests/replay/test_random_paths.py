"""Fold after every step of random paths equals the live state, table by table, the streams in any order."""

from __future__ import annotations

import random
from itertools import groupby

import pytest
import sqlalchemy as sa

from engine import db, values
from engine.errors import BihuanError
from engine.history.apply import apply, decode
from engine.history.journal import entries
from engine.history.reperform import reperform
from engine.messages import Stamp
from engine.rows import Rows
from engine.tasks import commands as tasks
from tests.driver import City

PEOPLE = ["party-clerk", "party-clerk-2", "huimin-clerk", "yangxin-clerk", "wudi-clerk", "beihai-clerk-2", "party-head"]


def folded(city: City, order: random.Random) -> dict[str, dict[str, object]]:
    """All tables from the events alone, streams folded in a random order."""
    with city.engine.database.reading() as connection:
        found: dict[str, list[object]] = {}
        for entry in entries(connection):
            found.setdefault(entry.stream, []).append(entry)
    streams = list(found)
    order.shuffle(streams)
    rows = Rows()
    for stream in streams:
        for entry in found[stream]:
            stamp = Stamp(stream=entry.stream, seq=entry.seq, at=entry.at, actor=entry.actor)  # type: ignore[attr-defined]
            for body in values.load(entry.events):  # type: ignore[attr-defined]
                apply(decode(body), rows, stamp)
    return {table.name: dict(rows.all(table)) for table in db.APPLIED}


def live(city: City) -> dict[str, dict[str, object]]:
    """All tables as they stand."""
    with city.engine.database.reading() as connection:
        return {
            table.name: {row["id"]: dict(row) for row in connection.execute(sa.select(table)).mappings()}
            for table in db.APPLIED
        }


def step(city: City, chance: random.Random) -> None:
    """Somebody does something that may or may not be possible."""
    person = chance.choice(PEOPLE)
    inbox = city.inbox(person)
    act = chance.choice(["start", "complete", "complete", "complete", "claim", "release", "time"])
    try:
        if act == "start":
            city.start("tiny", by=person, subject=str(chance.random()))
        elif act == "time":
            city.wait(days=1)
        elif inbox:
            task = chance.choice(inbox).task
            kind = {"claim": tasks.ClaimTask, "release": tasks.ReleaseTask}.get(act)
            if kind is not None:
                city.does(person, kind(task=task))
            else:
                outcome = chance.choice([None, "accept", "again"])
                city.does(person, tasks.CompleteTask(task=task, values={"text": "好"}, outcome=outcome))
            city.work()
    except BihuanError:
        return


@pytest.mark.parametrize("seed", range(4))
def test_the_events_alone_give_the_tables_after_every_step(city: City, seed: int) -> None:
    chance = random.Random(seed)
    city.start("caller", by="party-clerk", month="2026-11")
    for _ in range(25):
        step(city, chance)
        assert folded(city, chance) == live(city), f"seed {seed}"
    assert city.verify().sound
    with city.engine.database.reading() as connection:
        found = groupby(entries(connection), key=lambda entry: entry.stream)
        assert [reperform(list(chain), city.engine.store) for _, chain in found] == [None] * city.verify().streams
