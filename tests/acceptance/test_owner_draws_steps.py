"""A process owner draws step by step: a menu that covers no neighbour, room for what is put in, taking back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import MONTHLY, checked, draw, open_group, owner, rules, select, until

pytestmark = pytest.mark.browser

__all__ = ["owner"]

PAD = ".djs-context-pad [data-action='{}']"


def size(browser: Browser, element: str) -> dict[str, float]:
    found: dict[str, float] = browser.page.evaluate(
        """id => { const {x, y, width, height} = bihuanModeler.get('elementRegistry').get(id);
          return {x, y, width, height}; }""",
        element,
    )
    return found


def everything(browser: Browser) -> list[str]:
    found: list[str] = browser.page.evaluate("bihuanModeler.get('elementRegistry').getAll().map(one => one.id).sort()")
    return found


def drop_on_flow(browser: Browser, flow: str, kind: str) -> str:
    """Puts a new element onto the middle of a flow, as the palette does; gives its id."""
    made: str = browser.page.evaluate(
        """([id, type]) => { const get = name => bihuanModeler.get(name), flow = get('elementRegistry').get(id);
          const [from, to] = [flow.waypoints[0], flow.waypoints.at(-1)];
          const shape = get('elementFactory').createShape({type});
          const middle = {x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2)};
          return get('modeling').createElements([shape], middle, flow)[0].id; }""",
        [flow, kind],
    )
    return made


def flow_from(browser: Browser, source: str) -> tuple[str, str]:
    """The first flow out of an element, and where it leads."""
    flow, target = browser.page.evaluate(
        "id => (one => [one.id, one.target.id])(bihuanModeler.get('elementRegistry').get(id).outgoing[0])", source
    )
    return flow, target


def undo(browser: Browser) -> Any:
    return browser.page.locator("[data-step=undo]")


def test_the_menu_beside_a_step_shrinks_with_the_drawing_and_is_away_while_several_are_chosen(owner: Browser) -> None:
    draw(owner)
    select(owner, "summary")
    page = owner.page
    pad: Any = page.locator(".djs-context-pad")
    until(pad.is_visible)
    large = pad.bounding_box()
    page.click("[data-zoom=fit]")
    until(lambda: page.evaluate("bihuanModeler.get('canvas').zoom()") < 0.7)
    until(lambda: pad.bounding_box()["width"] < large["width"])
    assert {"append.end-event", "append.intermediate-event", "append.text-annotation"}.isdisjoint(
        page.locator(".djs-context-pad .entry").evaluate_all("all => all.map(one => one.dataset.action)")
    )
    # Below the step, where neither the flow to the next step nor that step lies.
    shape = page.locator('[data-element-id="summary"] .djs-visual').first.bounding_box()
    assert shape is not None
    until(lambda: pad.bounding_box()["y"] >= shape["y"] + shape["height"])
    page.keyboard.down("Shift")
    until(pad.is_hidden)
    page.keyboard.up("Shift")
    until(pad.is_visible)


def test_what_is_appended_seldom_stands_in_a_menu_behind_one_sign(owner: Browser) -> None:
    draw(owner)
    select(owner, "summary")
    before = everything(owner)
    owner.page.click(PAD.format("append.more"))
    entry = owner.page.locator(".djs-popup [data-id='append.end-event']")
    until(entry.is_visible)
    entry.click()
    until(lambda: len(everything(owner)) > len(before))
    kinds = "bihuanModeler.get('elementRegistry').get('summary').outgoing.map(one => one.target.type)"
    assert "bpmn:EndEvent" in owner.page.evaluate(kinds)
    assert owner.complaints == []


def test_one_step_back_takes_an_element_back_that_was_given_no_name_and_then_nothing_is_unsaved(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    assert undo(owner).is_disabled()
    before = everything(owner)
    select(owner, "summary")
    page.click(PAD.format("append.more"))
    page.click(".djs-popup [data-id='append.end-event']")
    until(lambda: page.evaluate("bihuanModeler.get('directEditing').isActive()"))
    page.keyboard.press("Enter")
    unsaved = page.locator("[data-part=unsaved]")
    until(unsaved.is_visible)
    undo(owner).click()
    assert everything(owner) == before
    until(unsaved.is_hidden)
    assert undo(owner).is_disabled()
    page.click("[data-step=redo]")
    assert len(everything(owner)) > len(before)
    until(unsaved.is_visible)


def test_what_is_done_and_taken_back_after_a_save_leaves_nothing_unsaved(owner: Browser) -> None:
    draw(owner)
    page, unsaved = owner.page, owner.page.locator("[data-part=unsaved]")
    drop_on_flow(owner, flow_from(owner, "summary")[0], "bpmn:UserTask")
    until(unsaved.is_visible)
    page.click("[data-do=save]")
    until(unsaved.is_hidden)
    drop_on_flow(owner, flow_from(owner, "rectify")[0], "bpmn:UserTask")
    until(unsaved.is_visible)
    undo(owner).click()
    until(unsaved.is_hidden)
    # Behind the save, what stands in the drawing is something else than what was saved.
    undo(owner).click()
    until(unsaved.is_visible)


@pytest.mark.parametrize("kind", ["bpmn:UserTask", "bpmn:ExclusiveGateway"])
def test_what_is_put_into_a_short_flow_gets_room_in_one_step(owner: Browser, kind: str) -> None:
    draw(owner)
    flow, target = flow_from(owner, "merge")
    names = ["merge", target, "pb_monthly_reminder_participant", "lane_clerk", "rectify"]
    before = {name: size(owner, name) for name in names}
    put = drop_on_flow(owner, flow, kind)
    made = size(owner, put)
    after = {name: size(owner, name) for name in names}
    assert after["merge"] == before["merge"]
    assert made["x"] - (after["merge"]["x"] + after["merge"]["width"]) >= 30
    assert after[target]["x"] - (made["x"] + made["width"]) >= 30
    moved = after[target]["x"] - before[target]["x"]
    grown = {name: after[name]["width"] - before[name]["width"] for name in names}
    assert moved > 0
    assert grown == dict.fromkeys(names, 0) | {"pb_monthly_reminder_participant": moved, "lane_clerk": moved}
    assert after["rectify"]["x"] - before["rectify"]["x"] == moved
    ways = "ids => ids.map(id => bihuanModeler.get('elementRegistry').get(id).outgoing[0].waypoints.length)"
    assert owner.page.evaluate(ways, ["merge", put]) == [2, 2]
    undo(owner).click()
    assert {name: size(owner, name) for name in names} == before


def test_a_finding_and_a_group_scroll_the_panel_and_never_the_page(owner: Browser) -> None:
    owner.page.set_viewport_size({"width": 1440, "height": 757})
    draw(owner)
    page = owner.page
    task = drop_on_flow(owner, flow_from(owner, "summary")[0], "bpmn:UserTask")
    until(lambda: ("task-unassigned", task) in rules(owner))
    select(owner, "merge")
    page.evaluate("window.scrollTo(0, 40)")
    scrolled = page.evaluate("window.scrollY")
    assert scrolled > 0
    page.locator(f'[data-part=findings] li[data-rule=task-unassigned][data-element="{task}"] button').click()
    entry = "() => document.activeElement.closest('[data-entry-id]')?.dataset.entryId"
    until(lambda: page.evaluate(entry) == "bihuan-assignment-role")
    open_group(owner, "documentation")
    page.wait_for_timeout(300)
    assert page.evaluate("window.scrollY") == scrolled


def test_a_finding_about_a_condition_leads_from_a_form_to_the_condition(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    page.evaluate(
        """() => { const get = name => bihuanModeler.get(name);
          get('modeling').updateProperties(get('elementRegistry').get('reviewed'), {default: undefined}); }"""
    )
    until(lambda: ("bpmn-exclusive-unconditional", "reviewed") in rules(owner))
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    checked(owner)
    page.click("[data-part=findings] li[data-rule=bpmn-exclusive-unconditional] button")
    page.wait_for_selector('#canvas[data-state="drawn"]')
    entry = "() => document.activeElement.closest('[data-entry-id]')?.dataset.entryId"
    until(lambda: page.evaluate(entry) == "bihuan-condition-text")
    chosen = page.evaluate("bihuanModeler.get('selection').get().map(one => one.businessObject.sourceRef.id)")
    assert chosen == ["reviewed"]


def test_the_drawing_has_most_of_a_low_window_and_all_is_in_sight(owner: Browser) -> None:
    owner.page.set_viewport_size({"width": 1440, "height": 757})
    draw(owner)
    canvas = owner.page.locator("#canvas").bounding_box()
    assert canvas is not None
    assert canvas["height"] >= 520
    for mark in ("[data-zoom=fit]", "[data-step=redo]", "[data-part=findings-state]"):
        box = owner.page.locator(mark).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 757, mark
