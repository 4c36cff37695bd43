"""The editor of a draft in a browser: opening it, choosing and filling, and what stands in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.definitions import drafts
from tests.acceptance.conftest import Browser
from tests.driver import City

MONTHLY = "/processes/pb_monthly_reminder/draft"


def until(true: Callable[[], Any], seconds: float = 15) -> None:
    """Waits for something on the page; polling inside of the page would need what the content policy forbids."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.fixture
def owner(browser: Browser, city: City) -> Browser:
    """The owner with the draft of the monthly reminder open."""
    drafts.begin(city.engine, "pb_monthly_reminder", "owner")
    browser.sign_in("owner")
    return browser


def draw(browser: Browser, path: str = MONTHLY) -> None:
    browser.open(path)
    browser.page.wait_for_selector('#canvas[data-state="drawn"]')
    checked(browser)


def checked(browser: Browser) -> None:
    """Waits until the gate has spoken about what is in the page."""
    state = browser.page.locator("[data-part=findings-state]")
    until(lambda: "正在" not in state.inner_text())


def rules(browser: Browser) -> set[tuple[str, str]]:
    found: list[list[str]] = browser.page.locator("[data-part=findings] li:not(.mended)").evaluate_all(
        "all => all.map(one => [one.dataset.rule, one.dataset.element])"
    )
    return {(rule, element) for rule, element in found}


def field(browser: Browser, entry: str) -> Any:
    return browser.page.locator(f'[data-entry-id="{entry}"]').locator("input:visible, select:visible, textarea:visible")


def select(browser: Browser, element: str) -> None:
    """Selects what may lie under something else, as a click where it is free would."""
    browser.page.evaluate(
        "id => bihuanModeler.get('selection').select(bihuanModeler.get('elementRegistry').get(id))", element
    )
    until(lambda: browser.page.locator('[data-entry-id="id"] input').input_value() == element)


def open_group(browser: Browser, group: str) -> None:
    head = browser.page.locator(f'[data-group-id="group-{group}"] .bio-properties-panel-group-header')
    if "open" not in (head.get_attribute("class") or ""):
        head.click()


def append_task(browser: Browser, after: str) -> str:
    """Appends a user task with the library's own commands, as its context pad does; gives its id."""
    made: str = browser.page.evaluate(
        """after => {
          const get = name => bihuanModeler.get(name), registry = get('elementRegistry');
          const source = registry.get(after);
          const shape = get('elementFactory').createShape({type: 'bpmn:UserTask'});
          const made = get('modeling').appendShape(source, shape, {x: source.x + source.width / 2, y: source.y + 160});
          get('selection').select(made);
          return made.id; }""",
        after,
    )
    return made


def rename(browser: Browser, element: str, name: str) -> None:
    """Names an element with the library's own command, as its panel does."""
    browser.page.evaluate(
        """([id, name]) => bihuanModeler.get('modeling').updateProperties(
            bihuanModeler.get('elementRegistry').get(id), { name })""",
        [element, name],
    )


def add_field(browser: Browser, kind: str) -> str:
    """Puts a field first into the form that is open, and chooses it; gives the name of its answer."""
    key: str = browser.page.evaluate(
        """type => { const get = name => bihuanForm.get(name), root = get('formFieldRegistry').getAll()
              .find(one => one.type === 'default');
            const made = get('modeling').addFormField({ type }, root, 0);
            get('selection').set(made);
            return made.key; }""",
        kind,
    )
    return key


def saved(city: City, name: str) -> str:
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, "pb_monthly_reminder")
    assert draft is not None
    return draft.files(city.engine.store)[name].decode()


def over_the_mark(browser: Browser, mark: str) -> str:
    """What a person would touch at the centre of the library's mark: the mark itself, or what lies over it."""
    browser.page.locator(mark).first.scroll_into_view_if_needed()
    found: str = browser.page.evaluate(
        """mark => { const box = document.querySelector(mark).getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return top && top.closest(mark) ? 'the mark' : String(top && top.outerHTML) }""",
        mark,
    )
    return found
