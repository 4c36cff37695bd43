"""The same form in Chromium: policy kept, nothing in the way of a keyboard, and the scripts only help."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.webui.forms import demo

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[3]
AXE = ROOT / "webui/frontend/node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def app() -> Flask:
    return demo.application()


@pytest.fixture(scope="module")
def url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, url: str) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    # A reply of 422 is told by the browser too; the policy's refusals and errors of scripts are what we look for.
    assert [line for line in told if "422" not in line] == []


def test_the_form_is_sent_after_the_question(page: Page) -> None:
    page.click("text=退回整改")
    assert page.text_content("#bh-confirm [data-part=text]") == "退回惠民县。"
    page.click("#bh-confirm >> text=取消")
    assert page.locator(".bh-errors").count() == 0
    page.click("text=退回整改")
    page.click("#bh-confirm [data-part=yes]")
    # The list is parsed before the script that moves the focus runs.
    page.wait_for_selector(".bh-errors:focus a[href='#opinion']")


def test_a_condition_shows_a_field_and_what_was_typed_stays(page: Page) -> None:
    page.fill("#opinion", "写到一半")
    page.check("text=其他")
    page.wait_for_selector("#source_text")
    page.focus("#items-0-verdict")
    page.select_option("#items-0-verdict", "fail")
    page.wait_for_selector("#items-0-note")
    assert page.input_value("#opinion") == "写到一半"
    assert page.input_value("#items-0-verdict") == "fail"
    assert page.evaluate("document.activeElement.id") == "items-0-verdict"


def test_a_field_is_marked_as_required_as_soon_as_an_answer_makes_it_so(page: Page) -> None:
    page.fill("#due", "2026-12-01")
    page.check("text=部门联查")
    page.wait_for_selector("label[for=due] .must")
    assert page.input_value("#due") == "2026-12-01"
    page.check("text=全面自查")
    page.wait_for_selector("label[for=due] .must", state="detached")


def test_what_a_condition_takes_away_comes_back_as_it_was_filled_in(page: Page) -> None:
    page.check("text=其他")
    page.fill("#source_text", "群众来信")
    page.check("text=全面自查")
    page.wait_for_selector("#source_text", state="detached")
    page.check("text=其他")
    page.wait_for_selector("#source_text")
    assert page.input_value("#source_text") == "群众来信"


def test_rows_come_and_go_without_loading_the_page(page: Page) -> None:
    page.evaluate("window.same = true")
    page.fill("#measures-0-content", "一")
    page.click("text=添加一行")
    page.wait_for_selector("#measures-1-content")
    assert page.evaluate("document.activeElement.id") == "measures-1-content"
    page.fill("#measures-1-content", "二")
    page.click("button[value=measures-0]")
    page.wait_for_selector("#measures-1-content", state="detached")
    assert page.input_value("#measures-0-content") == "二"
    assert page.evaluate("window.same")


def test_enter_sends_nothing(page: Page) -> None:
    page.fill("#amount", "1")
    page.press("#amount", "Enter")
    page.wait_for_load_state("networkidle")
    assert page.locator(".bh-errors, #answers").count() == 0


def test_a_file_is_uploaded_when_it_is_chosen(page: Page, tmp_path: Path) -> None:
    paper = tmp_path / "纪要.pdf"
    paper.write_bytes(b"%PDF-1.7")
    page.set_input_files("#evidence", paper)
    page.wait_for_selector(".bh-files >> text=纪要.pdf")
    page.click("button[value=pass]")
    page.click("#bh-confirm [data-part=yes]")
    page.wait_for_selector(".bh-errors")
    assert page.locator(".bh-errors a[href='#evidence']").count() == 0
    page.click("button[aria-label='删除 纪要.pdf']")
    page.wait_for_selector("button[aria-label='删除 纪要.pdf']", state="detached")


def test_a_quick_phrase_is_written_and_the_draft_saved(page: Page, app: Flask) -> None:
    page.click("text=请补充佐证材料。")
    assert page.input_value("#opinion") == "请补充佐证材料。"
    page.wait_for_selector("[data-draft-state]:has-text('草稿已保存')")
    assert app.extensions["drafts"][-1]["opinion"] == "请补充佐证材料。"


def test_the_diagram_is_drawn_when_it_is_opened(page: Page) -> None:
    page.click("#picture > summary")
    page.wait_for_selector("[data-island=diagram][data-state=drawn]")
    assert page.locator(".bh-now[data-element-id=Task_1], .bh-done[data-element-id=Start_1]").count() == 2
    assert page.locator(".bh-taken[data-element-id=Flow_1]").count() == 1
    page.click("text=放大")
    page.locator(".bjs-powered-by").scroll_into_view_if_needed()
    box: Any = page.locator(".bjs-powered-by").bounding_box()
    point = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    # The licence asks that nothing lies over the watermark.
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('.bjs-powered-by') !== null"
    assert page.evaluate(on_top, point)


def test_a_phone_shows_cards_and_folds_the_places(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.locator(".bh-rows thead").first.is_hidden()
    assert not page.get_by_role("link", name="待办").is_visible()
    page.click("text=菜单")
    assert page.get_by_role("link", name="待办").is_visible()


def test_dark_and_large_are_remembered(page: Page) -> None:
    page.click("text=深色")
    page.click("text=大字")
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    assert page.get_attribute("html", "class") == "bh-large"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("failed", [False, True], ids=["fresh", "with errors"])
def test_no_barrier_is_found(chromium: Browser, url: str, theme: Any, failed: bool) -> None:
    context = chromium.new_context(locale="zh-CN", bypass_csp=True, color_scheme=theme)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(url)
    if failed:
        page.click("text=退回整改")
        page.click("#bh-confirm [data-part=yes]")
        page.wait_for_selector(".bh-errors")
    page.add_script_tag(path=AXE)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    context.close()
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []


def test_everything_works_without_script(chromium: Browser, url: str) -> None:
    context = chromium.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(url)
    page.click("text=添加一行")
    page.fill("#measures-1-content", "二")
    page.click("button[value=measures-0]")
    assert page.locator("#measures-0-content").input_value() == "二"
    page.click("button[value=pass]")
    assert page.locator(".bh-errors a").count() > 3
    context.close()
