"""An owner tries the other way of a new rule with one answer and one click."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import until
from tests.driver import City
from tests.processes import changed

#: The head is in the window, and below the contents.
IN_SIGHT = """([head, contents]) => {
    const { top, bottom } = head.getBoundingClientRect();
    return top >= contents.getBoundingClientRect().bottom && bottom <= innerHeight; }"""


def test_the_other_answer_makes_a_scenario_that_reaches_the_new_task(browser: Browser, city: City) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    browser.sign_in("owner")
    browser.open("/processes/example/try")
    page = browser.page
    page.click('#unreached a[href="#turn"]')
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert browser.violations() == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.select_option("#turn-at", label="发起")
    page.click('button[form="turn-choose"]')
    page.wait_for_selector('#turn input[name="_at"][value="start"]', state="attached")
    assert page.input_value("#turn #subject") == "值班"
    page.select_option("#turn-at", label="写一句话")
    page.click('button[form="turn-choose"]')
    page.wait_for_selector('#turn input[name="_at"][value="note"]', state="attached")
    page.fill("#turn #sentence", "这一句话比八个字长得多。")
    page.click("#turn .bh-acts button")
    page.wait_for_selector("#made")
    assert "还没有走到底" in page.locator("#made").inner_text()
    page.wait_for_selector("#carry")
    page.fill("#carry #remark", "同意。")
    page.click("#carry .bh-acts button")
    page.wait_for_selector("#propose")
    assert page.locator("#unreached").count() == 0
    assert browser.complaints == []


def test_both_diagrams_are_beside_each_other_and_the_contents_stay_in_sight(browser: Browser, city: City) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    browser.sign_in("owner")
    page = browser.page
    page.set_viewport_size({"width": 1440, "height": 757})
    browser.open("/processes/example/try")
    page.wait_for_selector('[data-island="difference"][data-state="drawn"]')
    old, new = (page.locator(f'figure[data-side="{side}"] .bh-canvas').bounding_box() for side in ("old", "new"))
    assert old is not None
    assert new is not None
    assert (old["y"], old["height"]) == (new["y"], new["height"])
    assert old["x"] + old["width"] <= new["x"]
    assert old["height"] < 757
    page.click(".bh-form-look summary")
    page.mouse.wheel(0, 20_000)
    until(lambda: page.evaluate("scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 1"))
    contents = page.locator(".bh-contents").bounding_box()
    assert contents is not None
    assert 0 <= contents["y"] < 10
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 757})
        assert browser.violations() == []


@pytest.mark.parametrize("width", [1440, 390])
def test_what_the_contents_lead_to_is_not_under_them(browser: Browser, city: City, width: int) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    browser.sign_in("owner")
    page = browser.page
    page.set_viewport_size({"width": width, "height": 757})
    # Without motion the page is where the link leads as soon as it was clicked.
    page.emulate_media(reduced_motion="reduce")
    browser.open("/processes/example/try")
    page.wait_for_selector('[data-island="difference"][data-state="drawn"]')
    links = page.locator(".bh-contents a, #unreached a[href^='#element-']")
    assert links.count() > 5
    for link in links.all():
        link.click()
        target = page.locator(link.get_attribute("href") or "")
        both = [target.locator("h2, summary").first.element_handle(), page.locator(".bh-contents").element_handle()]
        assert page.evaluate(IN_SIGHT, both), link.get_attribute("href")
    browser.open("/language/en?next=/processes/example/try")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
