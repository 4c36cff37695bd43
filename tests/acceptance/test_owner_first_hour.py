"""In a browser: what a new owner meets in the first hour, in the words of the office and without losing the place."""

from __future__ import annotations

import re

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import (
    MONTHLY,
    append_task,
    checked,
    draw,
    field,
    open_group,
    owner,
    rules,
    select,
    until,
)

pytestmark = pytest.mark.browser

__all__ = ["owner"]

#: What stands in the panels of forms and is no word of a language.
NO_WORDS = {"ID", "FEEL", "URL", "AM/PM", "JSON"}

ADD_ONE_OF_EACH = """() => {
  const get = name => bihuanForm.get(name), fields = get('formFields')._formFields;
  const root = get('formFieldRegistry').getAll().find(one => one.type === 'default'), made = [];
  for (const type of Object.keys(fields)) {
    if (type === 'default') continue;
    made.push(get('modeling').addFormField({ type }, root, 0).id);
  }
  return made; }"""


def test_the_panel_of_forms_speaks_chinese_for_every_kind_and_names_new_fields_so(owner: Browser) -> None:
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    page = owner.page
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    english: set[str] = set()
    for added in page.evaluate(ADD_ONE_OF_EACH):
        page.evaluate("id => bihuanForm.get('selection').set(bihuanForm.get('formFieldRegistry').get(id))", added)
        page.wait_for_timeout(60)
        page.evaluate(
            "document.querySelectorAll('.bio-properties-panel-group-header:not(.open)').forEach(head => head.click())"
        )
        page.wait_for_timeout(60)
        words = page.locator(
            ".bio-properties-panel-label, .bio-properties-panel-group-header-title, .bio-properties-panel-description"
        ).all_inner_texts()
        english |= {one for one in words if re.search(r"[A-Za-z]{3}", one) and one not in NO_WORDS}
    assert english == set()
    labels = page.evaluate(
        "() => bihuanForm.saveSchema().components.flatMap(one => [one.label, one.dateLabel, ...(one.values ?? [])"
        ".map(each => each.label)]).filter(Boolean)"
    )
    assert {"单选", "多行文字", "日期", "是", "否"} <= set(labels)
    assert [one for one in labels if re.fullmatch(r"[A-Za-z ]+", one)] == []
    assert owner.complaints == []


@pytest.mark.parametrize(("language", "labels"), [("zh-CN", "是,否,选项 3,选项 4"), ("en", "Yes,No,Option 3,Option 4")])
def test_a_new_choice_begins_with_yes_and_no_and_what_is_added_is_named_in_the_language_of_the_page(
    owner: Browser, language: str, labels: str
) -> None:
    owner.open(f"/language/{language}?next=/processes")
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    page = owner.page
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    page.evaluate(
        """() => { const get = name => bihuanForm.get(name), root = get('formFieldRegistry').getAll()
              .find(one => one.type === 'default');
          get('selection').set(get('modeling').addFormField({ type: 'radio' }, root, 0)); }"""
    )
    for _ in range(2):
        page.click('[data-group-id="group-staticOptions"] .bio-properties-panel-add-entry')
    options = page.evaluate("() => bihuanForm.saveSchema().components[0].values")
    assert ",".join(one["label"] for one in options) == labels
    assert [one["value"] for one in options] == ["yes", "no", "option_3", "option_4"]
    assert owner.complaints == []


def test_files_are_called_by_the_steps_that_use_them(owner: Browser) -> None:
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    page = owner.page
    chips = page.locator("[data-part=files] a")
    until(lambda: "起草提醒函" in chips.all_inner_texts())
    assert page.locator('[data-part=files] a[aria-current="page"]').inner_text() == "整改情况汇总"


def test_a_flow_is_made_the_default_by_a_tick_and_the_view_is_kept_while_a_form_is_open(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    page.click('.bh-modeler [data-zoom="in"]')
    page.click('.bh-modeler [data-zoom="in"]')
    select(owner, "any_some")
    open_group(owner, "bihuan-condition") if page.locator('[data-group-id="group-bihuan-condition"]').count() else None
    page.locator('[data-entry-id="bihuan-default"] input').check()
    default = "() => bihuanModeler.get('elementRegistry').get('any').businessObject.default.id"
    until(lambda: page.evaluate(default) == "any_some")
    told = "() => bihuanModeler.get('elementRegistry').get('any_some').businessObject.conditionExpression === undefined"
    assert page.evaluate(told)
    box = (
        "() => { const { x, y, width } = bihuanModeler.get('canvas').viewbox();"
        " return [x, y, width].map(Math.round); }"
    )
    before = page.evaluate(box)
    page.wait_for_timeout(500)
    page.click(".bh-tabs a[data-kind=form]")
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    page.click(".bh-tabs a[data-kind=diagram]")
    page.wait_for_selector('#canvas[data-state="drawn"]')
    assert page.evaluate(box) == before
    until(lambda: page.locator('[data-entry-id="id"] input').input_value() == "any_some")
    assert owner.complaints == []


def test_missing_translations_are_one_line_below_all_else_and_the_count_of_files_is_right_after_a_save(
    owner: Browser,
) -> None:
    draw(owner)
    page = owner.page
    page.evaluate(
        """() => { const get = name => bihuanModeler.get(name);
          const names = { merge: '甲步', summary: '乙步', draft_letter: '丙步', number: '丁步' };
          get('elementRegistry').get('any_some').businessObject.conditionExpression.body = 'lettres = 1';
          for (const [id, name] of Object.entries(names))
            get('modeling').updateProperties(get('elementRegistry').get(id), { name }); }"""
    )
    top = page.locator("[data-part=findings] > li")
    until(lambda: "4 处文字没有英语译文" in top.last.inner_text())
    assert page.locator('[data-part=findings] > li[data-rule="text-untranslated"]').count() == 1
    assert top.first.get_attribute("data-rule") == "name-unknown"
    written = top.last.locator(".bh-translation input").first
    assert not written.is_visible()
    top.last.locator("summary").click()
    assert written.is_visible()
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    checked(owner)
    page.click("[data-file-do=add]")
    page.fill("#editor-name-input", "extra")
    page.click('#editor-name button[value="yes"]')
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    count = page.locator("[data-kind=form] .n")
    until(lambda: count.inner_text() == "9")
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    assert count.inner_text() == "9"
    # The browser asked for no file that is only in the page.
    assert owner.complaints == []


def test_role_and_form_of_a_task_stand_in_the_panel_beside_its_findings_on_a_usual_screen(owner: Browser) -> None:
    page = owner.page
    page.set_viewport_size({"width": 1440, "height": 900})
    draw(owner)
    task = append_task(owner, "summary")
    until(lambda: {("task-unassigned", task), ("form-missing", task)} <= rules(owner))
    select(owner, "summary")
    open_group(owner, "bihuan-task")
    receivers = page.locator("#receivers")
    until(lambda: "市委党建办 王岚" in receivers.inner_text())
    assert receivers.bounding_box()["height"] < 45  # type: ignore[index]
    panel = page.locator("#properties").bounding_box()
    assert panel
    for entry in ("bihuan-assignment-role", "bihuan-form-key"):
        shown = field(owner, entry).bounding_box()
        assert shown
        assert panel["y"] <= shown["y"]
        assert shown["y"] + shown["height"] <= panel["y"] + panel["height"]
    receivers.locator("summary").click()
    assert "市委党建办科员" in receivers.inner_text()
