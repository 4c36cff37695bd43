"""An exported case replays from a folder: no server, no network, everything in the page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page

from engine.history import replay
from engine.history.export import export
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
def signed(city: City) -> str:
    """A reminder with a signed letter and the case that it called."""
    return people.signed(city)


@pytest.fixture
def opened(city: City, case: str, chromium: Any, tmp_path: Path) -> Iterator[Page]:
    """The page of the export of a case in review."""
    with opening(city, case, chromium, tmp_path) as page:
        yield page


@pytest.fixture
def with_letters(city: City, signed: str, chromium: Any, tmp_path: Path) -> Iterator[Page]:
    """The page of the export of a case that has letters and called another."""
    with opening(city, signed, chromium, tmp_path) as page:
        yield page


@contextmanager
def opening(city: City, case: str, chromium: Any, folder: Path) -> Iterator[Page]:
    """The page of the export, opened from a folder; whatever it asks for lies there, and nothing complains."""
    target = io.BytesIO()
    export(city.engine, case, target, person="auditor", extra=offline.files(city.engine, case))
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"file://{folder}/index.html")
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
    # What was handed over says to whom.
    heads = opened.evaluate(f"{HOST}.player.timeline.data.entries.map(one => one[4])")
    assert any(one.startswith("送达 全面自查 · ") and "惠民县" in one for one in heads)
    # The step that called several cases leads to them in the contents.
    opened.click(".bh-call")
    assert opened.locator('.bh-contents a[href^="case-"]').first.is_visible()


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


def test_from_the_contents_one_comes_to_a_called_case_and_back_to_the_entry_that_called_it(with_letters: Page) -> None:
    page = with_letters
    page.locator(".bh-contents summary").click()
    page.locator('.bh-contents a[href^="case-"]').first.click()
    page.wait_for_url("**/case-*.html")
    page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    page.locator('.bh-contents a[href^="index.html#"]').click()
    page.wait_for_url("**/index.html#*")
    seq = page.url.rpartition("#")[2]
    page.wait_for_selector(f'[data-part=panel][data-seq="{seq}"]:not([aria-busy])')
    page.locator("[data-part=panel] .bh-calls a").first.click()
    page.wait_for_url("**/case-*.html")


def test_every_address_in_an_export_is_a_file_of_the_export(with_letters: Page, tmp_path: Path) -> None:
    letters = set()
    for page in sorted(tmp_path.glob("*.html")):
        with_letters.goto(page.as_uri())
        for address in with_letters.evaluate("[...document.querySelectorAll('a[href]')].map(one => one.href)"):
            found = Path(unquote(urlsplit(address).path))
            assert not address.startswith("file://") or found.is_file(), address
            letters |= {found} if found.parent.parent.name == "files" else set()
    assert letters != set()


def test_the_record_is_read_without_scripts_and_what_somebody_typed_stays_text(
    city: City, case: str, opened: Page, chromium: Any, tmp_path: Path
) -> None:
    plain = chromium.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto((tmp_path / "record.html").as_uri())
    with city.engine.database.reading() as connection:
        entries = len(list(replay.moments(connection, case)))
    assert page.locator(".bh-entry").count() == entries
    last = page.locator(".bh-entry").last.inner_text()
    assert "陶敬之" in last
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", last)
    assert "onerror" in page.locator("main").inner_html()
    assert page.locator("img[src=x]").count() == 0
    plain.close()


def test_a_case_that_does_not_exist_has_no_export(city: City) -> None:
    with pytest.raises(CaseUnknown):
        offline.files(city.engine, "x")
