"""What a proposal changes and whom it meets, told on its page in words: forms, conditions, elements, open cases."""

from __future__ import annotations

import html
import json
import re
import tomllib

import pytest
from flask import Flask, render_template_string

from engine.definitions import difference_diagram, drafts, proposing
from engine.definitions.impact import Counted, Standing
from engine.messages import Actor
from tests.driver import City
from tests.processes import changed
from tests.webui.test_publishing import proposed
from tests.webui.test_routes import app, signed_in
from webui.texts import say

__all__ = ["app", "proposed"]


def test_the_impact_begins_with_the_new_task_that_open_cases_never_meet(app: Flask, city: City, proposed: str) -> None:
    city.start("example", by="party-clerk", subject="之前")
    page = signed_in(app, "approver").get(proposed).text
    impact = page.partition('id="impact"')[2].partition("</section>")[0]
    listed = re.findall(r'href="#element-(\w+)"', impact)
    assert listed == ["review", "long", "to_done"]
    assert "只有新发起的案件会经过" in impact
    task = page.partition('id="element-review"')[2].partition("</details>")[0]
    assert task.startswith(' data-element="review" open>')
    assert task.index("办理人") < task.index("按钮")


def test_a_new_form_is_told_field_by_field_in_the_readers_words_and_drawn(app: Flask, city: City) -> None:
    begun = changed.draft(city, "example")
    asked = {
        "components": [
            {"type": "radio", "id": "f_pass", "key": "pass", "label": "是否通过", "validate": {"required": True},
             "values": [{"label": "通过", "value": "yes"}, {"label": "不通过", "value": "no"}]},
            {"type": "textarea", "id": "f_remark", "key": "remark", "label": "意见",
             "conditional": {"hide": '=pass != "no"'}},
        ],
        "type": "default", "id": "review", "schemaVersion": 18,
    }  # fmt: skip
    body = json.dumps(asked, ensure_ascii=False).encode()
    saved = drafts.save(city.engine, "example", "owner", begun.revision, {"forms/review.json": body})
    changed.examined(city, saved.digest)
    page = signed_in(app, "owner").get("/processes/example/try").text
    file = page.partition('id="file-forms-review-json"')[2].partition("</section>")[0]
    assert file.startswith(" open>")
    told = re.findall(r'<tr><th scope="row">(.*?)</tr>', file.partition("<fieldset disabled>")[0], re.S)
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in told]
    assert rows == [
        ["是否通过", "pass", "单选", "必填", "通过、不通过", "始终显示"],
        ["意见", "remark", "多行文字", "—", "—", "是否通过", "不等于", "不通过", "pass", "!=", "&#34;no&#34;"],
    ]
    assert "radio)" not in file
    drawn = file.partition("<fieldset disabled>")[2].partition("</details>")[0]
    assert re.findall(r'type="radio"[^>]*value="(\w+)"', drawn) == ["yes", "no"]
    names = re.findall(r' id="([^"]+)"', page)
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(("words", "told"), [("zh-CN", "复核结果 等于 不通过"), ("en", "Result is Failed")])
def test_a_condition_that_compares_an_answer_is_told_by_label_and_option_with_its_feel_behind(
    app: Flask, city: City, words: str, told: str
) -> None:
    begun = changed.draft(city, "example")
    files = begun.files(city.engine.store)
    form = json.loads(files["forms/note.json"])
    choices = [{"label": "通过", "value": "pass"}, {"label": "不通过", "value": "fail"}]
    asked = {"type": "radio", "id": "f_choice", "key": "choice_1", "label": "复核结果", "values": choices}
    form["components"].append(asked)
    english = '\nmsgid "复核结果"\nmsgstr "Result"\n\nmsgid "不通过"\nmsgstr "Failed"\n'
    body = changed.replaced(files["process.bpmn"], ("string length(sentence) &gt; 8", 'choice_1 = "fail"'))
    saved = drafts.save(city.engine, "example", "owner", begun.revision, {
        "process.bpmn": body,
        "forms/note.json": json.dumps(form, ensure_ascii=False).encode(),
        "texts/en.po": files["texts/en.po"] + english.encode(),
    })  # fmt: skip
    changed.examined(city, saved.digest)
    owner = signed_in(app, "owner")
    owner.set_cookie("bh_language", words)
    page = owner.get("/processes/example/try").text
    flow = page.partition('id="element-long_yes"')[2].partition("</details>")[0]
    assert f"{told} <code>choice_1 = &#34;fail&#34;</code>" in flow


