"""A process owner in a browser: what was done can be taken back, also when another file was opened meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import add_field, checked, draw, owner, rename, saved, until
from tests.driver import City

pytestmark = pytest.mark.browser

__all__ = ["owner"]

NAME = "() => bihuanModeler.get('elementRegistry').get('summary').businessObject.name"
FIELDS = "() => bihuanForm.saveSchema().components.length"
TIMES = "() => [...document.querySelectorAll('td.output-cell')].map(one => one.textContent)"


def named(browser: Browser, name: str) -> None:
    """Renames a step, and waits until that is a step of its own."""
    rename(browser, "summary", name)
    browser.page.wait_for_timeout(400)
    checked(browser)


def step(browser: Browser, which: str) -> Any:
    return browser.page.locator(f"[data-step={which}]")


def unsaved(browser: Browser) -> Any:
    return browser.page.locator("[data-part=unsaved]")


def turn(browser: Browser, kind: str) -> None:
    """Opens another tab of the editor."""
    page = browser.page
    with page.expect_navigation():
        page.click(f".bh-tabs a[data-kind={kind}]")
    page.wait_for_selector("[data-state=drawn]" if kind in ("diagram", "form", "decision") else "#text:enabled")
    checked(browser)


def test_steps_in_the_diagram_are_taken_back_and_done_again_after_a_form_was_open(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    before = page.evaluate(NAME)
    named(owner, "甲")
    named(owner, "乙")
    turn(owner, "form")
    turn(owner, "diagram")
    assert page.evaluate(NAME) == "乙"
    assert step(owner, "redo").is_disabled()
    for name in ("甲", before):
        step(owner, "undo").click()
        until(lambda name=name: page.evaluate(NAME) == name)
    until(unsaved(owner).is_hidden)
    assert step(owner, "undo").is_disabled()
    for name in ("甲", "乙"):
        step(owner, "redo").click()
        until(lambda name=name: page.evaluate(NAME) == name)
    until(unsaved(owner).is_visible)
    assert step(owner, "redo").is_disabled()
    assert owner.complaints == []


def test_steps_of_both_visits_are_one_row_and_a_new_step_replaces_what_was_taken_back(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    named(owner, "甲")
    turn(owner, "form")
    turn(owner, "diagram")
    named(owner, "乙")
    page.locator("h1").click()
    for _ in range(2):
        page.keyboard.press("Control+z")
        page.wait_for_timeout(400)
    until(unsaved(owner).is_hidden)
    page.keyboard.press("Control+y")
    until(lambda: page.evaluate(NAME) == "甲")
    named(owner, "丙")
    assert step(owner, "redo").is_disabled()
    step(owner, "undo").click()
    until(lambda: page.evaluate(NAME) == "甲")


def test_what_was_saved_meanwhile_can_still_be_taken_back(owner: Browser, city: City) -> None:
    draw(owner)
    page = owner.page
    before = page.evaluate(NAME)
    named(owner, "甲")
    page.click("[data-do=save]")
    until(unsaved(owner).is_hidden)
    turn(owner, "form")
    turn(owner, "diagram")
    step(owner, "undo").click()
    until(lambda: page.evaluate(NAME) == before)
    until(unsaved(owner).is_visible)
    step(owner, "redo").click()
    until(unsaved(owner).is_hidden)
    assert 'name="甲"' in saved(city, "process.bpmn")


def test_what_was_given_up_has_no_past(owner: Browser) -> None:
    draw(owner)
    named(owner, "甲")
    owner.page.once("dialog", lambda dialog: dialog.accept())
    with owner.page.expect_navigation():
        owner.page.click("[data-do=revert]")
    owner.page.wait_for_selector("#canvas[data-state=drawn]")
    assert step(owner, "undo").is_disabled()


def test_a_form_takes_its_fields_back_by_key_after_another_file_was_open(owner: Browser) -> None:
    draw(owner)
    turn(owner, "form")
    page = owner.page
    many = page.evaluate(FIELDS)
    for _ in range(2):
        add_field(owner, "textfield")
        page.wait_for_timeout(500)
    step(owner, "undo").click()
    until(lambda: page.evaluate(FIELDS) == many + 1)
    page.wait_for_timeout(500)
    turn(owner, "diagram")
    turn(owner, "form")
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    until(lambda: page.evaluate(FIELDS) == many)
    until(unsaved(owner).is_hidden)
    step(owner, "redo").click()
    until(lambda: page.evaluate(FIELDS) == many + 1)
    assert owner.complaints == []


def test_a_text_is_taken_back_after_another_file_was_open(owner: Browser) -> None:
    draw(owner)
    turn(owner, "letter")
    page = owner.page
    before = page.input_value("#text")
    page.fill("#text", before + "附言")
    until(unsaved(owner).is_visible)
    turn(owner, "diagram")
    turn(owner, "letter")
    step(owner, "undo").click()
    until(lambda: page.input_value("#text") == before)
    until(unsaved(owner).is_hidden)
    step(owner, "redo").click()
    until(lambda: page.input_value("#text") == before + "附言")


def test_a_decision_is_taken_back_after_its_diagram_and_another_file_were_open(owner: Browser) -> None:
    draw(owner)
    turn(owner, "decision")
    page = owner.page
    before = page.evaluate(TIMES)
    page.locator("td.output-cell", has_text="15").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    page.click("[data-part=findings-state]")
    until(unsaved(owner).is_visible)
    assert page.evaluate(TIMES) != before
    page.click(".bh-view-row button >> nth=0")
    page.wait_for_selector(".dmn-drd-container")
    turn(owner, "diagram")
    turn(owner, "decision")
    step(owner, "undo").click()
    until(lambda: page.evaluate(TIMES) == before)
    until(unsaved(owner).is_hidden)
    assert owner.complaints == []


def test_what_was_changed_just_before_another_view_was_opened_is_kept(owner: Browser) -> None:
    draw(owner)
    turn(owner, "decision")
    page = owner.page
    before = page.evaluate(TIMES)
    # Nothing is waited for between the two: the page is still to write what was changed.
    page.evaluate(
        """() => { const viewer = bihuanDecision.getActiveViewer(), sheet = viewer.get('sheet').getRoot();
          viewer.get('modeling').editCell(sheet.rows[0].cells.at(-1).businessObject, '"一般"');
          bihuanDecision.open(bihuanDecision.getViews().find(view => view.type === 'drd')); }"""
    )
    page.wait_for_selector(".dmn-drd-container")
    until(unsaved(owner).is_visible)
    turn(owner, "diagram")
    turn(owner, "decision")
    assert page.evaluate(TIMES) != before
    step(owner, "undo").click()
    until(lambda: page.evaluate(TIMES) == before)
