"""The page of the API, in a browser."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Browser

pytestmark = pytest.mark.browser


def test_the_page_is_read_at_a_desk_and_on_a_phone_without_signing_in(browser: Browser, phone: Browser) -> None:
    for window in (browser, phone):
        window.open("/api/")
        assert window.page.title().startswith("程序接口")
        window.page.click('a[href="#complete_task"]')
        assert window.page.locator("#complete_task").is_visible()
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not window.page.evaluate(wide)
        assert window.violations() == []
        assert window.complaints == []
    browser.page.click('a[hreflang="en"]')
    browser.page.wait_for_url("**/api/")
    assert browser.page.title().startswith("API")