def test_the_condition_of_a_new_flow_is_open_and_a_flow_without_one_is_folded(app: Flask, proposed: str) -> None:
    page = signed_in(app, "approver").get(proposed).text
    assert 'data-element="long_yes" open>' in page
    assert 'data-element="to_long">' in page


def test_what_moved_along_together_is_one_line_under_the_changes_and_is_not_marked(app: Flask, city: City) -> None:
    draft = changed.draft(city, "example")
    aside = changed.replaced(
        draft.files(city.engine.store)["process.bpmn"], ('x="202" y="137"', 'x="242" y="137"'),
        ('x="300" y="120"', 'x="340" y="120"'), ('x="472" y="137"', 'x="512" y="137"'), ('width="408"', 'width="448"'),
    )  # fmt: skip
    draft = drafts.save(city.engine, "example", "owner", draft.revision, {"process.bpmn": aside})
    changed.examined(city, draft.digest)
    page = signed_in(app, "owner").get("/processes/example/try").text
    assert re.findall(r'id="shifted">其余 (\d+) 个图形', page) == ["4"]
    for key in ("start", "note", "done", "lane_person"):
        assert f'id="element-{key}"' not in page
    marks = re.search(r'data-marks="([^"]+)"', page)
    assert marks is not None
    assert json.loads(html.unescape(marks[1]))["moved"] == []


def test_every_count_of_the_impact_names_the_cases_that_the_reader_may_see(app: Flask, city: City) -> None:
    first = city.start("example", by="party-clerk", subject="之前")
    digest = changed.draft(city, "example").digest
    changed.examined(city, digest)
    owner = signed_in(app, "owner")
    impact = owner.get("/processes/example/try").text.partition('id="impact"')[2].partition("</section>")[0]
    assert "1 件不在您的查看范围内" in impact
    assert "审计员看得到全部" in impact
    assert first not in impact
    with app.test_request_context():
        told = render_template_string(
            '{% from "publishing/parts.html" import counted with context %}{{ counted(found) }}',
            found=Counted(count=12, unseen=4, named=[Standing(id=first, title="之前", number=1)]),
        )
    assert f'href="/cases/{first}">之前<' in told
    assert "另 7 件未列出" in told
    assert "4 件不在您的查看范围内" in told


def test_what_changed_is_called_by_the_names_of_roles_steps_and_scenarios(app: Flask, city: City) -> None:
    draft = changed.draft(city, changed.MONTHLY)
    name = min(one for one in draft.files(city.engine.store) if one.startswith("scenarios/"))
    story = draft.files(city.engine.store)[name]
    draft = drafts.save(
        city.engine, changed.MONTHLY, "owner", draft.revision, {"scenarios/again.toml": renamed(story), name: None}
    )
    changed.examined(city, draft.digest)
    page = signed_in(app, "owner").get(f"/processes/{changed.MONTHLY}/try").text
    task = page.partition('id="element-file_away"')[2].partition("</details>")[0]
    assert "<ins>市委党建办科员</ins>" in re.sub(r"<span[^>]*>|</span>", "", task)
    assert "party_office_clerk" not in task
    assert '<a href="#file-forms-file_away-json">使用了新文件</a>' in task
    assert 'id="file-forms-file_away-json"' in page
    titles = re.findall(r"<strong>((?:表单|场景|决策表) [^<]+)</strong>", page.partition('id="files"')[2])
    old = tomllib.loads(story.decode())["title"]
    assert {"表单 归档确认", "决策表 问题定级", "场景 再来一次", f"场景 {old}"} <= set(titles)
    assert [one for one in titles if one.split(" ", 1)[1].isascii()] == []


