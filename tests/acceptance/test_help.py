"""The guides in a browser, on a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Browser
from webui import guides

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_the_guides_fit_the_window_and_everybody(browser: Browser, width: int) -> None:
    browser.sign_in("auditor")
    page = browser.page
    page.set_viewport_size({"width": width, "height": 900})
    page.click('.bh-who a:has-text("帮助")')
    page.wait_for_url("**/help/auditing")
    for name in guides.GUIDES:
        browser.open(f"/help/{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert browser.violations() == [], name
    assert browser.complaints == []
