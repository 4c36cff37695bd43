"""Replay tells every entry in order with the state around it, the answers, and the decisions as they were taken."""

from __future__ import annotations

import msgspec
import pytest

from engine.definitions.compiled import Compiled, compiled
from engine.definitions.package import Package
from engine.errors import Refusal
from engine.history import decided, queries, replay
from engine.identity.seen import look
from engine.instances import queries as cases
from engine.tasks import commands as tasks
from tests.driver import City
from tests.processes import monthly as people


def worked(city: City) -> str:
    """A reminder up to the first county's rectification."""
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1, "yangxin": 1})
    people.merge(city, r1={"repeat_count": "1"})
    people.draft(city)
    people.decide(city, "party-head", "office_review", {"yangxin": "措辞不准确。"})
    return case


def frames(city: City, case: str, person: str = "auditor") -> list[replay.Frame]:
    with city.engine.database.reading() as connection:
        return replay.frames(connection, look(connection, person), case)


def moments(city: City, case: str) -> list[replay.Moment]:
    with city.engine.database.reading() as connection:
        return list(replay.moments(connection, case))


def test_every_entry_has_a_frame_and_all_facts_together_give_the_state(city: City) -> None:
    case = worked(city)
    found = frames(city, case)
    with city.engine.database.reading() as connection:
        assert len(found) == queries.count(connection, case)
        snapshot = cases.snapshot(connection, case)
    assert [frame.seq for frame in found] == list(range(1, len(found) + 1))
    last = moments(city, case)[-1]
    assert last.tokens == {key: token.element for key, token in snapshot.tokens.items()}
    assert last.after == {key: (scope.element, scope.variables) for key, scope in snapshot.scopes.items()}


def test_a_frame_says_which_step_was_done_with_which_outcome_and_opinion(city: City) -> None:
    case = worked(city)
    done = [frame for frame in frames(city, case) if frame.command == "CompleteTask"]
    assert [frame.element for frame in done][-3:] == ["merge", "draft_letter", "office_review"]
    assert done[-1].outcome == "decided"
    child = next(one.id for one in city.children(case) if one.unit == "huimin")
    signed = [frame for frame in frames(city, child) if frame.command == "CompleteTask"][-1]
    assert (signed.element, signed.actor, signed.opinion) == ("sign_report", "huimin-secretary", "同意。")


def test_an_entry_that_is_opened_alone_says_the_same_as_in_the_list(city: City) -> None:
    """What went by before it is remembered: the elements of waits, and the kinds of jobs."""
    case = worked(city)
    child = next(one.id for one in city.children(case) if one.unit == "huimin")
    for stream in (case, child):
        listed = frames(city, stream)
        assert any(frame.job is not None for frame in listed)
        with city.engine.database.reading() as connection:
            auditor = look(connection, "auditor")
            alone = [replay.moment(connection, auditor, stream, frame.seq) for frame in listed]
        assert [one.frame for one in alone if one is not None] == listed


def test_nobody_replays_what_they_may_not_see(city: City) -> None:
    case = worked(city)
    assert frames(city, case, "huimin-clerk") == []
    with city.engine.database.reading() as connection:
        assert replay.moment(connection, look(connection, "huimin-clerk"), case, 1) is None


def test_large_values_are_left_out_and_given_whole_on_demand(city: City) -> None:
    case = worked(city)
    left_out = [
        (frame.seq, number, fact)
        for frame in frames(city, case)
        for number, fact in enumerate(msgspec.json.decode(frame.facts))
        if fact[0] == "var" and isinstance(fact[3], dict) and "@large" in fact[3]
    ]
    assert left_out
    states = {moment.line.seq: moment for moment in moments(city, case)}
    with city.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        for seq, number, (*_, reference) in left_out:
            whole = replay.value(connection, auditor, case, seq, number)
            assert len(replay.canonical(whole)) == reference["@large"]
        # The last one of its entry and name is what stands after it.
        last = {(seq, scope, name): number for seq, number, (_, scope, name, _) in left_out}
        for (seq, scope, name), number in last.items():
            if scope in states[seq].after:
                assert states[seq].after[scope][1][name] == replay.value(connection, auditor, case, seq, number)


def test_a_refused_attempt_is_a_frame_without_facts(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    child = next(one for one in city.children(case) if one.unit == "huimin")
    task = city.find("huimin-clerk", "report")
    with pytest.raises(Refusal):
        city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "我来"}))
    last = frames(city, child.id)[-1]
    assert (last.performed, last.actor, last.element, last.told()) == (False, "party-clerk", "report", [])
    assert last.refused is not None


def test_a_decision_is_shown_with_its_inputs_and_the_rule_that_matched(city: City) -> None:
    case = worked(city)
    taken = [(moment, one) for moment in moments(city, case) for one in moment.decisions]
    assert len(taken) == 2
    with city.engine.database.reading() as connection:
        process = compiled(city.engine.store, cases.package_of(connection, case))
    moment, one = taken[0]
    answer = decided.answer(one, moment.line.at, process, process)
    table = answer.then.tables[0]
    assert [rule.number for rule in table.rules if rule.matched] == [3]
    assert (table.inputs[0].label, table.inputs[0].value) == ("近12个月重复次数", 1)
    assert answer.value == answer.then.value
    assert answer.value["severity"] == "较重"
    assert (answer.same_as_recorded, answer.today, answer.now) == (True, "same-table", None)


def test_where_todays_table_decides_otherwise_it_stands_beside_that_of_the_day(city: City) -> None:
    case = worked(city)
    moment, one = next((moment, one) for moment in moments(city, case) for one in moment.decisions)
    with city.engine.database.reading() as connection:
        process = compiled(city.engine.store, cases.package_of(connection, case))
    changed = _with_table(process, '"较重"', '"严重"')
    answer = decided.answer(one, moment.line.at, process, changed)
    assert answer.today == "other-outcome"
    assert answer.now is not None
    assert (answer.then.value["severity"], answer.now.value["severity"]) == ("较重", "严重")
    (together,) = decided.together([answer])
    assert [rule.number for rule in together.now[0].rules if rule.differs] == [3, 4]
    commented = _with_table(process, "重复一次", "一次")
    assert decided.answer(one, moment.line.at, process, commented).today == "same-outcome"
    assert decided.answer(one, moment.line.at, process, None).today == "gone"


def test_a_record_that_its_table_does_not_explain_is_named(city: City) -> None:
    case = worked(city)
    moment, one = next((moment, one) for moment in moments(city, case) for one in moment.decisions)
    with city.engine.database.reading() as connection:
        process = compiled(city.engine.store, cases.package_of(connection, case))
    forged = replay.Decision(element=one.element, ref=one.ref, value={"severity": "一般"}, scope=one.scope)
    assert not decided.answer(forged, moment.line.at, process, process).same_as_recorded


def test_a_called_case_leads_back_to_the_entry_that_called_it(city: City) -> None:
    case = worked(city)
    child = city.children(case)[0]
    with city.engine.database.reading() as connection:
        seq = replay.called_at(connection, look(connection, "auditor"), case, child.parent_wait or 0)
    opened = next(frame for frame in frames(city, case) if frame.seq == seq).told()
    assert ["open", child.parent_wait, "child"] in [fact[:3] for fact in opened]


def _with_table(process: Compiled, old: str, new: str) -> Compiled:
    files = dict(process.package.files)
    files["decisions/severity.dmn"] = files["decisions/severity.dmn"].decode().replace(old, new).encode()
    return Compiled(Package(files))