@pytest.mark.parametrize(
    ("words", "gateway"), [("zh-CN", "排他网关(“{}”之后)"), ("en", "Exclusive gateway after “{}”")]
)
def test_a_gateway_without_a_name_is_told_by_what_it_is_and_where_it_stands(
    app: Flask, city: City, words: str, gateway: str
) -> None:
    city.start("example", by="party-clerk", subject="之前")
    draft = changed.draft(city, "example")
    body = draft.files(city.engine.store)["process.bpmn"]
    nameless = changed.replaced(
        body, ('id="long" name="很长?"', 'id="Gateway_0x1ab2c"'), ('"long"', '"Gateway_0x1ab2c"'),
        (">long<", ">Gateway_0x1ab2c<"), ('id="long_yes" name="是"', 'id="long_yes"'),
    )  # fmt: skip
    draft = drafts.save(city.engine, "example", "owner", draft.revision, {"process.bpmn": nameless})
    changed.examined(city, draft.digest)
    outcome = proposing.propose(city.engine, "example", Actor(person="owner"), note="长句要复核")
    address = f"/processes/example/proposals/{str(outcome.values['proposal']).rpartition('.')[2]}"
    step, review = {"zh-CN": ("写一句话", "复核"), "en": ("Write a sentence", "Review")}[words]
    told = gateway.format(step)
    for person, place in (("owner", "/processes/example/try"), ("approver", address)):
        browser = signed_in(app, person)
        browser.set_cookie("bh_language", words)
        page = browser.get(place).text
        assert re.search(rf"<strong>{re.escape(told)}</strong>", page), place
        assert re.search(rf"<strong>{re.escape(told)} → {review}</strong>", page), place
        assert f'href="#element-Gateway_0x1ab2c">{told}</a>' in page.partition('id="impact"')[2], place
        flow = page.partition('id="element-long_yes"')[2].partition("</details>")[0]
        assert told in flow.partition("<tbody>")[2], place
        shown = re.sub(r"<[^>]+>", "", page)
        assert "Gateway_0x1ab2c" not in shown, place


def renamed(story: bytes) -> bytes:
    """The same scenario under another title."""
    text, made = re.subn(r"(?m)^title = .*$", 'title = "再来一次"', story.decode(), count=1)
    assert made == 1
    return text.encode()


def test_ids_that_the_drawing_made_are_not_told_where_there_is_a_name_and_readable_ids_are(
    app: Flask, city: City
) -> None:
    draft = changed.draft(city, "example")
    files = draft.files(city.engine.store)
    made = changed.replaced(
        files["process.bpmn"], ('"review"', '"Activity_0vcvt4o"'), (">review<", ">Activity_0vcvt4o<"),
        ('"long_yes"', '"Flow_0lh2p72"'), (">long_yes<", ">Flow_0lh2p72<"),
    )  # fmt: skip
    draft = drafts.save(city.engine, "example", "owner", draft.revision, {
        "process.bpmn": made, "forms/Activity_0vcvt4o.json": files["forms/review.json"], "forms/review.json": None,
    })  # fmt: skip
    changed.examined(city, draft.digest)
    page = signed_in(app, "owner").get("/processes/example/try").text
    told = re.sub(r"<[^>]+>", "", page.partition('id="changes"')[2].partition('id="impact"')[0])
    assert "复核 用户任务" in told
    assert "表单 复核" in told
    assert re.findall(r"\b(?:Activity|Flow)_\w+", told) == []
    assert "顺序流 · to_done" in told


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_kind_of_value_has_a_word(language: str) -> None:
    written = (difference_diagram.ATTRIBUTES.values(), difference_diagram.CHILDREN.values(), difference_diagram.NAMED)
    aspects = {aspect for listed in written for aspect in listed}
    aspects |= {"attribute", "event", "lane", "container", "type", "file", "field", "field-order", "rule", "setting"}
    aspects |= {"flow-order"}
    codes = {f"change.aspect.{aspect}" for aspect in aspects}
    codes |= {f"change.type.{kind}" for kind in difference_diagram.THINGS}
    assert sorted(code for code in codes if say(code, language) == code) == []
