"""The pages of versions and proposals, without a browser: who finds what, what comes back, what is told in words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.definitions import drafts, proposing, queries
from engine.messages import Actor
from tests.driver import City
from tests.processes import changed
from tests.webui.test_routes import app, signed_in

__all__ = ["app"]


def send(browser: FlaskClient, path: str, **form: str) -> Any:
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get("/approvals").text)
    assert csrf is not None
    return browser.post(path, data={**form, "_csrf": csrf[1]})


@pytest.fixture
def proposed(city: City) -> str:
    """The example, changed and proposed; the address of the proposal."""
    changed.examined(city, changed.draft(city, "example").digest)
    outcome = proposing.propose(city.engine, "example", Actor(person="owner"), note="长句要复核")
    return f"/processes/example/proposals/{str(outcome.values['proposal']).rpartition('.')[2]}"


def test_a_draft_is_tried_proposed_dated_and_approved_without_scripts(app: Flask, city: City) -> None:
    city.start("example", by="party-clerk", subject="之前")
    begun = drafts.begin(city.engine, "example", "owner")
    assert begun.revision == 1
    owner = signed_in(app, "owner")
    assert send(owner, "/processes/example/try").status_code == 302
    same = owner.get("/processes/example/try").text
    assert "完全相同" in same
    assert 'id="propose"' not in same
    changed.draft(city, "example")
    owner, approver = signed_in(app, "owner"), signed_in(app, "approver")
    assert "草稿还没有检查和试运行" in owner.get("/processes/example/try").text
    assert send(owner, "/processes/example/try").status_code == 302
    page = owner.get("/processes/example/try").text
    for words in ("检查通过", "很长?", "string length(sentence) &gt; 8", "复核意见", "发起人写一句话", "1 件案件在办"):
        assert words in page
    past = send(owner, "/processes/example/proposals", note="长句要复核", when="date", date="2020-01-01")
    assert past.status_code == 422
    assert "长句要复核" in past.text
    assert "今后两年内" in past.text
    done = send(owner, "/processes/example/proposals", note="长句要复核", when="date", date="2026-12-01")
    assert done.status_code == 302
    address = done.headers["Location"]
    assert "自 2026-12-01 起" in approver.get(address).text
    assert send(approver, f"{address}/approve").status_code == 302
    assert "待生效" in approver.get("/processes/example/versions").text
    city.wait(days=28)
    with city.engine.database.reading() as connection:
        current = queries.current(connection, "example")
    assert current is not None
    assert (current.number, current.in_force_at) == (2, "2026-12-02T01:00:00.000000Z")


def test_the_one_who_proposed_finds_no_button_to_approve_and_is_refused(app: Flask, proposed: str) -> None:
    owner = signed_in(app, "owner")
    page = owner.get(proposed).text
    assert f"{proposed}/approve" not in page
    assert f"{proposed}/withdraw" in page
    answer = send(owner, f"{proposed}/approve")
    assert answer.status_code == 403
    assert "须由另一人批准" in answer.text


def test_what_no_scenario_reached_is_told_to_the_proposer_and_the_approver(app: Flask, proposed: str) -> None:
    for person, address in (("owner", "/processes/example/try"), ("approver", proposed)):
        page = signed_in(app, person).get(address).text
        notice = re.search(r'id="unreached">(.*?)</div>', page, re.S)
        assert notice is not None, address
        assert re.findall(r'href="#element-(\w+)">([^<]+)<', notice[1]) == [("review", "复核")]
        assert 'id="element-review"' in page
        assert ('href="#turn"' in notice[1]) == (person == "owner")
        assert ('id="turn"' in page) == (person == "owner")


def test_a_rejection_needs_a_reason_and_shows_it_to_the_proposer(app: Flask, city: City, proposed: str) -> None:
    approver = signed_in(app, "approver")
    assert send(approver, f"{proposed}/reject", reason=" ").status_code == 422
    assert send(approver, f"{proposed}/reject", reason="期限太短").status_code == 302
    owner = signed_in(app, "owner")
    for address in (proposed, "/processes"):
        page = owner.get(address).text
        assert re.search(r'class="bh-notice bad"[^>]*>[^<]+退回了[^<]+<q>期限太短</q>', page), address
    assert drafts_count(owner) == "1"
    assert send(approver, f"{proposed}/approve").status_code == 409
    city.wait(minutes=1)
    proposing.propose(city.engine, "example", Actor(person="owner"), note="期限放宽")
    assert drafts_count(signed_in(app, "owner")) == ""


def drafts_count(browser: FlaskClient) -> str:
    """The number beside the place of the processes in the menu."""
    page = browser.get("/approvals").text
    found = re.search(r'<a href="/processes"[^>]*>[^<]+<span class="bh-num">(\d*)</span>', page)
    assert found is not None
    return found[1]


def test_the_proposer_is_told_of_an_approval_for_a_week(app: Flask, city: City, proposed: str) -> None:
    owner = signed_in(app, "owner")
    assert drafts_count(owner) == ""
    assert send(signed_in(app, "approver"), f"{proposed}/approve").status_code == 302
    page = owner.get("/processes").text
    assert re.search(r'class="bh-notice good"[^>]*>[^<]+批准了', page)
    assert f'href="{proposed}"' in page
    assert drafts_count(owner) == "1"
    city.wait(days=7, minutes=1)
    assert drafts_count(signed_in(app, "owner")) == ""


def test_a_withdrawn_proposal_says_so(app: Flask, proposed: str) -> None:
    owner = signed_in(app, "owner")
    assert send(owner, f"{proposed}/withdraw").status_code == 302
    assert "已撤回" in owner.get(proposed).text


def test_those_who_can_approve_find_the_number_and_the_proposer_does_not(app: Flask, proposed: str) -> None:
    counted = re.compile(r'href="/approvals"[^>]*>待批准<span class="bh-num">(\d*)</span>')
    found = {person: counted.search(signed_in(app, person).get("/inbox/todo").text) for person in ("owner", "approver")}
    assert {person: one[1] for person, one in found.items() if one} == {"owner": "", "approver": "1"}


def test_each_version_that_waits_has_a_button_that_opens_it(app: Flask, proposed: str) -> None:
    page = signed_in(app, "approver").get("/approvals").text
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    last = row.rpartition("<td")[2]
    assert re.findall(r'<a class="btn[^>]* href="([^"]+)">查看<', last) == [proposed]


def test_owners_approvers_and_auditors_read_and_nobody_else(app: Flask, proposed: str) -> None:
    paths = ("/approvals", "/processes/example/versions", "/processes/example/versions/1", proposed)
    for person in ("owner", "approver", "auditor", "party-clerk", "admin"):
        expected = 200 if person in ("owner", "approver", "auditor") else 403
        for path in paths:
            assert signed_in(app, person).get(path).status_code == expected, (person, path)
    assert signed_in(app, "approver").get("/processes/example/try").status_code == 403
    auditor = signed_in(app, "auditor")
    assert "/approve" not in auditor.get(proposed).text.replace("/approvals", "")
    csrf = re.search(r'name="_csrf" value="([^"]+)"', auditor.get("/approvals").text)
    assert csrf is not None
    assert auditor.post(f"{proposed}/approve", data={"_csrf": csrf[1]}).status_code == 403


def test_a_diagram_is_given_of_versions_proposals_and_sound_drafts_alone(app: Flask, city: City, proposed: str) -> None:
    owner = signed_in(app, "owner")
    with city.engine.database.reading() as connection:
        version = queries.current(connection, "example")
        draft = drafts.find(connection, "example")
        other = queries.current(connection, "tiny")
    assert version is not None
    assert draft is not None
    assert other is not None
    for digest, expected in ((version.package, 200), (draft.digest, 200), (other.package, 404), ("0" * 64, 404)):
        assert owner.get(f"/processes/example/packages/{digest}/diagram.bpmn").status_code == expected
    worse = drafts.save(city.engine, "example", "owner", draft.revision, {"process.bpmn": b"<not-bpmn/>"})
    assert owner.get(f"/processes/example/packages/{worse.digest}/diagram.bpmn").status_code == 404
    assert send(owner, "/processes/example/try").status_code == 302
    page = owner.get("/processes/example/try").text
    assert "检查或场景没有通过" in page
    assert owner.get(f"/processes/example/packages/{worse.digest}/diagram.bpmn").status_code == 404


def test_starts_are_stopped_resumed_and_the_process_retired_on_its_page(app: Flask, city: City) -> None:
    owner, clerk = signed_in(app, "owner"), signed_in(app, "party-clerk")
    assert send(owner, "/processes/example/stop", reason="").status_code == 422
    assert send(owner, "/processes/example/stop", reason="本周调整").status_code == 302
    assert "本周调整" in owner.get("/processes/example/versions").text
    assert "示例流程" not in clerk.get("/start").text
    refused = start(clerk)
    assert (refused.status_code, clerk.get("/start/example").status_code) == (409, 409)
    assert "本周调整" in refused.text
    assert send(owner, "/processes/example/resume").status_code == 302
    assert "示例流程" in clerk.get("/start").text
    assert send(owner, "/processes/example/retire", reason="并入新流程").status_code == 302
    assert "已停用" in owner.get("/processes/example/versions").text
    assert "并入新流程" in start(clerk).text


def start(browser: FlaskClient) -> Any:
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get("/start/tiny").text)
    assert csrf is not None
    return browser.post("/start/example", data={"subject": "试", "_csrf": csrf[1]})


def test_an_error_is_told_with_the_name_of_its_step_and_leads_to_the_place_in_the_editor_where_it_is_mended(
    app: Flask, city: City
) -> None:
    draft = changed.draft(city, "example")
    files = draft.files(city.engine.store)
    unassigned = changed.replaced(files["process.bpmn"], ('<bihuan:assignment person="= starter.id" />', ""))
    drafts.save(
        city.engine, "example", "owner", draft.revision, {"process.bpmn": unassigned, "forms/review.json": b"{}"}
    )
    owner = signed_in(app, "owner")
    assert send(owner, "/processes/example/try").status_code == 302
    gate = owner.get("/processes/example/try").text.partition('id="gate"')[2]
    told = {re.sub(r"<[^>]+>", "", one).split("在编辑器里改")[0].strip(): one for one in gate.split("<li>")[1:]}
    assert [text for text in told if "review" in text] == []
    assert "错误 复核 没有指明办理人" in told
    places = re.findall(r'<a href="(/processes/example/draft[^"]*)"', gate)
    assert {"/processes/example/draft#review", "/processes/example/draft/edit/forms/review.json"} <= set(places)
    assert "有错误,场景还没有走" in gate


def test_a_proposal_without_a_word_on_what_changes_is_told_so_at_the_field(app: Flask, city: City) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    owner = signed_in(app, "owner")
    refused = send(owner, "/processes/example/proposals", note="  ")
    assert refused.status_code == 422
    field = refused.text.partition('id="propose-note-error"')[2].partition("</div>")[0]
    assert "请写明改了什么、为什么改" in field
    assert re.search(r'<textarea[^>]*id="propose-note"[^>]* required[^>]*aria-invalid="true"', field)
    assert "请写明改了什么" not in owner.get("/processes/example/try").text
    assert send(owner, "/processes/example/proposals", note="长句要复核").status_code == 302


def test_a_dated_version_is_taken_back_on_the_page_of_versions(app: Flask, city: City) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    at = "2026-12-01T00:00:00.000000Z"
    made = proposing.propose(city.engine, "example", Actor(person="owner"), in_force_at=at)
    proposing.approve(city.engine, "example", str(made.values["proposal"]), Actor(person="approver"))
    owner = signed_in(app, "owner")
    assert send(owner, "/processes/example/versions/2/take-back", reason="还要改").status_code == 302
    page = owner.get("/processes/example/versions").text
    assert "已收回" in page
    assert "还要改" in page
    assert send(owner, "/processes/example/versions/1/take-back", reason="还要改").status_code == 409


def test_the_record_of_a_definition_and_its_pages_speak_english_too(app: Flask, proposed: str) -> None:
    browser = signed_in(app, "approver")
    browser.set_cookie("bh_language", "en")
    for path in ("/approvals", "/processes/example/versions", "/processes/example/versions/1", proposed):
        page = browser.get(path).text
        words = re.sub(r"<[^>]+>", " ", page)
        assert not re.search(r"\b(proposal|change|impact|difference|version|versions|gate|story|use)\.[a-z-]+\b", words)
    assert "Long?" in browser.get(proposed).text


def test_what_does_not_exist_is_a_plain_page(app: Flask) -> None:
    owner = signed_in(app, "owner")
    for path in (
        "/processes/nothing/versions", "/processes/example/versions/99", "/processes/example/versions/x",
        "/processes/example/proposals/99", "/processes/nothing/try",
    ):  # fmt: skip
        assert owner.get(path).status_code == 404, path


def test_a_caller_is_tried_beside_the_drafts_of_what_it_calls_where_there_are_some(app: Flask, city: City) -> None:
    owner = signed_in(app, "owner")
    draft = drafts.begin(city.engine, "caller", "owner")
    drafts.save(city.engine, "caller", "owner", draft.revision, {"README.md": b"# caller"})
    assert send(owner, "/processes/caller/try").status_code == 302
    assert "连同草稿试运行" not in owner.get("/processes/caller/try").text
    drafts.begin(city.engine, "called", "owner")
    page = owner.get("/processes/caller/try").text
    assert "连同草稿试运行" in page
    assert page.count("没有场景") == 1
    assert send(owner, "/processes/caller/try", **{"with": "drafts"}).status_code == 302
    assert owner.get("/processes/caller/try").text.count("没有场景") == 2


def test_a_version_that_waits_for_its_date_is_told_to_those_who_change_the_process_meanwhile(
    app: Flask, city: City
) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    at = "2026-12-01T00:00:00.000000Z"
    made = proposing.propose(city.engine, "example", Actor(person="owner"), in_force_at=at)
    proposing.approve(city.engine, "example", str(made.values["proposal"]), Actor(person="approver"))
    changed.draft(city, "example")
    assert "第 2 版已获批准,将于 2026-12-01 生效" in signed_in(app, "owner").get("/processes/example/try").text


def test_a_new_task_of_which_the_stories_do_not_tell_is_told_once_and_put_into_each(app: Flask, city: City) -> None:
    draft = changed.draft(city, "example")
    drawn = draft.files(city.engine.store)["process.bpmn"]
    diagram = changed.replaced(drawn, ("string length(sentence) &gt; 8", "string length(sentence) &gt; 0"))
    drafts.save(city.engine, "example", "owner", draft.revision, {"process.bpmn": diagram})
    owner = signed_in(app, "owner")
    assert send(owner, "/processes/example/try").status_code == 302
    page = owner.get("/processes/example/try").text
    assert "场景里还没有新环节「复核」" in page
    assert 'id="propose"' not in page
    empty = send(owner, "/processes/example/try/step", _by="party-clerk", _outcome="agree", remark="")
    assert empty.status_code == 422
    assert "复核意见" in empty.text
    told = send(owner, "/processes/example/try/step", _by="party-clerk", _outcome="agree", remark="同意\"照办\"")
    assert told.status_code == 302
    page = owner.get("/processes/example/try").text
    assert "场景里还没有新环节" not in page
    assert "全部场景按预期走完" in page
    with city.engine.database.reading() as connection:
        kept = drafts.find(connection, "example")
    assert kept is not None
    stories = [body for name, body in kept.files(city.engine.store).items() if name.startswith("scenarios/")]
    assert all('remark = "同意\\"照办\\""' in body.decode() for body in stories)
    assert send(signed_in(app, "approver"), "/processes/example/try/step").status_code == 403


def test_an_empty_list_of_cases_says_whose_cases_it_has_and_leads_an_owner_to_the_processes(
    app: Flask, city: City
) -> None:
    city.start("example", by="party-clerk", subject="之前")
    for person, led in (("owner", True), ("approver", False)):
        empty = signed_in(app, person).get("/cases").text.partition('class="bh-empty"')[2].partition("</div>")[0]
        assert "没有符合条件的案件" in empty
        assert "这里只有您发起、参与、督办或与您单位有关的案件" in empty
        assert ('href="/processes"' in empty) == led
    assert 'class="bh-empty"' not in signed_in(app, "party-clerk").get("/cases").text


def test_after_the_trial_comes_its_result_with_the_next_step(app: Flask, city: City) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    owner = signed_in(app, "owner")
    assert send(owner, "/processes/example/try").location == "/processes/example/try#result"
    page = owner.get("/processes/example/try").text
    result = page.partition('id="result"')[2].partition("</div>")[0]
    assert re.findall(r'href="#(\w+)"', result) == ["diagrams", "propose"]
    # What only leads to the form does not look like the button that proposes.
    assert "btn" not in result
    assert page.count("提请批准</button>") == 1
    assert page.index('id="propose"') < page.index('id="turn"')


def test_a_draft_in_which_nothing_was_changed_says_so(app: Flask, city: City) -> None:
    begun = drafts.begin(city.engine, "example", "owner")
    owner = signed_in(app, "owner")
    for address in ("/processes", "/processes/example/try"):
        page = owner.get(address).text
        assert "尚无修改" in page, address
        assert "次修改" not in page, address
    files = begun.files(city.engine.store)
    drafts.save(city.engine, "example", "owner", begun.revision, changed.example(files))
    listed = owner.get("/processes").text
    assert '<a href="/processes/example/revisions">第 2 次修改</a>' in listed
    assert "尚无修改" not in listed
    assert "第 1 次是草稿开始时的样子" in owner.get("/processes/example/revisions").text
