"""An administrator in a browser mends a message that nobody waited for; axe finds nothing on the page."""

from __future__ import annotations

import pytest

from engine.instances import commands as cases
from tests.acceptance.conftest import Browser
from tests.acceptance.editing import until
from tests.driver import City
from tests.engine.test_correlation import send, state

pytestmark = pytest.mark.browser


def test_a_message_that_nobody_took_is_kept_longer_and_reaches_the_case_that_begins_to_wait(
    browser: Browser, city: City
) -> None:
    sent, other = send(city, "paid", "A-1", live=0, amount=12), send(city, "urged", "B-7", live=0)
    send(city, "sealed", None, by="owner")
    browser.sign_in("admin")
    browser.open("/incidents")
    assert browser.violations() == []
    browser.page.click(f'a[href$="#{sent}"]')
    assert browser.violations() == []
    with browser.page.expect_navigation():
        browser.page.click(f'tr[id="{sent}"] button:has-text("再保留")')
    browser.open("/messages?state=expired")
    browser.page.click(f'tr[id="{other}"] summary')
    browser.page.fill(f'tr[id="{other}"] input[name=reason]', "对方重复发送")
    with browser.page.expect_navigation():
        browser.page.click(f'tr[id="{other}"] details button')
    case = city.does("party-clerk", cases.StartCase(definition="payment", values={"bill": "A-1"})).stream
    until(lambda: state(city, sent) == ("delivered", case))
    browser.open("/messages")
    assert browser.page.locator("tbody tr").count() == 3
    assert browser.violations() == []
    assert browser.complaints == []
