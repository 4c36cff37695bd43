"""A long case comes in parts: the page draws with the first it needs, goes on as they come, and says if one is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.history import replay
from tests.acceptance.conftest import Browser
from tests.driver import City
from tests.processes import monthly as people

pytestmark = pytest.mark.browser

HOST = 'document.querySelector("[data-island=replay]")'


@pytest.fixture
def case(city: City, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case whose entries come one by one."""
    monkeypatch.setattr(replay, "PART", 1)
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1})
    return case


def test_a_case_that_comes_in_parts_opens_at_its_last_entry(case: str, browser: Browser) -> None:
    browser.sign_in("auditor")
    browser.open(f"/cases/{case}/replay?entry=99")
    browser.page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    position, total = browser.page.locator("[data-part=position]").inner_text().split(" / ")
    assert int(position) == int(total) > 2
    current = browser.page.locator('.bh-window button[aria-current="true"]').get_attribute("data-index")
    assert current == str(int(total) - 1)
    assert browser.complaints == []


def test_an_entry_that_has_not_come_is_shown_when_it_does(case: str, browser: Browser) -> None:
    """The entries are taken away again and come a second time, after somebody has asked for the last."""
    browser.sign_in("auditor")
    browser.open(f"/cases/{case}/replay")
    browser.page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    shown = browser.page.evaluate(
        f"""async () => {{
          const {{ player }} = {HOST}, {{ data }} = player.timeline;
          const last = data.total - 1;
          await player.timeline.reached(last);
          player.timeline = new player.timeline.constructor(data);
          player.timeline.append({{ entries: data.entries.slice(0, 1), facts: data.facts.slice(0, 1) }});
          player.go(last);
          const before = player.picture.painted.get("done").size;
          player.timeline.append({{ entries: data.entries.slice(1), facts: data.facts.slice(1) }});
          await player.timeline.reached(last);
          return [before, player.picture.painted.get("done").size];
        }}"""
    )
    assert shown[0] < shown[1]


def test_a_record_of_which_a_part_is_lost_on_the_way_is_not_shown_as_whole(
    case: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = replay.parts

    def cut(*asked: Any) -> Iterator[list[replay.Frame]]:
        found = whole(*asked)
        yield next(found)
        found.close()

    monkeypatch.setattr(replay, "parts", cut)
    browser.sign_in("auditor")
    browser.open(f"/cases/{case}/replay")
    browser.page.wait_for_selector('[data-island="replay"][data-state="failed"]')
    assert browser.page.locator("[data-part=failed]").is_visible()
    assert browser.page.locator("[data-part=stage]").is_hidden()
