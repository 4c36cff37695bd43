"""A process owner in a browser: forms, decisions, letters and the files of a package."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from engine.definitions import drafts
from tests.acceptance.conftest import Browser
from tests.acceptance.editing import MONTHLY, checked, over_the_mark, owner, rules, saved, until
from tests.driver import City

pytestmark = pytest.mark.browser

__all__ = ["owner"]


def drawn(owner: Browser, file: str, editor: str, mark: str) -> Page:
    """The page of a file, once its editor is drawn and checked, without a barrier and with the mark in sight."""
    owner.open(f"{MONTHLY}/edit/{file}")
    owner.page.wait_for_selector(f'{editor}[data-state="drawn"]')
    checked(owner)
    assert owner.violations() == []
    assert over_the_mark(owner, mark) == "the mark"
    return owner.page


def test_a_form_gets_a_field_and_is_shown_as_on_a_phone_before_it_is_saved(owner: Browser, city: City) -> None:
    page = drawn(owner, "forms/summary.json", "#form-editor", ".fjs-powered-by-link")
    offered = page.locator(".fjs-palette-field").evaluate_all("all => all.map(one => one.dataset.fieldType)")
    assert "textfield" in offered
    assert {"html", "iframe", "image", "button", "documentPreview", "expression", "taglist"} & set(offered) == set()
    page.evaluate(
        """() => { const get = name => bihuanForm.get(name), root = get('formFieldRegistry').getAll()
              .find(one => one.type === 'default');
          get('modeling').addFormField({type: 'textfield', key: 'archive_no', label: '归档号'}, root, 0); }"""
    )
    until(lambda: page.locator("[data-part=unsaved]").is_visible())
    until(lambda: ("text-untranslated", "") in rules(owner))
    page.click("#preview-form button")
    until(lambda: page.frame_locator("iframe.bh-phone").get_by_text("归档号").count() == 1)
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    assert "archive_no" in saved(city, "forms/summary.json")
    assert "exporter" not in saved(city, "forms/summary.json")
    assert owner.complaints == []


def test_a_rule_of_a_decision_is_changed_in_its_table(owner: Browser, city: City) -> None:
    page = drawn(owner, "decisions/severity.dmn", "#decision", ".bjs-powered-by")
    cell = page.locator("td.output-cell", has_text="15").first
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    page.click("[data-part=findings-state]")
    until(lambda: page.locator("[data-part=unsaved]").is_visible())
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    assert "<text>20</text>" in saved(city, "decisions/severity.dmn")
    page.click(".bh-view-row button >> nth=0")
    page.wait_for_selector(".dmn-drd-container")
    assert page.evaluate("[...window.bihuanMissing]") == []
    assert owner.complaints == []


def test_a_letter_is_changed_as_text_and_what_is_wrong_in_it_is_told(owner: Browser, city: City) -> None:
    owner.open(f"{MONTHLY}/edit/letters/reminder.md.j2")
    area = owner.page.locator("#text:enabled")
    area.fill(area.input_value() + "\n{{ title\n")
    until(lambda: "letter" in {rule for rule, _ in rules(owner)})
    area.fill("# {{ title }}\n")
    until(lambda: "letter" not in {rule for rule, _ in rules(owner)})
    owner.page.keyboard.press("Control+s")
    until(lambda: "第 2 次修改" in owner.page.locator("[data-part=saved]").inner_text())
    assert saved(city, "letters/reminder.md.j2") == "# {{ title }}\n"
    assert owner.violations() == []
    assert owner.complaints == []


def test_a_file_is_added_renamed_and_deleted_and_nothing_is_written_before_the_save(
    owner: Browser, city: City
) -> None:
    owner.open(f"{MONTHLY}/edit/letters/reminder.md.j2")
    page = owner.page
    page.wait_for_selector("#text:enabled")
    page.click("[data-file-do=add]")
    page.fill("#editor-name-input", "notice")
    with page.expect_navigation():
        page.click("#editor-name button[value=yes]")
    page.locator("#text:enabled").fill("# 通知\n")
    page.click("[data-file-do=rename]")
    page.fill("#editor-name-input", "notice_2")
    with page.expect_navigation():
        page.click("#editor-name button[value=yes]")
    assert page.locator("#text:enabled").input_value() == "# 通知\n"
    with city.engine.database.reading() as connection:
        assert len(drafts.revisions(connection, "pb_monthly_reminder")) == 1
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    assert saved(city, "letters/notice_2.md.j2") == "# 通知\n"
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.click("[data-file-do=remove]")
    page.wait_for_selector('#canvas[data-state="drawn"]')
    page.click("[data-do=save]")
    until(lambda: "第 3 次修改" in page.locator("[data-part=saved]").inner_text())
    with pytest.raises(KeyError):
        saved(city, "letters/notice_2.md.j2")
