"""Search over cases: each way of asking finds what fits and nothing else, page by page, and says where it stopped."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Refusal
from engine.history import search, visits
from engine.identity.seen import look
from engine.instances import commands as cases
from engine.tasks import commands as tasks
from tests.driver import City
from tests.processes import monthly as people


def found(city: City, person: str = "auditor", **wanted: Any) -> list[str]:
    """The titles of the cases that are found, the latest first."""
    with city.engine.database.reading() as connection:
        hits = search.search(connection, look(connection, person), search.Wanted(**wanted)).hits
    return [hit.case.title for hit in hits]


@pytest.fixture
def city(city: City) -> City:
    """Three small cases of three days, of which one was cancelled and one is still open."""
    for subject in ("甲", "乙"):
        case = city.start("tiny", by="party-clerk", subject=subject)
        city.wait(days=1)
        if subject == "甲":
            city.complete("party-clerk", "note", {"text": "谈心谈话记录不全"})
        else:
            city.does("party-clerk", cases.CancelCase(instance=case, reason="重复发起"))
    city.start("tiny", by="party-head", subject="丙")
    return city


def test_by_text_process_state_and_days(city: City) -> None:
    assert found(city) == ["小流程 丙", "小流程 乙", "小流程 甲"]
    assert found(city, text="乙") == ["小流程 乙"]
    assert found(city, definition="caller") == []
    assert found(city, definition="tiny", number=1, state="ended") == ["小流程 甲"]
    assert found(city, definition="tiny", number=2) == []
    assert found(city, started_since="2026-11-05") == ["小流程 丙", "小流程 乙"]
    assert found(city, started_until="2026-11-05") == ["小流程 甲"]
    assert found(city, ended_since="2026-11-06") == ["小流程 乙"]


@pytest.mark.parametrize("typed", ["滨党建提〔2026〕1号", "滨党建提 [２０２６] 1", "〔2026〕1号 关于惠民县"])
def test_by_the_number_of_a_letter_and_the_hit_says_which(city: City, typed: str) -> None:
    people.signed(city)
    with city.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        (hit,) = search.search(connection, auditor, search.Wanted(text=typed)).hits
        narrowed = search.Wanted(text=typed, elements=frozenset({"dispatch"}))
        (scanned,) = search.search(connection, auditor, narrowed).hits
        assert search.search(connection, look(connection, "yangxin-clerk"), search.Wanted(text=typed)).hits == []
    (letter,) = hit.documents
    assert letter.name.startswith("滨党建提〔2026〕1号 关于惠民县")
    assert scanned.documents == [letter]
    assert found(city, text="滨党建提〔2026〕77号") == []


@pytest.mark.parametrize("typed", [r"x\.*+?(2026)1号 {2}|^$#&~-[", "([{〔2026〕(号", r"\d〔2026〕\1", "%_〔2026〕%"])
def test_signs_that_mean_something_in_a_pattern_mean_themselves(city: City, typed: str) -> None:
    people.signed(city)
    assert found(city, text=typed) == []


def test_by_the_name_of_a_file_and_by_the_title_alone(city: City) -> None:
    people.signed(city)
    with city.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        (named,) = search.search(connection, auditor, search.Wanted(text="党的建设问题的提醒函")).hits
        (titled,) = search.search(connection, auditor, search.Wanted(text="每月提醒 2026-11")).hits
    assert (len(named.documents), titled.documents) == (1, [])
    assert named.case == titled.case


def test_by_period_with_and_without_a_process(city: City) -> None:
    city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    assert found(city, period="2026-11", definition="pb_monthly_reminder") == ["每月提醒 2026-11"]
    assert found(city, period="2026-11") == ["每月提醒 2026-11"]
    assert found(city, period="2026-1") == []


def test_by_a_person_who_took_part(city: City) -> None:
    assert found(city, persons=frozenset({"party-head"})) == ["小流程 丙"]
    assert found(city, persons=frozenset({"party-clerk"})) == ["小流程 乙", "小流程 甲"]
    assert found(city, persons=frozenset()) == []


def test_by_refused_attempts(city: City) -> None:
    assert found(city, refused=True) == []
    city.start("caller", by="party-clerk", month="2026-11")
    task = city.find("huimin-clerk", "report")
    with pytest.raises(Refusal):
        city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "我来"}))
    with city.engine.database.reading() as connection:
        hits = search.search(connection, look(connection, "auditor"), search.Wanted(refused=True)).hits
    assert [hit.case.id for hit in hits] == [task.rpartition(".")[0]]


def test_by_an_element_that_was_passed(city: City) -> None:
    assert found(city, elements=frozenset({"done"})) == ["小流程 甲"]
    assert found(city, elements=frozenset({"note"})) == ["小流程 丙", "小流程 乙", "小流程 甲"]
    # The name stands in the entries, but as that of a variable.
    assert found(city, elements=frozenset({"text"})) == []


def test_by_the_value_of_a_variable(city: City) -> None:
    text = frozenset({"text"})
    assert found(city, variables=text, value="记录不全") == ["小流程 甲"]
    assert found(city, variables=text, value="齐全") == []
    assert found(city, variables=text) == ["小流程 甲"]
    assert found(city, variables=frozenset({"settings"}), value="3") == ["小流程 丙", "小流程 乙", "小流程 甲"]
    assert found(city, variables=text, value="记录", elements=frozenset({"done"})) == ["小流程 甲"]


def test_by_a_value_of_any_variable(city: City) -> None:
    assert found(city, value="记录不全") == ["小流程 甲"]
    assert found(city, value='"', elements=frozenset({"done"})) == []
    # The name of an element is no value.
    assert found(city, value="note") == []


def test_a_hit_leads_to_the_entry_by_which_it_was_true(city: City) -> None:
    with city.engine.database.reading() as connection:
        wanted = search.Wanted(variables=frozenset({"text"}), value="记录不全")
        (hit,) = search.search(connection, look(connection, "auditor"), wanted).hits
    assert hit.seq == 2


@pytest.mark.parametrize(
    ("json", "value", "fits"),
    [
        (12, "12", True), (12, "1", False), ({"@number": "12.50"}, "12.5", True), (True, "是", True),
        (None, "null", True), ({"@date": "2026-11-04"}, "2026-11", True), ([{"county": "huimin"}], "huimin", True),
        ({"@file": {"name": "汇编.pdf", "digest": "abc", "type": "", "size": 1}}, "汇编", True),
        ({"@file": {"name": "汇编.pdf", "digest": "abc", "type": "", "size": 1}}, "abc", False), ("Abc", "aBC", True),
    ],
)  # fmt: skip
def test_how_values_read(json: Any, value: str, fits: bool) -> None:
    assert search.says(json, value) is fits


def test_nobody_finds_what_they_may_not_see(city: City) -> None:
    assert found(city, person="huimin-clerk", elements=frozenset({"note"})) == []


def test_pages_follow_each_other_without_gap_or_double(city: City) -> None:
    seen: list[str] = []
    after = ""
    with city.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        for wanted in (search.Wanted(), search.Wanted(elements=frozenset({"note"}))):
            while True:
                page = search.search(connection, auditor, wanted, after=after, limit=2)
                seen += [hit.case.title for hit in page.hits]
                after = page.after
                if not after:
                    break
    assert seen == ["小流程 丙", "小流程 乙", "小流程 甲"] * 2


def test_reading_entries_is_bounded_says_so_and_goes_on(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ENTRIES", 1)
    monkeypatch.setattr(search, "_BATCH", 2)
    wanted = search.Wanted(elements=frozenset({"done"}))
    with city.engine.database.reading() as connection:
        auditor = look(connection, "auditor")
        first = search.search(connection, auditor, wanted)
        assert (first.hits, first.scanned, first.stopped) == ([], 2, True)
        second = search.search(connection, auditor, wanted, after=first.after)
    assert [hit.case.title for hit in second.hits] == ["小流程 甲"]
    assert (second.after, second.stopped) == ("", False)


def test_where_an_auditor_left_off_only_moves_forward(city: City) -> None:
    now = city.engine.clock.now()
    for seq in (3, 7, 5):
        with city.engine.database.writing() as connection:
            visits.note(connection, "auditor", "x", seq, now)
    with city.engine.database.reading() as connection:
        visit = visits.last(connection, "auditor", "x")
        assert visits.last(connection, "party-clerk", "x") is None
    assert visit is not None
    assert visit.seq == 7


def test_the_month_is_searched_by_its_findings(city: City) -> None:
    city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1})
    # The month and the case of the county began at one moment: which comes first is open.
    assert any("惠民县" in title for title in found(city, variables=frozenset({"findings"}), value="谈心谈话"))
