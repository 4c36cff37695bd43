"""Starts that are stopped, and processes that are retired: what runs goes on, and all can be taken back."""

from __future__ import annotations

import pytest

from engine.definitions import commands, errors
from engine.instances import commands as cases
from engine.instances import queries as case_queries
from tests.driver import City


def test_stopped_starts_say_so_and_can_be_resumed(city: City) -> None:
    running = city.start("example", by="party-clerk", subject="之前")
    city.does("owner", commands.StopStarts(definition="example", reason="本周调整流程"))
    with pytest.raises(errors.StartsAreStopped) as said:
        city.start("example", by="party-clerk", subject="之后")
    assert said.value.values == {"title": "示例流程", "reason": "本周调整流程"}
    with pytest.raises(errors.AlreadySo):
        city.does("owner", commands.StopStarts(definition="example", reason="再停一次"))
    city.complete("party-clerk", "note", {"sentence": "好。"}, outcome="done")
    assert city.state(running) == "ended"
    city.does("owner", commands.ResumeStarts(definition="example"))
    assert city.state(city.start("example", by="party-clerk", subject="再来")) == "open"
    assert city.verify().sound


def test_a_retired_process_goes_on_where_it_runs_and_calling_it_is_an_incident_until_it_is_back(city: City) -> None:
    before = city.start("caller", by="party-clerk", month="2026-10")
    city.does("owner", commands.RetireDefinition(definition="called", reason="并入新流程"))
    with city.engine.database.reading() as connection:
        assert case_queries.open_incidents(connection, before) == []
    after = city.start("caller", by="party-clerk", month="2026-11")
    found = incidents(city, after)
    assert len(found) == 10
    assert {(one.kind, one.element, one.code) for one in found} == {("call", "ask", "process-retired")}
    assert found[0].values["reason"] == "并入新流程"
    city.wait(hours=1)
    assert len(incidents(city, after)) == 10
    city.does("owner", commands.ResumeStarts(definition="called"))
    for one in found:
        city.does("admin", cases.RetryIncident(instance=after, incident=one.id))
    city.work()
    assert (incidents(city, after), len(city.children(after))) == ([], 10)
    assert city.verify().sound


def test_a_case_that_stands_at_a_call_of_a_retired_process_can_still_be_ended(city: City) -> None:
    city.does("owner", commands.RetireDefinition(definition="called", reason="并入新流程"))
    case = city.start("caller", by="party-clerk", month="2026-11")
    city.does("party-clerk", cases.CancelCase(instance=case, reason="不办了"))
    assert (city.state(case), incidents(city, case)) == ("cancelled", [])
    assert city.verify().sound


def incidents(city: City, case: str) -> list[case_queries.Incident]:
    with city.engine.database.reading() as connection:
        return case_queries.open_incidents(connection, case)
