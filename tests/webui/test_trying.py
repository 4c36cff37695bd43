"""The form on the page of a tried draft that makes a scenario with another answer."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.definitions import drafts, scenarios
from engine.definitions.check_scenarios import Scenario
from tests.driver import City
from tests.processes import changed, checked
from tests.webui.test_publishing import send
from tests.webui.test_routes import app, signed_in

__all__ = ["app"]

TRY = f"/processes/{changed.MONTHLY}/try"
EXAMPLE = "/processes/example/try"


@pytest.fixture
def owner(app: Flask, city: City) -> FlaskClient:
    """An owner, with the example changed and tried: no story is long enough for 复核."""
    changed.examined(city, changed.draft(city, "example").digest)
    return signed_in(app, "owner")


def kept(city: City, definition: str) -> dict[str, Scenario]:
    """The scenarios of the draft as they are saved."""
    with city.engine.database.reading() as connection:
        found = drafts.find(connection, definition)
    assert found is not None
    files = found.files(city.engine.store)
    return {name: scenarios.parse(body) for name, body in files.items() if name.startswith("scenarios/")}


def panel(page: str) -> str:
    return page.partition('<form class="bh-card mb-3" id="turn"')[2].partition("</form>")[0]


def test_the_answers_of_a_new_task_and_then_the_other_way_are_told_by_two_forms(app: Flask, city: City) -> None:
    begun = drafts.begin(city.engine, changed.MONTHLY, "owner")
    files = checked.monthly(begun.files(city.engine.store))
    drafts.save(city.engine, changed.MONTHLY, "owner", begun.revision, files)
    owner = signed_in(app, "owner")
    assert send(owner, TRY).status_code == 302
    assert panel(owner.get(TRY).text) == ""
    assert send(owner, f"{TRY}/step", _by="party-head", _outcome="done", ok="yes").status_code == 302
    before, page = kept(city, changed.MONTHLY), owner.get(TRY).text
    assert 'href="#turn"' in page.partition('id="unreached"')[2]
    form = panel(page)
    file = re.findall(r'name="_from" value="([^"]+)"', form)[0]
    assert "「通过? → 汇总研判(不通过)」还没有场景走过" in form
    assert re.search(r'value="yes"[^>]* checked', form)
    assert 'name="_at" value="recheck"' in form
    name = re.findall(r'name="_name" value="([^"]+)"', form)[0]
    assert name == "复核:不通过"
    made = send(owner, f"{TRY}/turn", _from=file, _at=checked.TASK, _name=name, _outcome="done", ok="no")
    assert made.status_code == 302
    page = owner.get(made.location).text
    assert "新场景「复核:不通过」已存进草稿,并且走通了" in page
    assert "全部场景按预期走完" in page
    assert 'id="unreached"' not in page
    after = kept(city, changed.MONTHLY)
    [new] = after.keys() - before.keys()
    assert {name: one for name, one in after.items() if name != new} == before
    assert new == f"{file.removesuffix('.toml')}_2.toml"


def test_the_start_too_can_be_answered_otherwise_and_what_is_sent_unchanged_is_said(
    owner: FlaskClient, city: City
) -> None:
    form = panel(owner.get(EXAMPLE).text)
    assert "一切正常。" in form
    at = {"_from": "scenarios/straight.toml", "_at": "note", "_outcome": "done"}
    same = send(owner, f"{EXAMPLE}/turn", **at, sentence="一切正常。")
    assert same.status_code == 422
    assert "没有换成另一种" in same.text
    empty = send(owner, f"{EXAMPLE}/turn", **at, sentence="", _name="我的场景")
    assert empty.status_code == 422
    assert 'value="我的场景"' in panel(empty.text)
    assert "form.errors" not in panel(empty.text)
    assert 'class="bh-errors"' in panel(empty.text)
    refused = send(owner, f"{EXAMPLE}/turn", **at, sentence="长" * 5000)
    assert refused.status_code == 422
    assert "写一句" in refused.text.partition('class="bh-errors"')[2].partition("</h2>")[0]
    assert list(kept(city, "example")) == ["scenarios/straight.toml"]
    started = owner.get(f"{EXAMPLE}?_from=scenarios/straight.toml&_at=start").text
    assert 'value="值班"' in panel(started)
    for number, name in enumerate(("straight_2", "straight_3")):
        answers = {"_from": "scenarios/straight.toml", "_at": "start", "subject": f"值班{number}"}
        assert send(owner, f"{EXAMPLE}/turn", **answers).status_code == 302
        found = kept(city, "example")[f"scenarios/{name}.toml"]
        assert found.steps[0].values == {"subject": f"值班{number}"}
        assert found.title == "发起人写一句话，办结(另一种答法)"


def test_a_way_that_leads_to_a_task_that_nobody_answers_is_saved_and_asked_for_there(
    owner: FlaskClient, city: City
) -> None:
    at = {"_from": "scenarios/straight.toml", "_at": "note", "_outcome": "done", "_name": "很长"}
    made = send(owner, f"{EXAMPLE}/turn", **at, sentence="这一句话比八个字长得多。")
    page = owner.get(made.location).text
    assert "还没有走到底" in page
    assert "场景里还没有新环节「复核」" in page
    assert "补进 1 个场景" in page
    assert send(owner, f"{EXAMPLE}/step", _by="party-clerk", _outcome="agree", remark="好").status_code == 302
    page = owner.get(EXAMPLE).text
    assert "全部场景按预期走完" in page
    assert 'id="unreached"' not in page
    told = kept(city, "example")["scenarios/straight_2.toml"]
    assert [step.element for step in told.steps] == ["", "note", "review"]
    assert told.expect.variables == {"sentence": "这一句话比八个字长得多。"}


def test_whoever_owns_no_process_makes_no_scenario(app: Flask, owner: FlaskClient, city: City) -> None:
    assert send(owner, f"{EXAMPLE}/turn", _from="scenarios/none.toml", _at="note").status_code == 302
    assert send(signed_in(app, "approver"), f"{EXAMPLE}/turn", _from="scenarios/straight.toml").status_code == 403
    assert list(kept(city, "example")) == ["scenarios/straight.toml"]


def test_a_task_at_which_nothing_is_asked_is_not_offered(app: Flask, city: City) -> None:
    draft = changed.draft(city, "example")
    looked = changed.replaced(
        draft.files(city.engine.store)["process.bpmn"],
        ('sourceRef="note" targetRef="long" />',
         'sourceRef="note" targetRef="look" /><bpmn:sequenceFlow id="looked" sourceRef="look" targetRef="long" />'
         '<bpmn:userTask id="look" name="看一眼"><bpmn:extensionElements>'
         '<bihuan:assignment person="= starter.id" /></bpmn:extensionElements>'
         "<bpmn:incoming>to_long</bpmn:incoming><bpmn:outgoing>looked</bpmn:outgoing></bpmn:userTask>"),
        ("<bpmn:incoming>to_long</bpmn:incoming><bpmn:outgoing>to_done", "<bpmn:incoming>looked</bpmn:incoming>"
         "<bpmn:outgoing>to_done"),
    )  # fmt: skip
    drafts.save(city.engine, "example", "owner", draft.revision, {"process.bpmn": looked})
    owner = signed_in(app, "owner")
    assert send(owner, EXAMPLE).status_code == 302
    assert "场景里还没有新环节「看一眼」" in owner.get(EXAMPLE).text
    assert send(owner, f"{EXAMPLE}/step", _by="party-clerk").status_code == 302
    form = panel(owner.get(EXAMPLE).text)
    assert re.findall(r'<option value="(\w+)"', form.partition('id="turn-at"')[2]) == ["start", "note"]
    assert 'name="_at" value="note"' in form


def test_after_the_answer_of_a_task_on_the_way_back_the_story_goes_on_to_its_end_by_itself(
    app: Flask, city: City
) -> None:
    begun = drafts.begin(city.engine, changed.MONTHLY, "owner")
    files = begun.files(city.engine.store)
    file = "scenarios/month_without_findings.toml"
    others = {name: None for name in files if name.startswith("scenarios/") and name != file}
    drafts.save(city.engine, changed.MONTHLY, "owner", begun.revision, {**checked.asked_why(files), **others})
    owner = signed_in(app, "owner")
    assert send(owner, TRY).status_code == 302
    assert send(owner, f"{TRY}/step", _by="party-head", _outcome="done", ok="yes").status_code == 302
    made = send(owner, f"{TRY}/turn", _from=file, _at=checked.TASK, _name="说明", _outcome="done", ok="no")
    assert "场景里还没有新环节「说明」" in owner.get(made.location).text
    assert send(owner, f"{TRY}/step", _by="party-head").status_code == 302
    page = owner.get(TRY).text
    assert "全部场景按预期走完" in page
    assert 'id="unreached"' not in page
    told = kept(city, changed.MONTHLY)["scenarios/month_without_findings_2.toml"]
    assert [step.element for step in told.steps][-5:] == ["merge", checked.TASK, "why", "merge", checked.TASK]
    assert told.steps[-3].expect_open == ("merge",)
