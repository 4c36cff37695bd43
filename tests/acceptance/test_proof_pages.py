"""An auditor proves a case in a real browser: by hand, without a complaint of the browser or of axe."""

from __future__ import annotations

import pytest

from engine.history import seals
from tests.acceptance.conftest import Browser
from tests.driver import City

pytestmark = pytest.mark.browser


def test_an_auditor_verifies_a_case_from_its_badge_and_takes_it_away(browser: Browser, city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    seals.seal(city.engine)
    browser.sign_in("auditor")
    browser.open(f"/cases/{case}")
    browser.page.click("text=尚未核验")
    browser.page.click("text=立即核验")
    browser.page.wait_for_selector(".bh-light:text-is('是')")
    assert browser.page.locator(".bh-light:text-is('是')").count() == 4
    with browser.page.expect_download() as download:
        browser.page.click("a:has-text('导出')")
    assert download.value.suggested_filename.endswith(".zip")
    browser.open(f"/cases/{case}")
    assert browser.page.locator("text=已核验完好").count() == 1
    assert browser.complaints == []


def test_axe_finds_nothing_on_the_pages_of_proof(browser: Browser, city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    seals.seal(city.engine)
    browser.sign_in("auditor")
    browser.open(f"/cases/{case}/proof")
    browser.page.click("text=立即核验")
    found = {}
    for path in (f"/cases/{case}", f"/cases/{case}/proof", "/proof", "/proof/key"):
        browser.open(path)
        found[path] = browser.violations()
    assert {path: each for path, each in found.items() if each} == {}
    assert browser.complaints == []
