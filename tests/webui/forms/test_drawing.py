"""A form as HTML, without a browser: names, labels, help and errors belong together, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from engine import forms
from engine.forms import definition, vocabulary
from tests.webui.forms import demo

ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    with demo.application().test_client() as client:
        yield client


def get(client: FlaskClient) -> Any:
    return html.fromstring(client.get("/", headers=ZH).data.decode())


def post(client: FlaskClient, status: int = 200, **fields: Any) -> Any:
    data = {name.replace("__", "-"): value for name, value in fields.items()}
    reply = client.post("/", data=data, headers=ZH, content_type="multipart/form-data")
    assert reply.status_code == status
    return html.fromstring(reply.data.decode())


def text(found: Any) -> str:
    return " ".join(found.text_content().split())


def test_the_form_shows_every_kind_that_may_be_published() -> None:
    assert {component.kind for component in definition.everything(demo.FORM.components)} == set(vocabulary.ATTRIBUTES)


def test_every_input_has_a_name_for_those_who_cannot_see_it(client: FlaskClient) -> None:
    page = get(client).xpath("//div[@data-fields]")[0]
    labelled = set(page.xpath(".//label/@for"))
    inputs = page.xpath(".//*[self::input or self::select or self::textarea][not(@type='hidden')]")
    assert len(inputs) > 15
    assert [each.get("id") for each in inputs if not (each.get("aria-label") or each.get("id") in labelled)] == []


def test_ids_stand_once(client: FlaskClient) -> None:
    ids = get(client).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_no_style_and_no_script_stands_in_the_page(client: FlaskClient) -> None:
    page = get(client)
    assert page.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []


def test_an_error_stands_at_its_field_and_in_the_summary(client: FlaskClient) -> None:
    page = post(client, 422, _outcome="return", amount="101", opinion=" ")
    field = page.get_element_by_id("opinion")
    assert field.get("aria-invalid") == "true"
    told = page.get_element_by_id(field.get("aria-describedby").split()[0])
    assert text(told) == "选择“退回整改”时必须填写“核验意见”"
    assert "bad" in field.getparent().get("class")
    assert text(told) in [text(link) for link in page.xpath("//div[@class='bh-errors']//a[@href='#opinion']")]


def test_the_summary_says_which_row(client: FlaskClient) -> None:
    page = post(client, 422, items__1__verdict="fail")
    assert text(page.xpath("//a[@href='#items-1-note']")[0]) == "整改措施与佐证第 2 行:请填写“缺什么”"


def test_every_link_of_the_summary_leads_to_a_field(client: FlaskClient) -> None:
    page = post(client, 422, _outcome="return")
    targets = [link.removeprefix("#") for link in page.xpath("//div[@class='bh-errors']//a/@href")]
    assert len(targets) > 5
    assert set(targets) <= set(page.xpath("//@id"))


def test_an_error_of_no_field_is_told_without_link(client: FlaskClient) -> None:
    page = post(client, 422, nothing="1")
    assert "表单中没有“nothing”这一项" in [text(line) for line in page.xpath("//div[@class='bh-errors']//li[not(a)]")]


def test_what_was_typed_is_kept(client: FlaskClient) -> None:
    page = post(
        client, 422, opinion="<b>甲</b>\n乙", amount="十二", due="明天", source="other", source_text="群众",
        copies=["zh"], onsite="on", measures__0__content="一", contact__name="刘敏",
    )  # fmt: skip
    expected = {"amount": "十二", "due": "明天", "source_text": "群众", "contact-name": "刘敏"}
    assert {name: page.get_element_by_id(name).get("value") for name in expected} == expected
    assert page.get_element_by_id("opinion").text.strip() == "<b>甲</b>\n乙"
    assert page.xpath("//input[@checked]/@value") == ["other", "zh"]
    assert page.get_element_by_id("onsite").get("checked") is not None


def test_hidden_fields_are_not_drawn(client: FlaskClient) -> None:
    assert get(client).xpath("//*[@name='source_text']") == []
    assert post(client, source="other", _refresh="1").xpath("//*[@name='source_text']") != []


def test_what_is_required_for_an_answer_says_so_when_it_is_given(client: FlaskClient) -> None:
    def due(page: Any) -> str:
        return text(page.xpath("//label[@for='due']")[0])

    assert due(get(client)) == "补齐时限"
    assert "必填" in due(post(client, source="joint", _refresh="1"))
    assert post(client, 422, source="joint").xpath("//a[@href='#due']") != []
    assert post(client, 422, source="self").xpath("//a[@href='#due']") == []


def test_read_only_is_shown_and_not_posted(client: FlaskClient) -> None:
    page = get(client)
    assert "谈心谈话记录不全" in text(page)
    assert page.xpath("//*[@name='unit' or @name='items-0-title']") == []


def test_fixed_rows_have_no_buttons(client: FlaskClient) -> None:
    page = get(client)
    assert page.xpath("//button[@name='_add']/@value") == ["measures"]
    assert page.xpath("//button[@name='_remove']/@value") == ["measures-0"]


def test_rows_are_added_and_removed_without_script(client: FlaskClient) -> None:
    page = post(client, measures__0__content="一", _add="measures", opinion="写到一半")
    assert page.xpath("//input[@name='measures-0-content']/@value") == ["一"]
    assert len(page.xpath("//*[@name='measures-1-content']")) == 1
    assert page.get_element_by_id("opinion").text.strip() == "写到一半"
    page = post(client, measures__0__content="一", measures__1__content="二", _remove="measures-0")
    assert page.xpath("//input[@name='measures-0-content']/@value") == ["二"]


def test_a_file_travels_with_the_form_without_script_and_can_be_dropped(client: FlaskClient) -> None:
    page = post(client, _refresh="1", evidence=(BytesIO(b"%PDF-"), "纪要.pdf"))
    reference = page.xpath("//input[@type='hidden'][@name='evidence']/@value")[0]
    assert "纪要.pdf" in reference
    drop = page.xpath("//button[@name='_drop']/@value")[0]
    page = post(client, evidence=reference, _drop=drop)
    assert page.xpath("//input[@type='hidden'][@name='evidence']") == []


def test_enter_never_sends_the_form(client: FlaskClient) -> None:
    """The first button is what Enter presses."""
    first = get(client).xpath("//form[@data-draft-url]//button")[0]
    assert first.get("name") == "_refresh"


def test_values_of_the_data_are_no_markdown_and_no_html(client: FlaskClient) -> None:
    assert text(get(client).xpath("//div[@class='bh-text']//strong")[0]) == "惠民*县"


def test_words_are_translated_and_errors_too() -> None:
    english = {"核验意见": "Opinion", "退回整改": "Send back"}.get
    with demo.application().test_request_context(headers={"Cookie": "bh_language=en"}):
        error = forms.FieldError("opinion", "form-required-by-outcome", {"label": "核验意见", "outcome": "return"})
        (line,) = demo.fields.error_lines(
            demo.FORM, [error], translate=lambda words: english(words, words), outcomes={"return": "退回整改"}
        )
        assert line.sentence == "“Opinion” must be filled in for “Send back”"


def test_a_part_changes_its_shape_only_when_it_looks_different(client: FlaskClient) -> None:
    def shapes(page: Any) -> dict[str, str]:
        return {part.get("data-component"): part.get("data-shape") for part in page.xpath("//*[@data-shape]")}

    before = shapes(get(client))
    typed = shapes(post(client, _refresh="1", opinion="甲", amount="1", measures__0__content="一"))
    changed = shapes(post(client, _refresh="1", items__0__verdict="fail"))
    assert {part for part in before if typed.get(part) != before[part]} == set()
    assert {part for part in before if changed.get(part) != before[part]} >= {"l"}
    assert re.fullmatch(r"[0-9a-f]{8}", before["l"])
