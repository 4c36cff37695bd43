"""A process owner in a browser: the properties of a form's fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import MONTHLY, add_field, checked, open_group, owner, saved, until
from tests.driver import City

pytestmark = pytest.mark.browser

__all__ = ["owner"]

FORM = f"{MONTHLY}/edit/forms/summary.json"
COMPONENTS = "() => bihuanForm.saveSchema().components"
WHEN = "#bihuan-shown-when"
MUST = "#bihuan-required"


def opened(browser: Browser) -> Any:
    browser.page.set_viewport_size({"width": 1440, "height": 757})
    browser.open(FORM)
    browser.page.wait_for_selector('#form-editor[data-state="drawn"]')
    checked(browser)
    return browser.page


def hide(page: Any) -> str:
    """Under what the first field of the form is hidden."""
    found: str = page.evaluate(COMPONENTS)[0].get("conditional", {}).get("hide", "")
    return found


def test_a_field_is_shown_only_for_an_answer_without_a_line_of_feel(owner: Browser, city: City) -> None:
    page = opened(owner)
    key = add_field(owner, "radio")
    add_field(owner, "textarea")
    open_group(owner, "condition")
    page.select_option(WHEN, key)
    # It begins with the last answer: the exception stands there.
    until(lambda: hide(page) == f'={key} != "no"')
    page.select_option(f"{WHEN}-value", label="是")
    until(lambda: hide(page) == f'={key} != "yes"')
    page.select_option(f"{WHEN}-value", label="否")
    until(lambda: hide(page) == f'={key} != "no"')
    page.select_option(f"{WHEN}-sign", label="不等于")
    until(lambda: hide(page) == f'={key} = "no"')
    page.select_option(f"{WHEN}-sign", label="等于")
    until(lambda: hide(page) == f'={key} != "no"')
    assert "必填" in page.locator('[data-entry-id="bihuan-shown-when"]').inner_text()
    until(lambda: page.locator("[data-part=unsaved]").is_visible())
    with page.expect_navigation():
        page.click("[data-saves]")
    until(lambda: f'={key} != \\"no\\"' in saved(city, "forms/summary.json"))
    assert owner.complaints == []


def test_a_field_is_required_only_for_an_answer_and_may_be_filled_in_for_others(owner: Browser, city: City) -> None:
    page = opened(owner)
    key = add_field(owner, "radio")
    add_field(owner, "textarea")
    page.select_option(MUST, key)
    field = "() => bihuanForm.saveSchema().components[0]"
    until(lambda: page.evaluate(field).get("properties") == {"requiredWhen": f'={key} = "no"'})
    page.select_option(f"{MUST}-sign", label="不等于")
    until(lambda: page.evaluate(field).get("properties") == {"requiredWhen": f'={key} != "no"'})
    page.select_option(MUST, label="必填")
    until(lambda: page.evaluate(field).get("validate") == {"required": True})
    assert page.evaluate(field).get("properties") is None
    page.locator("[data-step=undo]").click()
    until(lambda: page.evaluate(field).get("properties") == {"requiredWhen": f'={key} != "no"'})
    assert page.evaluate(field).get("validate") is None
    with page.expect_navigation():
        page.click("[data-saves]")
    until(lambda: f'={key} != \\"no\\"' in saved(city, "forms/summary.json"))
    assert owner.complaints == []


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("checkbox", None, "={key} != true"),
        ("number", "12", "={key} != 12"),
        ("textfield", '说"是"', '={key} != "说\\"是\\""'),
    ],
)
def test_a_tick_a_number_and_a_text_are_compared_as_what_they_are(
    owner: Browser, kind: str, value: str | None, written: str
) -> None:
    page = opened(owner)
    key = add_field(owner, kind)
    add_field(owner, "textarea")
    open_group(owner, "condition")
    page.select_option(WHEN, key)
    if value is not None:
        page.fill(f"{WHEN}-value", value)
        page.press(f"{WHEN}-value", "Tab")
    until(lambda: hide(page) == written.format(key=key))
    assert page.locator(WHEN).input_value() == key
    assert page.locator(f"{WHEN}-value").input_value() == (value or "true")


def test_a_condition_that_says_more_stays_an_expression(owner: Browser) -> None:
    page = opened(owner)
    key = add_field(owner, "radio")
    add_field(owner, "textarea")
    page.evaluate(
        """hide => { const field = bihuanForm.get('selection').get();
          bihuanForm.get('modeling').editFormField(field, 'conditional', { hide }); }""",
        f'={key} = "no" and 1 = 1',
    )
    open_group(owner, "condition")
    assert page.locator(f"{WHEN} option:checked").inner_text() == "由下面的算式决定"
    assert page.locator(f"{WHEN}-value").count() == 0
    page.select_option(WHEN, label="(总是显示)")
    until(lambda: hide(page) == "")


def test_options_and_what_is_required_stand_open_and_are_typed_at_once(owner: Browser) -> None:
    page = opened(owner)
    add_field(owner, "radio")
    titles = page.locator("#form-editor .bio-properties-panel-group-header-title").all_inner_texts()
    assert titles[:3] == ["通用", "固定选项", "校验"]
    labels = page.locator('[data-group-id="group-staticOptions"] [data-entry-id$="-label"] input:visible')
    labels.nth(0).fill("通过")
    labels.nth(1).fill("不通过")
    page.select_option(MUST, label="必填")
    until(lambda: page.evaluate(COMPONENTS)[0].get("validate") == {"required": True})
    found = page.evaluate(COMPONENTS)[0]
    assert json.dumps([one["label"] for one in found["values"]], ensure_ascii=False) == '["通过", "不通过"]'
    assert [one["value"] for one in found["values"]] == ["yes", "no"]


def test_the_page_keeps_still_when_a_group_is_unfolded_or_an_option_added(owner: Browser) -> None:
    page = opened(owner)
    add_field(owner, "select")
    page.evaluate("window.scrollTo(0, 40)")
    before = page.evaluate("window.scrollY")
    for group in ("condition", "layout"):
        page.locator(f'[data-group-id="group-{group}"] .bio-properties-panel-group-header').dispatch_event("click")
        page.wait_for_timeout(100)
    page.locator('[data-group-id="group-staticOptions"] .bio-properties-panel-add-entry').dispatch_event("click")
    until(lambda: page.evaluate("document.activeElement.value") == "选项 3")
    assert page.evaluate("window.scrollY") == before


def test_the_panel_of_a_form_is_headed_by_the_step_that_uses_it(owner: Browser) -> None:
    page = opened(owner)
    head = page.locator("#form-editor .bio-properties-panel-header")
    until(lambda: "整改情况汇总" in head.inner_text())
    assert "表单" in head.inner_text()
    assert "summary" not in head.inner_text()


def test_only_answers_that_are_known_where_the_field_stands_are_offered(owner: Browser) -> None:
    page = opened(owner)
    add_field(owner, "checkbox")
    add_field(owner, "datetime")
    page.evaluate(
        """() => { const get = name => bihuanForm.get(name), root = get('formFieldRegistry').getAll()
              .find(one => one.type === 'default');
          const rows = get('modeling').addFormField({ type: 'dynamiclist' }, root, 0);
          get('modeling').addFormField({ type: 'number', label: '行内' }, rows, 0); }"""
    )
    add_field(owner, "textfield")
    offered = page.locator(f"{WHEN} option")
    until(lambda: "勾选框" in offered.all_text_contents())
    # Neither itself, nor a date, nor what stands in each row of a list; the form's own opinion is beside it.
    assert offered.all_text_contents() == ["(总是显示)", "勾选框", "汇总意见"]
