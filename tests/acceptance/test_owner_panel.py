"""A process owner in a browser: what the panel shows first, and what while the gate is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import append_task, checked, draw, field, owner, select, until

pytestmark = pytest.mark.browser

__all__ = ["owner"]

NAME = """([id, name]) => bihuanModeler.get('modeling').updateProperties(
  bihuanModeler.get('elementRegistry').get(id), { name })"""
INSIDE = """([inner, outer]) => { const [one, box] = [inner, outer].map(each => each.getBoundingClientRect());
  return one.height > 0 && one.top >= box.top && one.bottom <= box.bottom && one.right <= box.right }"""


@contextmanager
def silent(page: Any) -> Iterator[None]:
    """The gate answers afterwards: who stops listening lets go of what was held."""
    page.route("**/findings", lambda route: None)
    yield
    page.unroute("**/findings")


def test_the_role_and_the_button_for_a_form_of_a_new_task_are_in_sight_without_scrolling(owner: Browser) -> None:
    owner.page.set_viewport_size({"width": 1440, "height": 757})
    draw(owner)
    made = append_task(owner, "office_review")
    page = owner.page
    page.evaluate(NAME, [made, "复核"])
    button = page.locator("[data-new]")
    until(lambda: button.count() == 1 and "复核" in button.inner_text())
    checked(owner)
    properties = page.locator("#properties").element_handle()
    for entry in ("bihuan-assignment-role", "bihuan-form-key", "bihuan-open-form"):
        inner = page.locator(f'[data-entry-id="{entry}"]').element_handle()
        assert page.evaluate(INSIDE, [inner, properties]), entry


def test_roles_are_told_by_their_names_before_the_gate_has_answered_again(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    with page.expect_navigation():
        page.click(".bh-tabs a[data-kind=form]")
    with silent(page):
        with page.expect_navigation():
            page.click(".bh-tabs a[data-kind=diagram]")
        page.wait_for_selector('#canvas[data-state="drawn"]')
        select(owner, "office_review")
        role = field(owner, "bihuan-assignment-role")
        assert "主任" in role.locator("option:checked").inner_text()


def test_findings_look_worthless_while_the_gate_is_asked_again_and_only_then(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    listed = page.locator("[data-part=findings]")
    assert listed.get_attribute("aria-busy") == "false"
    with silent(page):
        append_task(owner, "summary")
        until(lambda: listed.get_attribute("aria-busy") == "true")
    checked(owner)
    until(lambda: listed.get_attribute("aria-busy") == "false")
    assert listed.locator("li").count() > 0


def test_a_form_that_begins_shows_no_numbers_and_its_names_are_said_to_do(owner: Browser) -> None:
    draw(owner)
    made = append_task(owner, "office_review")
    page = owner.page
    page.evaluate(NAME, [made, "复核"])
    until(lambda: "复核" in page.locator("[data-new]").inner_text())
    page.click("[data-new]")
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    checked(owner)
    panel = page.locator("#form-editor .bio-properties-panel")
    assert made not in panel.inner_text()
    assert page.locator('#form-editor [data-entry-id="id"]:visible').count() == 0
    page.evaluate(
        """() => { const get = name => bihuanForm.get(name), root = get('formFieldRegistry').getAll()
            .find(one => one.type === 'default');
          get('selection').set(get('modeling').addFormField({ type: 'textfield' }, root, 0)); }"""
    )
    until(lambda: "可以不改" in panel.inner_text())
