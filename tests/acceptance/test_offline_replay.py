"""An exported case replays from a folder: no server, no network, everything in the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.history import replay
from engine.instances.errors import CaseUnknown
from tests.acceptance.test_auditor_replays import HOST
from tests.driver import City
from tests.processes import monthly as people
from webui import offline

pytestmark = pytest.mark.browser


@pytest.fixture
def case(city: City) -> str:
    """A reminder up to the first review."""
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1, "yangxin": 1})
    people.merge(city, r1={"repeat_count": "1"})
    people.draft(city)
    people.decide(city, "party-head", "office_review", {"yangxin": "</script><img src=x onerror='window.hurt = 1'>"})
    return case


@pytest.fixture
def opened(city: City, case: str, chromium: Any, tmp_path: Path) -> Any:
    """The page of the export, opened from a folder, with every address that it asks for."""
    for name, body in offline.files(city.engine, case).items():
        (tmp_path / name).write_bytes(body)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"file://{tmp_path}/index.html")
    page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    yield page
    assert [address for address in asked if not address.startswith(("file://", "data:"))] == []
    assert complaints == []
    page.close()


def test_an_exported_case_replays_from_a_folder(city: City, case: str, opened: Page) -> None:
    with city.engine.database.reading() as connection:
        folded = list(replay.moments(connection, case))
    shown: Any = opened.evaluate(
        f"""() => {{ const timeline = {HOST}.player.timeline, state = timeline.after(timeline.facts.length);
          return {{ tokens: [...state.tokens], scopes: [...state.scopes].map(([key, scope]) => [key,
            Object.fromEntries(Object.entries(scope.variables).map(([name, one]) => [name, one.value]))]) }}; }}"""
    )
    assert dict(shown["tokens"]) == folded[-1].tokens
    assert dict(shown["scopes"]) == {key: found for key, (_, found) in folded[-1].after.items()}
    opened.keyboard.press("End")
    opened.wait_for_selector(f'[data-part=panel][data-seq="{len(folded)}"]:not([aria-busy])')
    assert "陶敬之" in opened.locator("[data-part=panel]").inner_text()
    assert "主任审核" in opened.locator("[data-part=panel] > h2").inner_text()
    assert opened.locator(".djs-element.bh-now").count() > 0
    # Called cases are named, not linked; what was handed over says to whom.
    heads = opened.evaluate(f"{HOST}.player.timeline.data.entries.map(one => one[4])")
    assert any(one.startswith("送达 全面自查 · ") and "惠民县" in one for one in heads)
    assert opened.locator(".bh-call").count() == 0


def test_the_table_of_the_day_and_the_mark_are_in_the_export(opened: Page) -> None:
    merged = opened.evaluate(f"{HOST}.player.timeline.data.entries.findIndex(e => e[4].includes('汇总研判'))")
    opened.evaluate(f"{HOST}.player.jump({merged})")
    opened.wait_for_selector(".bh-dmn tr.matched")
    assert opened.evaluate(
        """() => {
          const mark = document.querySelector(".bjs-powered-by"), box = mark.getBoundingClientRect();
          return box.width > 20 && mark.contains(document.elementFromPoint(box.left + 5, box.top + 5));
        }"""
    )


def test_what_somebody_typed_stays_text_in_the_export(opened: Page) -> None:
    opened.keyboard.press("End")
    opened.wait_for_selector("[data-part=panel] :text(\"onerror\")", state="attached")
    assert opened.evaluate("window.hurt") is None


def test_a_case_that_does_not_exist_has_no_export(city: City) -> None:
    with pytest.raises(CaseUnknown):
        offline.files(city.engine, "x")
