"""A process owner draws a rule: a gateway with a name, a way back around the steps, and what is left to mend."""

from __future__ import annotations

from typing import Any

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
from webui.texts import say

pytestmark = pytest.mark.browser

__all__ = ["owner"]

PAD = ".djs-context-pad [data-action='{}']"


def chosen(browser: Browser) -> str:
    found: str = browser.page.evaluate("bihuanModeler.get('selection').get()[0].id")
    return found


def named(browser: Browser, element: str) -> str | None:
    found: str | None = browser.page.evaluate(
        "id => bihuanModeler.get('elementRegistry').get(id).businessObject.name", element
    )
    return found


def append(browser: Browser, what: str, name: str) -> str:
    """Appends as the context pad does, and types a name where the cursor is."""
    browser.page.click(PAD.format(f"append.{what}"))
    until(lambda: browser.page.evaluate("bihuanModeler.get('directEditing').isActive()"))
    browser.page.keyboard.type(name)
    browser.page.keyboard.press("Enter")
    return chosen(browser)


def test_a_gateway_is_asked_for_its_name_when_it_is_appended_and_when_it_is_drawn(owner: Browser) -> None:
    draw(owner)
    select(owner, "summary")
    appended = append(owner, "gateway", "是否同意")
    assert named(owner, appended) == "是否同意"
    page = owner.page
    page.click(".djs-palette [data-action='create.exclusive-gateway']")
    canvas = page.locator("#canvas").bounding_box()
    assert canvas is not None
    page.mouse.move(canvas["x"] + 400, canvas["y"] + 60, steps=5)
    page.mouse.click(canvas["x"] + 400, canvas["y"] + 60)
    until(lambda: page.evaluate("bihuanModeler.get('directEditing').isActive()"))
    page.keyboard.type("是否完整")
    page.keyboard.press("Enter")
    assert chosen(owner) != appended
    assert named(owner, chosen(owner)) == "是否完整"
    assert owner.complaints == []


def test_what_is_appended_lies_in_the_lane_of_the_step_before_it(owner: Browser) -> None:
    draw(owner)
    select(owner, "summary")
    appended = [append(owner, "append-task", "复核提醒"), append(owner, "gateway", "是否同意")]
    lanes = owner.page.evaluate(
        """() => bihuanModeler.get('elementRegistry').filter(one => one.type === 'bpmn:Lane').map(
          one => [one.id, (one.businessObject.flowNodeRef || []).map(inside => inside.id)])"""
    )
    assert [lane for element in appended for lane, inside in lanes if element in inside] == ["lane_clerk"] * 2


