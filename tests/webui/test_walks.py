"""What stopped people who did not know the product, without a browser: each is a question that a page answers now."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.definitions import drafts, proposing, sight
from engine.definitions.package import read_folder
from engine.history import places
from engine.messages import Actor
from engine.tasks import queries as tasks
from tests.driver import PROCESSES, City
from tests.processes import changed, monthly
from tests.webui.test_routes import app, signed_in

__all__ = ["app"]


@pytest.mark.parametrize(
    ("person", "place"),
    [
        ("owner", "/processes"), ("approver", "/approvals"), ("auditor", "/audit/cases"), ("admin", "/people"),
        ("party-clerk", "/inbox/todo"),
    ],
)  # fmt: skip
def test_everybody_begins_where_their_work_is(app: Flask, person: str, place: str) -> None:
    assert signed_in(app, person).get("/").headers["Location"] == place


def test_the_posts_of_the_platform_stand_first_on_the_page_that_offers_persons(app: Flask) -> None:
    people = re.findall(r'data-person="([^"]+)"', app.test_client().get("/sign-in").text)
    assert set(people[:4]) == {"owner", "approver", "auditor", "admin"}
    assert "party-clerk" in people[4:]


@pytest.fixture
def signed(city: City) -> str:
    """A month whose letters are signed and sent; its case."""
    return monthly.signed(city)


def test_a_letter_is_found_by_its_number_and_says_who_signed_it_and_on_which_version(
    app: Flask, city: City, signed: str
) -> None:
    auditor = signed_in(app, "auditor")
    found = auditor.get(f"/cases?q={quote('滨党建提〔2026〕1号')}").text
    address = re.search(rf'href="(/cases/{signed}/documents/[^"]+/letter)">滨党建提〔2026〕1号 ', found)
    assert address is not None
    assert address[1] in auditor.get(f"/cases?q={quote('滨党建提[2026]1号')}").text
    assert "案件数据里有" in auditor.get(f"/cases?q={quote('谈心谈话记录不全')}").text
    assert "案件数据里有" not in auditor.get(f"/cases?q={quote('2026-11')}").text
    assert "没有符合条件的案件" in auditor.get(f"/cases?q={quote('滨党建提〔2026〕77号')}").text
    # The auditor's own search finds it too, and leads to it.
    for typed in ("滨党建提〔2026〕1号", "滨党建提 [2026] 1"):
        hit = auditor.get("/audit/cases", query_string={"q": typed}).text.partition("<tbody>")[2]
        assert f'href="{address[1]}">滨党建提〔2026〕1号 ' in hit, typed
    nothing = auditor.get("/audit/cases", query_string={"q": "谈心谈话记录不全"}).text
    assert address[1] not in nothing
    (further,) = re.findall(r'href="(/audit/cases\?value=[^"]+)"', nothing)
    assert f"/cases/{signed}/replay" in auditor.get(further).text
    letter = auditor.get(address[1]).text
    hands = re.search(r'<ol class="bh-line">(.*?)</ol>', letter, re.DOTALL)
    assert hands is not None
    assert re.findall(r'<span class="w">(.+?)</span>', hands[1]) == ["郑同和", "陶敬之", "王岚"]
    assert "第 1 版" in letter
    assert f"/cases/{signed}/proof" in letter
    # What the signers decided about this letter stands there, not the button that sent the whole batch.
    assert (hands[1].count("意见:同意 · 批示:同意。"), "提交" in hands[1]) == (2, False)
    # What the signer decided about each letter stands on the page of the finished task.
    task = re.search(r'href="(/tasks/[^"]+)"', hands[1])
    assert task is not None
    given = auditor.get(task[1]).text.partition('id="given"')[2]
    assert "惠民县" in given
    assert "同意" in given


def test_a_letter_names_the_batch_in_which_it_was_and_not_a_later_one_of_other_letters(app: Flask, city: City) -> None:
    case = monthly.signed(city, ("huimin", "yangxin"), returned={"huimin": "请核实。"})
    auditor = signed_in(app, "auditor")
    letters = re.findall(rf'href="(/cases/{case}/documents/[^"]+/letter)">([^<]+)', auditor.get(f"/cases/{case}").text)
    reviewed = {}
    for address, name in letters:
        hands = auditor.get(address).text.partition('<ol class="bh-line">')[2].partition("</ol>")[0]
        (line,) = [one for one in hands.split("<li>") if ">主任审核<" in one]
        reviewed["惠民县" in name] = re.findall(r'datetime="(\d{4}-\d\d-\d\d)T', line)
        assert "意见:同意" in line
    assert reviewed == {True: ["2026-11-05"], False: ["2026-11-04"]}


def test_a_number_is_found_only_where_the_case_may_be_seen(app: Flask, signed: str) -> None:
    found = signed_in(app, "yangxin-clerk").get(f"/cases?q={quote('滨党建提〔2026〕1号')}").text
    assert f"/cases/{signed}" not in found
    assert "没有符合条件的案件" in found


def test_the_data_of_a_case_stand_under_the_labels_of_forms_and_rows_open_as_a_table(app: Flask, signed: str) -> None:
    data = signed_in(app, "auditor").get(f"/cases/{signed}").text.partition('id="data"')[2]
    asked, _, own = data.partition('class="bh-own"')
    assert "月份" in asked
    assert "具体表现" in asked
    assert "<dt>graded</dt>" not in asked
    assert "<dt>graded</dt>" in own


def test_what_happened_at_one_instant_is_told_in_the_order_in_which_it_happened(app: Flask, signed: str) -> None:
    course = signed_in(app, "auditor").get(f"/cases/{signed}").text.partition('id="course"')[2]
    told = re.findall(r'/tasks/[^"]+">([^<]+)</a>', course)[:4]
    assert [one.partition(" ")[0] for one in told] == ["市委书记审签", "主任审核", "起草提醒函", "汇总研判"]


def test_replay_says_whether_the_record_was_verified_and_shows_answers_that_have_rows(
    app: Flask, city: City, signed: str
) -> None:
    auditor = signed_in(app, "auditor")
    page = auditor.get(f"/cases/{signed}/replay?entry=1").text
    assert f"/cases/{signed}/proof" in page
    numbered = re.findall(r"entry=(\d+)[^>]*>([^<]*市委书记审签[^<]*)<", page)
    entry = auditor.get(f"/cases/{signed}/replay/{numbered[-1][0]}").text
    assert '<details class="bh-rows" open>' in entry


def test_a_proposal_says_who_else_can_approve_it_and_a_version_leads_to_its_change(app: Flask, city: City) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    done = proposing.propose(city.engine, "example", Actor(person="owner"))
    owner = signed_in(app, "owner")
    page = owner.get(f"/processes/example/proposals/{str(done.values['proposal']).rpartition('.')[2]}").text
    assert "可由 宋知远 批准" in page
    version = owner.get("/processes/pb_monthly_reminder/versions/1").text
    assert 'action="/processes/pb_monthly_reminder/draft"' in version
    assert 'href="/processes/pb_monthly_reminder/versions/1">每月提醒' in owner.get("/processes").text


def test_a_called_process_knows_the_names_that_its_caller_gives(city: City) -> None:
    files = read_folder(PROCESSES / "pb_county_self_check").files
    found = sight.look(city.engine, "pb_county_self_check", files)
    given = {one.name: one.label for one in found.names.everywhere if one.origin == "caller"}
    assert given["county"] == "每月提醒"
    assert "settings" not in given


def test_a_step_that_loses_its_deadline_is_marked_in_the_list_of_changes(app: Flask, city: City) -> None:
    begun = drafts.begin(city.engine, "example", "owner")
    diagram = begun.files(city.engine.store)["process.bpmn"].decode()
    lost = re.sub(r'<bihuan:deadline [^>]*/>', "", diagram)
    assert lost != diagram
    saved = drafts.save(city.engine, "example", "owner", begun.revision, {"process.bpmn": lost.encode()})
    changed.examined(city, saved.digest)
    assert "不再有时限" in signed_in(app, "owner").get("/processes/example/try").text


def signing(app: Flask, city: City, signed: str) -> tuple[FlaskClient, str, str]:
    """An auditor, the page of the first letter of the month, and the entry by which it was signed."""
    auditor = signed_in(app, "auditor")
    address = re.search(r'href="(/cases/[^"]+/letter)"', auditor.get(f"/cases/{signed}").text)
    assert address is not None
    letter = auditor.get(address[1]).text
    with city.engine.database.reading() as connection:
        (task,) = [one for one in tasks.of_case(connection, signed) if one.element == "secretary_sign"]
        return auditor, letter, str(places.finished(connection, signed)[task.id])


def test_a_finished_task_and_its_entry_show_the_letters_as_they_were_signed(
    app: Flask, city: City, signed: str
) -> None:
    auditor, letter, entry = signing(app, city, signed)
    task = re.search(r'href="(/tasks/[^"]+)">市委书记审签', letter)
    assert task is not None
    page = auditor.get(task[1]).text
    assert "文稿在表单下方" in page
    below = page.partition('id="letters"')[2]
    told = auditor.get(f"/cases/{signed}/replay/{entry}").text
    for shown in (below, told):
        assert "办结时的文稿" in shown
        assert "惠民县党(工)委" in shown.replace("（", "(").replace("）", ")")
        # The number came after the signature: what was signed had none.
        assert "滨党建提〔2026〕1号" not in shown.partition("bh-letter")[2]


def test_a_letter_leads_to_each_of_its_moments(app: Flask, city: City, signed: str) -> None:
    auditor, letter, entry = signing(app, city, signed)
    assert f'href="/cases/{signed}/replay?entry={entry}">回放签发的时刻' in letter
    course = re.search(r'<ol class="bh-line">(.*?)</ol>', letter, re.DOTALL)
    assert course is not None
    moments = [int(found) for found in re.findall(r"replay\?entry=(\d+)", course[1])]
    told = [auditor.get(f"/cases/{signed}/replay/{one}").text for one in moments]
    said = ("送达 县市区整改", "归入文件", "市委书记审签", "主任审核", "起草提醒函")
    for part, words in zip(told, said, strict=True):
        assert words in part, words
    assert moments == sorted(moments, reverse=True)
    # What was handed over says to whom.
    assert "惠民县" in re.findall(r"<h2>(.*?)</h2>", told[0])[0]


def test_the_version_of_a_case_leads_to_who_approved_it_or_says_that_nobody_did(app: Flask, signed: str) -> None:
    auditor = signed_in(app, "auditor")
    for path in (f"/cases/{signed}", f"/cases/{signed}/replay", f"/cases/{signed}/history", f"/cases/{signed}/proof"):
        assert 'href="/processes/pb_monthly_reminder/versions/1"' in auditor.get(path).text, path
    for path in (f"/cases/{signed}/replay", "/processes/pb_monthly_reminder/versions/1"):
        assert "由系统命令部署,没有第二人批准" in auditor.get(path).text, path
    # Who may not open the page of a version is not led there.
    page = signed_in(app, "party-clerk").get(f"/cases/{signed}").text
    assert "第 1 版" in page
    assert "/versions/1" not in page


def test_the_record_and_replay_count_the_steps_of_an_entry_alike(app: Flask, signed: str) -> None:
    auditor = signed_in(app, "auditor")
    rows = re.split(r'<tr id="entry-', auditor.get(f"/cases/{signed}/history").text)[1:]
    counted = {row.partition('"')[0]: re.findall(r"流程推进 (\d+) 步", row) for row in rows}
    assert sum(bool(found) for found in counted.values()) > 10
    for seq, found in counted.items():
        entry = auditor.get(f"/cases/{signed}/replay/{seq}").text
        listed = entry.partition("bh-steps-taken")[2].partition("</details>")[0]
        assert [int(one) for one in found] == ([listed.count("<li>")] if listed else []), seq


def test_auditors_read_the_year_and_the_second(app: Flask, city: City, signed: str) -> None:
    auditor, letter, _ = signing(app, city, signed)
    pages = [auditor.get(f"/cases/{signed}/{place}").text for place in ("history", "replay", "proof")]
    for page in (letter, *pages):
        assert "北京时间(UTC+8)" in page
    for page in (letter, *pages[:2]):
        assert "2026-11-04 09:00:00" in page
        assert not re.search(r">\d\d-\d\d \d\d:\d\d<", page)
