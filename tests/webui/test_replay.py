"""The replay pages without a browser: what they tell, whom they tell it, and that nothing is left out."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import texts as engine_texts
from engine.bpmn import facts
from engine.demo import load
from engine.history import replay
from tests.driver import PROCESSES, City
from tests.processes import monthly as people
from tests.webui.test_routes import app, signed_in
from webui import texts

__all__ = ["app"]


@pytest.fixture
def case(city: City) -> str:
    """A reminder whose head returned one letter."""
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1, "yangxin": 1})
    people.merge(city, r1={"repeat_count": "1"})
    people.draft(city)
    people.decide(city, "party-head", "office_review", {"yangxin": "措辞不准确。"})
    return case


def told(browser: FlaskClient, case: str) -> dict[str, Any]:
    """What the page is told of a case: the line about it, and all entries of the lines that follow."""
    head, *parts = map(json.loads, browser.get(f"/cases/{case}/replay.jsonl").data.splitlines())
    return {**head, **{key: [one for part in parts for one in part[key]] for key in ("entries", "facts")}}


def test_the_data_of_the_page_holds_every_entry_with_its_facts(app: Flask, city: City, case: str) -> None:
    data = told(signed_in(app, "auditor"), case)
    seqs = [entry[0] for entry in data["entries"]]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(data["facts"]) == len(seqs) == data["total"]
    assert data["facts"][0][0][:4] == ["scope", 1, "process", "pb_monthly_reminder"]
    assert data["entries"][-1][4] == "办结 主任审核 · 提交审核意见"
    assert data["people"][data["entries"][-1][2]] == "陶敬之"
    assert data["names"]["office_review"] == "主任审核"


def test_entries_come_in_parts_so_that_the_page_draws_with_the_first(
    app: Flask, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(app, "auditor")
    whole = told(browser, case)
    monkeypatch.setattr(replay, "PART", 7)
    lines = browser.get(f"/cases/{case}/replay.jsonl").data.splitlines()
    assert [len(json.loads(line)["entries"]) for line in lines[1:-1]] == [7] * (len(lines) - 2)
    assert len(lines) > 3
    assert told(browser, case) == whole


def test_without_script_the_page_tells_entries_answers_data_and_tables(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    data = told(browser, case)
    merged = next(entry[0] for entry in data["entries"] if "汇总研判" in entry[4])
    page = browser.get(f"/cases/{case}/replay?entry={merged}").text
    assert f'href="/cases/{case}/replay?entry={merged - 1}"' in page
    assert "问题清单" in page
    assert re.search(r'<tr class="matched"><th scope="row">3 ', page)
    assert "现行第 1 版的决策表与当时相同" in page
    assert "<ins>" in page


def test_the_form_is_drawn_as_it_looked_with_nothing_to_type(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    data = told(browser, case)
    reviewed = data["entries"][-1][0]
    part = browser.get(f"/cases/{case}/replay/{reviewed}").text
    assert "表单当时的样子" in part
    assert "措辞不准确。" in part
    assert not re.search(r"<(input|textarea|select|button)\b", part)


def test_what_was_hidden_in_the_form_is_hidden_in_its_picture(app: Flask, city: City, case: str) -> None:
    """A county with a finding saw the list of findings, one without did not."""
    browser = signed_in(app, "auditor")
    shown = {}
    for child in city.children(case):
        data = told(browser, child.id)
        answered = next(entry[0] for entry in data["entries"] if "自查" in entry[4] and entry[5] and entry[0] > 1)
        form = browser.get(f"/cases/{child.id}/replay/{answered}").text.partition("表单当时的样子")[2]
        assert "已组织自查。" in form, child.title
        shown[child.unit] = "谈心谈话记录不全" in form, "自查发现的问题" in form
    assert shown.pop("huimin") == shown.pop("yangxin") == (True, True)
    assert set(shown.values()) == {(False, False)}


def test_a_large_value_is_given_on_demand(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    data = told(browser, case)
    seq, number, fact = next(
        (place + 1, number, fact)
        for place, facts in enumerate(data["facts"])
        for number, fact in enumerate(facts)
        if fact[0] == "var" and "@large" in str(fact[3])
    )
    answer = browser.get(f"/cases/{case}/replay/{seq}/values/{number}")
    assert len(answer.data) >= fact[3]["@large"]
    assert browser.get(f"/cases/{case}/replay/{seq}/values/999").status_code == 404


def test_a_child_leads_back_to_the_entry_that_called_it(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    child = next(one for one in city.children(case) if one.unit == "huimin")
    back = re.search(rf'href="(/cases/{case}/replay\?entry=\d+)"', browser.get(f"/cases/{child.id}/replay").text)
    assert back is not None
    assert f"/cases/{child.id}/replay" in browser.get(back[1]).text


def test_every_kind_of_fact_and_wait_has_words() -> None:
    tags = {kind.__struct_config__.tag for kind in get_args(facts.Fact)} - {"mark", "mark-scope"}
    known = engine_texts.of_folder(texts.FOLDER, "zh-CN").keys()
    said = {code.split(".")[2] for code in known if code.startswith("replay.fact.")}
    assert tags - said == set()


def test_replay_shows_nobody_what_they_may_not_see(app: Flask, city: City, case: str) -> None:
    own = {child.unit: child.id for child in city.children(case)}
    expected = (("huimin-clerk", "huimin", 200), ("huimin-clerk", "yangxin", 404), ("admin", "huimin", 404))
    for person, unit, status in expected:
        browser = signed_in(app, person)
        for path in ("replay", "replay.jsonl", "replay/1"):
            assert browser.get(f"/cases/{own[unit]}/{path}").status_code == status, (person, unit, path)
    assert signed_in(app, "huimin-clerk").get(f"/cases/{own['yangxin']}/replay/1/values/0").status_code == 404


def test_the_page_is_whole_in_english(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    browser.get("/language/en?next=/")
    page = browser.get(f"/cases/{case}/replay?entry=25").text
    assert "Replay · " in page
    assert not re.search(r">\s*replay\.", page)


def test_an_element_without_a_name_is_told_by_what_it_is_and_where_it_stands(
    app: Flask, city: City, tmp_path: Path
) -> None:
    package = shutil.copytree(PROCESSES / "example", tmp_path / "example")
    diagram = package / "process.bpmn"
    nameless, count = re.subn(r'(<bpmn:endEvent id="done") name="[^"]+"', r"\1", diagram.read_text())
    assert count == 1
    diagram.write_text(nameless)
    load.deploy(city.engine, package)
    case = city.start("example", by="party-clerk", subject="起因")
    browser = signed_in(app, "auditor")
    assert told(browser, case)["names"]["done"] == "结束事件(“写一句话”之后)"
    browser.set_cookie("bh_language", "en")
    assert told(browser, case)["names"]["done"] == "End event after “Write a sentence”"
