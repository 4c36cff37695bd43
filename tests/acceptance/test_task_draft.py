"""What staff type is kept while they type, and the page says when, by the clock of the office."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendars.queries import local_time
from tests.acceptance.conftest import Browser
from tests.driver import City

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
def test_the_time_at_which_a_draft_was_saved_is_the_offices_wherever_the_browser_is(
    chromium: Any, served: str, city: City, zone: str
) -> None:
    city.start("example", by="party-clerk", subject="值班")
    page = chromium.new_page(timezone_id=zone)
    browser = Browser(page, served)
    browser.sign_in("party-clerk")
    browser.open_task("值班")
    page.fill("[name=sentence]", "一句话")
    page.wait_for_selector('[data-draft-state]:has-text("草稿已保存")')
    said = page.locator("[data-draft-state]").inner_text()
    page.reload()
    assert page.input_value("[name=sentence]") == "一句话"
    assert said == f"草稿已保存 {local_time(city.engine.clock.now())}"
    assert browser.complaints == []
    page.close()
