"""The page of messages: owners and auditors read, administrators keep longer and discard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.correlation import queries
from engine.identity.seen import look
from tests.driver import City
from tests.engine.test_correlation import send
from tests.webui.test_routes import app, signed_in  # noqa: F401


def states(city: City) -> dict[str, str]:
    with city.engine.database.reading() as connection:
        found, _ = queries.listing(connection, look(connection, "admin"))
    return {one.id: one.state for one in found}


def press(browser: FlaskClient, path: str, **form: Any) -> Any:
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get("/messages").text)
    assert csrf is not None
    return browser.post(path, data={**form, "_csrf": csrf[1]})


@pytest.mark.parametrize(
    ("person", "status"), [("admin", 200), ("owner", 200), ("auditor", 200), ("party-clerk", 403), ("approver", 403)]
)
def test_who_finds_the_page(app: Flask, person: str, status: int) -> None:  # noqa: F811
    browser = signed_in(app, person)
    assert browser.get("/messages").status_code == status
    assert ('href="/messages"' in browser.get("/language/zh-CN", follow_redirects=True).text) == (status == 200)


def test_messages_are_found_by_state_name_and_key(app: Flask, city: City) -> None:  # noqa: F811
    expired, kept = send(city, "paid", "A-1", live=0), send(city, "urged", "B-2", amount=3)
    browser = signed_in(app, "admin")
    for address, shown, hidden in (
        ("/messages?state=expired", expired, kept), ("/messages?state=waiting", kept, expired),
        ("/messages?q=urg", kept, expired), ("/messages?q=A-1", expired, kept),
    ):  # fmt: skip
        page = browser.get(address).text
        assert f'id="{shown}"' in page
        assert f'id="{hidden}"' not in page
    assert {expired, kept} <= set(re.findall(r'<tr id="([^"]+)"', browser.get("/messages?state=nonsense").text))
    assert browser.get("/messages?page=9").status_code == 200


def test_the_page_names_what_a_message_carries_and_not_its_values(app: Flask, city: City) -> None:  # noqa: F811
    send(city, amount="秘密的数")
    page = signed_in(app, "admin").get("/messages").text
    assert "amount" in page
    assert "秘密的数" not in page


def test_an_administrator_keeps_it_longer(app: Flask, city: City) -> None:  # noqa: F811
    sent, browser = send(city, live=0), signed_in(app, "admin")
    assert "paid" in browser.get("/incidents").text
    answer = press(browser, f"/messages/{sent}/keep?state=expired", days="7")
    assert (answer.status_code, answer.location) == (302, "/messages?state=expired")
    assert states(city)[sent] == "waiting"
    assert "paid" not in browser.get("/incidents").text
    again = press(browser, f"/messages/{sent}/keep", days="7")
    assert again.status_code == 409
    assert "请刷新页面" in again.text
    assert press(browser, f"/messages/{sent}/keep", days="9999").status_code == 400


def test_an_administrator_discards_it_with_a_reason_that_is_shown(app: Flask, city: City) -> None:  # noqa: F811
    sent, browser = send(city, live=0), signed_in(app, "admin")
    assert press(browser, f"/messages/{sent}/discard", reason=" ").status_code == 422
    assert states(city)[sent] == "expired"
    assert press(browser, f"/messages/{sent}/discard", reason="对方重复发送").status_code == 302
    assert "对方重复发送" in browser.get("/messages?state=discarded").text
    missing = press(browser, "/messages/01890000-0000-7000-8000-000000000000/discard", reason="对方重复发送")
    assert missing.status_code == 404


def test_an_owner_reads_and_changes_nothing(app: Flask, city: City) -> None:  # noqa: F811
    sent, browser = send(city, live=0), signed_in(app, "owner")
    page = browser.get("/messages").text
    assert sent in page
    assert "/discard" not in page
    assert press(browser, f"/messages/{sent}/discard", reason="不要了").status_code == 403
    assert states(city)[sent] == "expired"


def test_the_page_of_a_case_says_which_message_it_waits_for(app: Flask, city: City) -> None:  # noqa: F811
    case = city.start("payment", by="party-clerk", bill="A-17")
    page = signed_in(app, "party-clerk").get(f"/cases/{case}").text
    assert "等到款:等待其他系统的消息“paid”" in page
    assert "A-17" in page
    send(city, "paid", "A-17")
    assert "等待其他系统的消息" not in signed_in(app, "party-clerk").get(f"/cases/{case}").text
