"""What stands still is named, seen by administrators, and mended."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.effects import EFFECTS
from engine.identity import commands as identity
from engine.instances import commands as cases
from engine.instances import queries
from engine.instances.errors import IncidentNotOpen
from engine.instances.queries import Incident
from engine.jobs import commands as jobs
from engine.jobs import queries as job_queries
from engine.jobs.handlers import JobNotFailed
from engine.tasks import commands as tasks
from engine.tasks.errors import TaskStaffed
from engine.tasks.opening import PostStillVacant
from tests.driver import City


def incidents(city: City) -> list[Incident]:
    with city.engine.database.reading() as connection:
        return queries.open_incidents(connection)


def post_of(city: City, person: str) -> str:
    from engine.identity.queries import person as find

    with city.engine.database.reading() as connection:
        found = find(connection, person)
    assert found is not None
    return found.posts[0].id


def leave(city: City, person: str) -> None:
    city.does("admin", identity.EndPost(person=person, post=post_of(city, person)))


def test_a_task_that_reaches_nobody_is_an_incident_until_somebody_holds_the_post(city: City) -> None:
    for person in ("huimin-clerk", "huimin-clerk-2"):
        leave(city, person)
    city.start("caller", by="party-clerk", month="2026-11")
    (found,) = incidents(city)
    assert (found.kind, found.values["role"], found.values["office"]) == ("unstaffed", "county_office", "huimin")
    retry = cases.RetryIncident(instance=found.stream, incident=found.id)
    with pytest.raises(PostStillVacant):
        city.does("admin", retry)
    post = identity.AssignPost(person="huimin-clerk", office="huimin", role="county_office", title="干部")
    city.does("admin", post)
    city.does("admin", retry, "again")
    assert incidents(city) == []
    with pytest.raises(IncidentNotOpen):
        city.does("admin", retry, "once more")
    city.complete("huimin-clerk", "report", {"text": "好"})
    assert city.verify().sound


def test_a_task_that_reaches_nobody_can_be_sent_to_another_post(city: City) -> None:
    for person in ("huimin-clerk", "huimin-clerk-2"):
        leave(city, person)
    case = city.start("caller", by="party-clerk", month="2026-11")
    (found,) = incidents(city)
    city.does("admin", tasks.ReaddressTask(task=found.id, role="county_secretary", office="huimin"))
    city.complete("huimin-secretary", "report", {"text": "好"})
    assert incidents(city) == []
    healthy = city.find("yangxin-clerk", "report")
    with pytest.raises(TaskStaffed):
        city.does("admin", tasks.ReaddressTask(task=healthy, role="county_secretary", office="huimin"))
    assert city.state(case) == "open"
    assert city.verify().sound


def test_a_job_that_keeps_failing_becomes_an_incident_and_goes_on_when_mended(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")

    def broken(engine: Any, job: Any) -> None:
        raise RuntimeError("the series is away")

    working = EFFECTS["numbers"]
    monkeypatch.setitem(EFFECTS, "numbers", broken)
    for child in city.children(case):
        city.complete(f"{child.unit}-clerk", "report", {"text": "好"})
    for _ in range(8):
        city.wait(minutes=20)
    with city.engine.database.reading() as connection:
        (failed,) = job_queries.failed(connection)
    assert "the series is away" in failed.error
    monkeypatch.setitem(EFFECTS, "numbers", working)
    city.does("admin", jobs.RetryJob(job=failed.id))
    city.wait(minutes=20)
    assert city.variables(case)["numbers"] == list(range(1, 11))
    with pytest.raises(JobNotFailed):
        city.does("admin", jobs.RetryJob(job=failed.id))
    assert city.verify().sound


def test_a_reminder_comes_once_and_only_while_the_task_is_open(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    city.start("tiny", by="party-head", subject="再试")
    city.complete("party-head", "note", {"text": "好"})
    assert not city.inbox("party-clerk")[0].reminded
    city.wait(days=2, hours=10)
    assert city.inbox("party-clerk")[0].reminded
    city.wait(days=5)
    with city.engine.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(job_queries.jobs)).scalar_one() == 0
    assert city.verify().sound


def test_a_late_result_is_a_recorded_no_op(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    city.does("party-clerk", cases.CancelCase(instance=case, reason="开错了"))
    late = city.does("system", cases.DeliverResult(instance=case, wait=99, result={}))
    assert late.values == {"ignored": True}
    city.does("system", cases.DeliverError(instance=case, wait=99, error="E"))
    city.does("system", cases.FireTimer(instance=case, wait=99))
    city.work()
    assert city.verify().sound


def test_administrators_add_move_end_and_close(city: City) -> None:
    city.does("admin", identity.AddPerson(person="new-clerk", name="新人"))
    post = identity.AssignPost(person="new-clerk", office="huimin", role="county_office", title="干部")
    city.does("admin", post)
    city.start("caller", by="party-clerk", month="2026-11")
    assert [item.name for item in city.inbox("new-clerk")] == ["报送"]
    move = identity.MovePost(
        person="new-clerk", post=post_of(city, "new-clerk"), office="yangxin", role="county_office", title="干部"
    )
    city.does("admin", move)
    assert city.inbox("new-clerk")[0].office == "yangxin"
    city.does("admin", identity.DeactivatePerson(person="new-clerk"))
    city.does("admin", identity.ReactivatePerson(person="new-clerk"))
    city.does("admin", identity.ResetPassword(person="new-clerk"))
    city.does("admin", identity.EndSessions(person="new-clerk"))
    assert city.verify().sound
