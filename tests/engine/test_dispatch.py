"""The way in: one transaction, one outcome per request, refusals in the record, nothing written for bad input."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine import errors
from engine.dispatch import RequestReused
from engine.forms import AnswersInvalid
from engine.history.access import access_log
from engine.history.journal import journal
from engine.identity import commands as identity
from engine.identity.policy import NotAllowed, NothingHere
from engine.instances import commands as cases
from engine.instances.errors import PeriodTaken
from engine.tasks import commands as tasks
from engine.tasks.errors import TaskNotOpen, TaskTaken
from tests.driver import City
from tests.statements import statements


def entries(city: City, **wanted: Any) -> int:
    with city.engine.database.reading() as connection:
        found = sa.select(sa.func.count()).select_from(journal)
        for name, value in wanted.items():
            found = found.where(journal.c[name] == value)
        return int(connection.execute(found).scalar_one())


def test_a_case_runs_from_its_start_to_its_end(city: City) -> None:
    case = city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好"})
    assert city.state(case) == "ended"
    assert city.verify().sound


def test_the_same_request_twice_has_one_effect_and_the_same_outcome(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    command = tasks.CompleteTask(task=city.find("party-clerk", "note"), values={"text": "好"})
    first = city.does("party-clerk", command, "click-1")
    before = entries(city)
    assert city.does("party-clerk", command, "click-1") == first
    assert entries(city) == before


def test_a_request_id_with_another_content_is_refused(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好"}), "click-1")
    with pytest.raises(RequestReused):
        city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "坏"}), "click-1")


def test_request_ids_of_two_persons_do_not_meet(city: City) -> None:
    one = city.does("party-clerk", cases.StartCase(definition="tiny", values={"subject": "甲"}), "r")
    two = city.does("party-head", cases.StartCase(definition="tiny", values={"subject": "乙"}), "r")
    assert one.stream != two.stream


def test_bad_answers_write_nothing(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    task, before = city.find("party-clerk", "note"), entries(city)
    for values in ({}, {"text": ""}, {"text": "好", "approved": True}, {"text": "好" * 20_000}, {"text": ["好"]}):
        with pytest.raises(AnswersInvalid):
            city.does("party-clerk", tasks.CompleteTask(task=task, values=values))
    assert entries(city) == before
    assert city.verify().sound


def test_a_finished_task_is_not_finished_again(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好"}))
    with pytest.raises(TaskNotOpen) as told:
        city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好"}))
    assert told.value.values["person"] == "王岚"


def test_who_sees_a_case_and_is_not_addressed_is_refused_in_the_record(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    child = city.children(case)[2]
    task = city.find("huimin-clerk", "report", case=child.id)
    with pytest.raises(NotAllowed):
        city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "我来"}))
    assert entries(city, stream=child.id, kind="refused", actor="party-clerk") == 1
    assert city.verify(child.id).sound


def test_what_cannot_be_seen_looks_like_nothing_and_is_noted_in_the_access_log(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    child = city.children(case)[2]
    task = city.find("huimin-clerk", "report", case=child.id)
    before = entries(city)
    for target in (task, "01900000-0000-7000-8000-000000000000.4"):
        with pytest.raises(NothingHere):
            city.does("yangxin-clerk", tasks.CompleteTask(task=target, values={"text": "我来"}))
    assert entries(city) == before
    with city.engine.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(access_log)).scalar_one() == 2


def test_refusals_are_limited_in_rate(city: City) -> None:
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    for _ in range(30):
        with pytest.raises(NotAllowed):
            city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "我来"}))
    assert entries(city, kind="refused") == 20


def test_administrators_have_no_business_rights(city: City) -> None:
    for definition in ("tiny", "caller"):
        with pytest.raises(errors.Refusal):
            city.does("admin", cases.StartCase(definition=definition, values={"subject": "试"}))


def test_only_administrators_appoint(city: City) -> None:
    post = identity.AssignPost(person="huimin-clerk", office="party-office", role="party_office_head", title="主任")
    with pytest.raises(NotAllowed):
        city.does("huimin-clerk", post)
    city.does("admin", post)
    assert entries(city, stream="person:huimin-clerk", kind="refused") == 1


def test_one_case_per_period_and_the_second_starter_is_told_who_was_first(city: City) -> None:
    first = city.start("caller", by="party-clerk", month="2026-11")
    with pytest.raises(PeriodTaken) as told:
        city.start("caller", by="party-clerk-2", month="2026-11")
    assert told.value.values["first"] == "王岚"
    assert told.value.values["instance"] == first


def test_a_claimed_task_is_out_of_reach_until_it_is_put_back(city: City) -> None:
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    city.does("huimin-clerk", tasks.ClaimTask(task=task))
    assert city.inbox("huimin-clerk-2") == []
    with pytest.raises(TaskTaken):
        city.does("huimin-clerk-2", tasks.CompleteTask(task=task, values={"text": "好"}))
    city.does("huimin-clerk", tasks.ReleaseTask(task=task))
    city.complete("huimin-clerk-2", "report", {"text": "好"})


def test_ten_counties_report_each_in_a_case_of_its_own_and_numbers_have_no_gaps(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    for child in city.children(case):
        city.complete(f"{child.unit}-clerk", "report", {"text": f"{child.unit}好"})
    variables = city.variables(case)
    assert variables["reports"][0] == "bincheng好"
    assert variables["numbers"] == list(range(1, 11))
    city.complete("party-clerk", "sum", {"text": "再报"}, outcome="again")
    assert len(city.children(case)) == 20
    assert city.verify().sound


def test_cancelling_a_case_cancels_the_cases_that_it_called(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    city.does("party-clerk", cases.CancelCase(instance=case, reason="开错了"))
    city.work()
    assert {child.state for child in city.children(case)} == {"cancelled"}
    assert city.inbox("huimin-clerk") == []
    city.start("caller", by="party-clerk-2", month="2026-11")
    assert city.verify().sound


def test_a_completion_is_one_transaction_of_at_most_15_statements_however_much_it_leads_to(city: City) -> None:
    counts = []
    for month in ("2026-11", "2026-12"):
        case = city.start("caller", by="party-clerk", month=month)
        for child in city.children(case)[:9]:
            city.complete(f"{child.unit}-clerk", "report", {"text": "好"}, case=child.id)
        task = city.find("beihai-clerk", "report", case=city.children(case)[9].id)
        counts.append(
            statements(
                city, lambda task=task: city.does("beihai-clerk", tasks.CompleteTask(task=task, values={"text": "好"}))
            )
        )
        city.work()
        task = city.find("party-clerk", "sum", case=case)
        again = tasks.CompleteTask(task=task, values={"text": "再报"}, outcome="again")
        counts.append(statements(city, lambda again=again: city.does("party-clerk", again)))
        city.work()
    assert max(counts) <= 15, counts
