"""A process owner in a browser: what the panel shows first, and what while the gate is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.definitions import drafts
from tests.acceptance.conftest import Browser
from tests.acceptance.editing import (
    add_field,
    append_task,
    checked,
    draw,
    field,
    owner,
    rename,
    saved,
    select,
    until,
)
from tests.driver import City

pytestmark = pytest.mark.browser

__all__ = ["owner"]

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
    rename(owner, made, "复核")
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
    rename(owner, made, "复核")
    until(lambda: "复核" in page.locator("[data-new]").inner_text())
    page.click("[data-new]")
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    checked(owner)
    panel = page.locator("#form-editor .bio-properties-panel")
    assert made not in panel.inner_text()
    assert page.locator('#form-editor [data-entry-id="id"]:visible').count() == 0
    add_field(owner, "textfield")
    until(lambda: "可以不改" in panel.inner_text())


def test_a_condition_is_chosen_as_the_answer_of_the_step_before_and_written_as_an_expression(
    owner: Browser, city: City
) -> None:
    for form, key in (("summary", "verdict"), ("open_cycle", "kind")):
        body = json.loads(saved(city, f"forms/{form}.json"))
        options = [{"value": "yes", "label": "通过"}, {"value": "no", "label": "不通过"}]
        body["components"].append({"type": "radio", "id": key, "key": key, "label": "结果", "values": options})
        with city.engine.database.reading() as connection:
            draft = drafts.find(connection, "pb_monthly_reminder")
        assert draft is not None
        files = {f"forms/{form}.json": json.dumps(body).encode()}
        drafts.save(city.engine, "pb_monthly_reminder", "owner", draft.revision, files)
    draw(owner)
    page = owner.page
    made = page.evaluate(
        """() => { const get = name => bihuanModeler.get(name), registry = get('elementRegistry');
          const gateway = get('elementFactory').createShape({ type: 'bpmn:ExclusiveGateway' });
          const before = registry.get('summary');
          const made = get('modeling').appendShape(before, gateway, { x: before.x + 200, y: before.y + 40 });
          const back = get('modeling').connect(made, registry.get('draft_letter'));
          get('selection').select(back);
          return back.id; }"""
    )
    condition = f"() => bihuanModeler.get('elementRegistry').get('{made}').businessObject.conditionExpression?.body"
    answer = page.locator("#bihuan-condition-answer")
    until(lambda: answer.count() == 1)
    # Of the nearest step first.
    assert answer.locator("option").evaluate_all("all => all.map(one => one.value)")[:3] == ["", "verdict", "kind"]
    answer.select_option("verdict")
    until(lambda: page.evaluate(condition) == 'verdict = "no"')
    page.select_option("#bihuan-condition-answer-value", label="通过")
    until(lambda: page.evaluate(condition) == 'verdict = "yes"')
    page.select_option("#bihuan-condition-answer-sign", label="不等于")
    until(lambda: page.evaluate(condition) == 'verdict != "yes"')
    page.evaluate(
        """id => { const get = one => bihuanModeler.get(one), flow = get('elementRegistry').get(id);
          const body = get('bpmnFactory').create('bpmn:FormalExpression', { body: 'verdict = "no" or true' });
          get('modeling').updateProperties(flow, { conditionExpression: body }); }""",
        made,
    )
    until(lambda: answer.locator("option:checked").inner_text() == "由下面的算式决定")
    answer.select_option("")
    until(lambda: page.evaluate(condition) is None)
    assert owner.complaints == []