#: What the drawing library calls a kind of element → the name of the kind in BPMN.
KINDS = {
    "Exclusive gateway": "exclusiveGateway", "Parallel gateway": "parallelGateway",
    "Inclusive gateway": "inclusiveGateway", "User task": "userTask", "Manual task": "manualTask",
    "Script task": "scriptTask", "Service task": "serviceTask", "Business rule task": "businessRuleTask",
    "Receive task": "receiveTask", "Call activity": "callActivity", "Start event": "startEvent",
    "End event": "endEvent",
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_palette_menus_findings_and_changes_use_one_word_for_a_kind_of_element(owner: Browser, language: str) -> None:
    owner.page.context.add_cookies([{"name": "bh_language", "value": language, "url": owner.address}])
    draw(owner)
    said = "words => words.map(one => bihuanModeler.get('translate')(one))"
    library = [word.lower() for word in owner.page.evaluate(said, list(KINDS))]
    assert library == [say(f"change.type.{kind}", language) for kind in KINDS.values()]


#: Makes a row of shapes, joined from left to right, below the pool; gives their ids.
ROW = """types => { const get = name => bihuanModeler.get(name), root = get('canvas').getRootElement();
  const lane = get('elementRegistry').get('lane_secretary');
  get('modeling').resizeLane(lane, {x: lane.x, y: lane.y, width: lane.width, height: lane.height + 400});
  const y = lane.y + lane.height - 200, pool = get('elementRegistry').get('pb_monthly_reminder_participant');
  const made = types.map((type, place) => get('modeling').createShape(
    get('elementFactory').createShape({type}), {x: lane.x + 200 + 200 * place, y}, pool));
  made.slice(1).forEach((one, place) => get('modeling').connect(made[place], one));
  return made.map(one => one.id); }"""
#: The flow between two elements: its points, and the shapes through which it runs.
THROUGH = """([source, target]) => { const registry = bihuanModeler.get('elementRegistry');
  const flow = registry.get(source).outgoing.find(one => one.target.id === target), points = flow.waypoints;
  const shapes = registry.filter(one => one.businessObject.$instanceOf('bpmn:FlowNode') && !one.labelTarget
    && !one.waypoints && ![source, target].includes(one.id));
  const through = shapes.filter(one => points.slice(1).some((to, place) => { const from = points[place];
    return Math.min(from.x, to.x) < one.x + one.width && one.x < Math.max(from.x, to.x)
      && Math.min(from.y, to.y) < one.y + one.height && one.y < Math.max(from.y, to.y); }));
  return [points.length, through.map(one => one.id)]; }"""


@pytest.mark.parametrize("last", ["bpmn:ExclusiveGateway", "bpmn:UserTask"])
def test_a_flow_back_along_a_row_goes_around_the_steps_between(owner: Browser, last: str) -> None:
    draw(owner)
    first, between, end = owner.page.evaluate(ROW, ["bpmn:UserTask", "bpmn:UserTask", last])
    owner.page.evaluate(
        """([source, target]) => { const get = name => bihuanModeler.get(name), registry = get('elementRegistry');
          get('modeling').connect(registry.get(source), registry.get(target)); }""",
        [end, first],
    )
    assert owner.page.evaluate(THROUGH, [end, first]) == [4, []]
    # What runs straight and through nothing stays straight.
    assert owner.page.evaluate(THROUGH, [first, between]) == [2, []]


def test_a_flow_back_that_is_drawn_with_the_mouse_goes_around_and_is_taken_back_by_one_key(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    page.evaluate("bihuanModeler.get('canvas').scrollToElement('summary', 200)")
    page.locator('[data-element-id="summary"] .djs-hit').first.click()
    task = append(owner, "append-task", "复核提醒")
    gateway = append(owner, "gateway", "是否同意")
    page.click(PAD.format("connect"))
    box = page.locator('[data-element-id="summary"] .djs-hit').first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ways = "id => bihuanModeler.get('elementRegistry').get(id).outgoing.length"
    until(lambda: page.evaluate(ways, gateway) == 2)
    assert page.evaluate(THROUGH, [gateway, "summary"]) == [4, []]
    page.keyboard.press("Control+z")
    until(lambda: page.evaluate(ways, gateway) == 1)
    assert named(owner, gateway) == "是否同意"
    assert named(owner, task) == "复核提醒"


def test_the_way_without_a_condition_is_chosen_at_the_gateway_by_the_names_of_its_ends(owner: Browser) -> None:
    draw(owner)
    select(owner, "reviewed")
    chosen_way = field(owner, "bihuan-default-flow")
    until(lambda: "全部同意? → " in " ".join(chosen_way.locator("option").all_inner_texts()))
    chosen_way.select_option("")
    until(lambda: ("bpmn-exclusive-unconditional", "reviewed") in rules(owner))
    # The finding leads to the condition of the flow that has none, and typing goes there.
    focused = "() => document.activeElement.closest('[data-entry-id]')?.dataset.entryId"
    owner.page.click("[data-part=findings] li[data-rule=bpmn-exclusive-unconditional] button")
    until(lambda: owner.page.evaluate(focused) == "bihuan-condition-text")
    owner.page.keyboard.type("count(letters) > 3")
    until(lambda: ("bpmn-exclusive-no-default", "reviewed") in rules(owner))
    owner.page.click("[data-part=findings] li[data-rule=bpmn-exclusive-no-default] button")
    until(lambda: owner.page.evaluate(focused) == "bihuan-default-flow")
    chosen_way.select_option("reviewed_yes")
    until(lambda: ("bpmn-exclusive-no-default", "reviewed") not in rules(owner))
    assert owner.complaints == []


def tops(browser: Browser) -> dict[str, float]:
    """Finding → where its line begins on the screen."""
    found: list[list[Any]] = browser.page.locator("[data-part=findings] > li").evaluate_all(
        "all => all.map(one => [one.dataset.key ?? one.dataset.rule, one.getBoundingClientRect().top])"
    )
    return dict(found)


def test_no_finding_moves_under_the_pointer_and_what_is_mended_goes_when_it_leaves(owner: Browser) -> None:
    draw(owner)
    first = append_task(owner, "summary")
    until(lambda: ("task-unassigned", first) in rules(owner))
    page = owner.page
    page.locator("[data-part=findings] > li").first.hover()
    before = tops(owner)
    # A second step without anybody is an error, which the gate lists first; the first step has somebody now.
    second = append_task(owner, "rectify")
    page.evaluate(
        """id => { const get = name => bihuanModeler.get(name), shape = get('elementRegistry').get(id);
          const made = get('bpmnFactory').create('bihuan:Assignment', {role: 'party_office_clerk'});
          const holder = get('bpmnFactory').create('bpmn:ExtensionElements', {values: [made]});
          get('modeling').updateProperties(shape, {extensionElements: holder}); }""",
        first,
    )
    until(lambda: ("task-unassigned", second) in rules(owner) and ("task-unassigned", first) not in rules(owner))
    after = tops(owner)
    assert {key: after.get(key) for key in before} == before
    listed = page.locator("[data-part=findings] > li.error")
    assert listed.last.get_attribute("data-element") == second
    mended = page.locator(f'[data-part=findings] li[data-rule=task-unassigned][data-element="{first}"]')
    assert "已改" in mended.inner_text()
    page.mouse.move(300, 300)
    until(lambda: mended.count() == 0)
    assert (listed.first.get_attribute("data-rule"), listed.first.get_attribute("data-element")) == (
        "task-unassigned", second,
    )  # fmt: skip


@pytest.mark.parametrize("height", [900, 720])
def test_a_finding_leads_into_the_field_where_it_is_mended_and_that_is_wholly_seen(owner: Browser, height: int) -> None:
    owner.page.set_viewport_size({"width": 1280, "height": height})
    draw(owner)
    task = append_task(owner, "summary")
    until(lambda: ("task-unassigned", task) in rules(owner))
    select(owner, task)
    open_group(owner, "general")
    select(owner, "merge")
    owner.page.locator(f'[data-part=findings] li[data-rule=task-unassigned][data-element="{task}"] button').click()
    role = field(owner, "bihuan-assignment-role")
    until(lambda: role.evaluate("one => one === document.activeElement"))
    seen = """one => { const box = one.getBoundingClientRect(), at = y => document.elementFromPoint(box.x + 10, y);
      return at(box.top + 3) === one && at(box.bottom - 3) === one; }"""
    until(lambda: role.evaluate(seen))


def test_a_group_of_the_form_s_properties_that_is_unfolded_is_wholly_seen(owner: Browser) -> None:
    owner.page.set_viewport_size({"width": 1280, "height": 720})
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    page = owner.page
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    checked(owner)
    page.locator("#form-editor .fjs-form-field-textarea").first.click()
    # Pressed where they lie, though it be at the lower edge of the window: nothing scrolls them there first.
    page.locator('[data-group-id="group-condition"] .bio-properties-panel-group-header').dispatch_event("click")
    tick = page.locator("#bihuan-shown-when")
    seen = """one => { const box = one.getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return top !== null && one.closest('[data-entry-id]').contains(top); }"""
    until(lambda: tick.evaluate(seen))


@pytest.mark.parametrize("file", ["scenarios/straight.toml", "texts/en.po"])
def test_what_saves_and_the_other_files_stay_in_sight_in_a_long_text(owner: Browser, file: str) -> None:
    owner.page.set_viewport_size({"width": 1280, "height": 720})
    owner.open(f"{MONTHLY}/edit/{file}")
    page = owner.page
    page.wait_for_selector("#text:enabled")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert page.evaluate("window.scrollY") > 0
    for mark in ("h1", "a[data-saves]", ".bh-tabs a[data-kind=diagram]"):
        box = page.locator(mark).first.bounding_box()
        assert box is not None
        assert box["y"] >= 0, mark
        top = "mark => { const one = document.querySelector(mark), box = one.getBoundingClientRect();"
        top += " return one.contains(document.elementFromPoint(box.x + 5, box.y + box.height / 2)); }"
        assert page.evaluate(top, mark), mark
