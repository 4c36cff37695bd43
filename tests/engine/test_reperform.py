"""Recorded commands, performed again, give what was recorded; where they do not, or cannot, the entry is named."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec
import pytest

from engine import values
from engine.dispatch import Engine
from engine.history.findings import Failure
from engine.history.journal import GENESIS, REFUSED, Entry, entries
from engine.history.reperform import reperform
from engine.identity import commands as identity
from engine.identity.policy import NotAllowed
from engine.instances import commands as cases
from engine.instances.errors import CaseNotOpen
from engine.ledgers import commands as ledgers
from engine.tasks import commands as tasks
from tests.driver import City
from tests.replay import record


def recorded(engine: Engine) -> dict[str, list[Entry]]:
    with engine.database.reading() as connection:
        return {stream: list(found) for stream, found in groupby(entries(connection), key=lambda entry: entry.stream)}


def again(city: City) -> Iterator[Failure]:
    """What does not come out the same, stream by stream."""
    for found in recorded(city.engine).values():
        failure = reperform(found, city.engine.store)
        if failure is not None:
            yield failure


def forged(found: list[Entry], number: int, **changed: Any) -> list[Entry]:
    """The stream with one entry changed, and every digest after it made to fit: what a patient forger would leave."""
    kept: list[Entry] = []
    for entry in found:
        entry = msgspec.structs.replace(entry, previous_hash=kept[-1].hash if kept else GENESIS)
        if entry.seq == number:
            entry = msgspec.structs.replace(entry, **changed)
        kept.append(entry.sealed())
    return kept


@pytest.mark.parametrize("story", [record.clicks, record.month], ids=lambda story: str(story.__name__))
def test_every_stream_of_every_kind_is_performed_again_with_the_same_result(city: City, story: Any) -> None:
    story(city)
    city.does("admin", identity.AssignPost(person="owner", office="party-office", role="approver", title="核"))
    city.does("admin", identity.DeactivatePerson(person="wudi-clerk"))
    city.does("system", ledgers.TakeNumbers(series="x", year=2026, count=3, case="y"))
    city.does("system", ledgers.VoidNumbers(series="x", year=2026, numbers=[1, 3], case="y"))
    kinds = {stream.partition(":")[0] for stream in recorded(city.engine) if ":" in stream}
    assert kinds == {"calendar", "definition", "office", "person", "series"}
    assert list(again(city)) == []


def test_a_refusal_is_performed_again_and_leaves_nothing_behind(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    with pytest.raises(NotAllowed):
        city.does("auditor", tasks.CompleteTask(task=task, values={"text": "代办"}))
    city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好"}))
    found = recorded(city.engine)[case]
    assert [entry.kind for entry in found].count(REFUSED) == 1
    assert list(again(city)) == []
    refusal = next(entry for entry in found if entry.kind == REFUSED)
    other = values.canonical({"refused": "task-not-yours", "values": {}}).decode()
    failure = reperform(forged(found, refusal.seq, outcome=other), city.engine.store)
    assert failure is not None
    assert (failure.question, failure.seq, failure.found) == ("rules", refusal.seq, "outcome-differs")


def test_a_long_text_is_an_answer_and_is_performed_again(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    long = "第一行\r\n" + "好" * 2_000
    city.complete("party-clerk", "note", {"text": long})
    events = values.load(recorded(city.engine)[case][-1].events)
    [last] = [event for event in events if event["type"] == "TaskCompleted"]
    assert set(last["answers"]["text"]) == {"@text"}
    assert values.decode(last["answers"]["text"]) == long.replace("\r\n", "\n")
    assert list(again(city)) == []


FORGERIES = [
    ("opinion", "events", "好", "坏", "events-differ"),
    ("what was asked", "command", "好", "坏", "events-differ"),
    ("observation", "observed", '"name":"', '"name":"x', "events-differ"),
    ("the outcome", "outcome", "试", "式", "outcome-differs"),
]


@pytest.mark.parametrize(("what", "part", "old", "new", "found"), FORGERIES, ids=[row[0] for row in FORGERIES])
def test_what_the_rules_do_not_explain_is_named_though_every_digest_fits(
    city: City, what: str, part: str, old: str, new: str, found: str
) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好"})
    chain = recorded(city.engine)[case]
    number = next(entry.seq for entry in chain if old in getattr(entry, part))
    other = getattr(chain[number - 1], part).replace(old, new)
    forgery = forged(chain, number, **{part: other})
    assert [entry.hash for entry in forgery] == [entry.expected_hash() for entry in forgery]
    failure = reperform(forgery, city.engine.store)
    assert failure is not None
    assert (failure.question, failure.seq, failure.found) == ("rules", number, found)
    assert failure.detail


def test_somebody_else_in_the_place_of_the_actor_is_refused_when_performed_again(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好"})
    chain = recorded(city.engine)[case]
    failure = reperform(forged(chain, 2, actor="party-head"), city.engine.store)
    assert failure is not None
    assert (failure.question, failure.seq, failure.found) == ("rules", 2, "not-observed")


def test_an_entry_that_was_left_out_shows_at_the_next_one(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    city.does("party-clerk", tasks.ClaimTask(task=task))
    city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好"}))
    chain = recorded(city.engine)[case]
    without = [*chain[:1], *(msgspec.structs.replace(entry, seq=entry.seq - 1) for entry in chain[2:])]
    failure = reperform(forged(without, 0), city.engine.store)
    assert failure is not None
    assert (failure.seq, failure.found) == (2, "events-differ")


def test_it_says_cannot_and_why_where_this_release_lacks_something(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好" * 1_000})
    chain, store = recorded(city.engine)[case], city.engine.store

    def reason(found: list[Entry]) -> tuple[str, int, str, str]:
        failure = reperform(found, store)
        assert failure is not None
        return failure.question, failure.seq, failure.found, failure.detail

    assert reason(forged(chain, 2, behaviour=99)) == ("cannot", 2, "behaviour-unknown", "99")
    unknown = chain[1].command.replace('"type":"CompleteTask"', '"type":"CompleteTask","version":7')
    assert reason(forged(chain, 2, command=unknown)) == ("cannot", 2, "command-unknown", "CompleteTask 7")
    unknown = chain[1].events.replace("TaskCompleted", "TaskFinished")
    assert reason(forged(chain, 2, events=unknown)) == ("cannot", 2, "event-unknown", "TaskFinished 1")
    [text] = list(_texts(values.load(chain[1].command)))
    (store.folder / text[:2] / text).unlink()
    assert reason(chain) == ("cannot", 2, "text-missing", text)
    package = values.load(chain[0].events)[0]["package"]
    (store.folder / package[:2] / package).unlink()
    from engine.definitions import compiled

    compiled._compiled.cache_clear()
    assert reason(chain) == ("cannot", 1, "package-missing", package)


def _texts(json: Any) -> Iterator[str]:
    if isinstance(json, dict):
        if "@text" in json:
            yield json["@text"]
        for item in json.values():
            yield from _texts(item)


def test_a_case_that_is_over_refuses_and_its_record_stays_the_same(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    city.does("party-clerk", cases.CancelCase(instance=case, reason="不办了"))
    with pytest.raises(CaseNotOpen):
        city.does("party-clerk", cases.CancelCase(instance=case, reason="不办了"))
    assert list(again(city)) == []


def test_performing_again_costs_at_most_three_times_what_the_commands_took(city: City) -> None:
    spent = 0.0
    dispatch = city.engine.dispatch

    def timed(*asked: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return dispatch(*asked)
        finally:
            spent += time.perf_counter() - began

    before = {stream: len(found) for stream, found in recorded(city.engine).items()}
    city.engine.dispatch = timed  # type: ignore[method-assign]
    record.month(city)
    chains = [found for stream, found in recorded(city.engine).items() if stream not in before]
    assert sum(map(len, chains)) > 100
    began = time.perf_counter()
    assert [failure for found in chains if (failure := reperform(found, city.engine.store))] == []
    assert time.perf_counter() - began <= 3 * spent
