"""An owner lets a process wait for messages: chosen in the menu, named and keyed in the panel."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.xml import compile_process, parse
from engine.definitions import drafts
from tests.acceptance.conftest import Browser
from tests.acceptance.editing import (
    append_task,
    checked,
    draw,
    field,
    open_group,
    owner,  # noqa: F401
    rules,
    select,
    until,
)  # fmt: skip
from tests.driver import City

pytestmark = pytest.mark.browser


def replace(browser: Browser, entry: str) -> None:
    """Chooses what the selected element becomes, in the library's own menu."""
    browser.page.evaluate(
        "bihuanModeler.get('popupMenu').open(bihuanModeler.get('selection').get()[0], 'bpmn-replace', {x: 400, y: 300})"
    )
    browser.page.click(f'.djs-popup [data-id="replace-with-{entry}"]')


def process_of(city: City) -> Any:
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, "pb_monthly_reminder")
    assert draft is not None
    return compile_process(parse(draft.files(city.engine.store)["process.bpmn"]))


def boundary(browser: Browser, host: str) -> str:
    """Hangs a plain event at the border of a task, as dragging one there does; gives its id."""
    made: str = browser.page.evaluate(
        """host => {
          const get = name => bihuanModeler.get(name), shape = get('elementRegistry').get(host);
          const event = get('elementFactory').createShape({type: 'bpmn:BoundaryEvent'});
          const place = {x: shape.x + 20, y: shape.y + shape.height};
          const made = get('modeling').createShape(event, place, shape, {attach: true});
          get('selection').select(made);
          return made.id; }""",
        host,
    )
    return made


def test_a_receive_task_and_an_event_at_its_border_get_message_and_key(owner: Browser, city: City) -> None:  # noqa: F811
    draw(owner)
    page = owner.page
    append_task(owner, "summary")
    replace(owner, "receive-task")
    until(lambda: ("bpmn-message-empty", page.evaluate(SELECTED)) in rules(owner))
    task = page.evaluate(SELECTED)
    field(owner, "messageRef").select_option(label="创建...")
    until(lambda: ("bpmn-message-empty", task) not in rules(owner))
    field(owner, "messageName").fill("到款")
    field(owner, "bihuan-correlation-key").fill("单号")
    open_group(owner, "bihuan-output")
    boundary(owner, task)
    replace(owner, "non-interrupting-message-boundary")
    event = page.evaluate(SELECTED)
    until(lambda: ("bpmn-message-empty", event) in rules(owner))
    field(owner, "messageRef").select_option(label="创建...")
    field(owner, "messageName").fill("催办")
    assert page.locator('[data-group-id="group-bihuan-output"]').count() == 1
    assert page.locator('[data-entry-id="bihuan-correlation-key"]').count() == 1
    until(lambda: page.evaluate(NAMED) == "催办")
    assert page.evaluate("[...window.bihuanMissing]") == []
    replace(owner, "timer-boundary")
    select(owner, page.evaluate(SELECTED))
    assert page.locator('[data-group-id="group-bihuan-output"]').count() == 0
    assert page.locator('[data-entry-id="bihuan-correlation-key"]').count() == 0
    checked(owner)
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    saved = process_of(city).nodes[task]
    assert (saved.type, saved.trigger.message) == ("receiveTask", "到款")
    assert saved.extension("correlation").attributes == {"key": "单号"}
    assert owner.complaints == []


NAMED = "bihuanModeler.get('selection').get()[0].businessObject.eventDefinitions[0].messageRef.name"
SELECTED = "bihuanModeler.get('selection').get()[0].id"
