"""An auditor replays a worked reminder in a browser, forward and backward; reads who signed and which rule matched."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as TookTooLong

from engine.demo import load
from engine.documents import queries as documents
from engine.history import replay, seals
from engine.history.verify import verify_and_note
from engine.tasks import queries as tasks
from engine.texts import LANGUAGES
from tests.acceptance.conftest import Browser
from tests.driver import City
from tests.processes import monthly as people

pytestmark = pytest.mark.browser

HOST = 'document.querySelector("[data-island=replay]")'


@pytest.fixture
def case(city: City) -> str:
    """A reminder up to the first county's rectification; the head returned one letter on the way."""
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1, "yangxin": 1})
    people.merge(city, r1={"repeat_count": "1"})
    people.draft(city)
    people.decide(city, "party-head", "office_review", {"yangxin": "措辞不准确。"})
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    people.decide(city, "city-secretary", "secretary_sign")
    people.receive(city, "huimin")
    people.rectify(city, "huimin")
    people.verify(city, "huimin", passed=False)
    return case


def opened(browser: Browser, path: str) -> None:
    browser.open(path)
    browser.page.wait_for_selector('[data-island="replay"][data-state="drawn"]')


def position(browser: Browser) -> int:
    return int(browser.page.locator("[data-part=position]").inner_text().split("/")[0])


def until(browser: Browser, what: str) -> None:
    """Waits until the page says true; the content policy forbids Playwright's own way of asking again and again."""
    for _ in range(200):
        if browser.page.evaluate(what):
            return
        browser.page.wait_for_timeout(50)
    raise AssertionError(what)


def entry(browser: Browser, text: str) -> None:
    """Clicks the entry of the list that says *text*, wherever it stands."""
    seq = browser.page.evaluate(
        f"text => {HOST}.player.timeline.data.entries.findLastIndex(e => e[4].includes(text))", text
    )
    browser.page.evaluate(f"{HOST}.player.log.show({seq})")
    # The list is drawn anew while it scrolls; a click that meets the old line goes nowhere and is done again.
    for patience in (3_000, 3_000, 30_000):
        browser.page.click(f'.bh-window button[data-index="{seq}"]')
        with suppress(TookTooLong):
            arrived = f'[data-part=panel][data-seq="{seq + 1}"]:not([aria-busy])'
            browser.page.wait_for_selector(arrived, timeout=patience)
            return
    raise AssertionError(text)


def test_a_letter_is_found_and_read_by_the_keyboard_alone(case: str, browser: Browser) -> None:
    page = browser.page
    browser.sign_in("auditor")
    browser.open("/audit/cases")
    page.focus("#f-q")
    page.keyboard.type("滨党建提 [2026] 1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # What was found comes next, not the whole form again.
    for _ in ("case", "version", "letter"):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("滨党建提〔2026〕1号 ")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "市委书记审签 · 意见:同意 · 批示:同意。" in page.locator(".bh-line").inner_text()
    assert browser.complaints == []


def test_an_auditor_finds_a_case_and_replays_it(case: str, browser: Browser, city: City) -> None:
    page = browser.page
    browser.sign_in("auditor")
    page.click('.bh-frame .bh-nav a:has-text("案件检索")')
    page.fill("#f-period", "2026-11")
    page.fill("#f-element", "市委书记审签")
    page.fill("#f-person", "郑同和")
    page.click('button:has-text("检索")')
    page.wait_for_selector("tbody tr")
    assert page.locator("tbody tr").count() == 1
    passed = page.locator('tbody a[href*="/replay"]:has-text("第 ")').get_attribute("href") or ""
    page.click('tbody a[href*="/replay"]:has-text("第 ")')
    page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    assert passed.endswith(f"entry={position(browser)}")
    assert page.locator(".djs-element.bh-now").get_attribute("data-element-id") == "secretary_sign"
    opened(browser, f"/cases/{case}/replay")
    page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    total = int(page.locator("[data-part=position]").inner_text().split("/")[1])
    assert position(browser) == 1
    forward_and_back(browser, total)
    who_signed(browser)
    the_rule_that_matched(browser)
    into_the_child_and_back(browser, case)
    assert browser.violations() == []
    assert browser.complaints == []


def forward_and_back(browser: Browser, total: int) -> None:
    page = browser.page
    page.click("[data-do=forward]")
    page.click("[data-do=forward]")
    assert position(browser) == 3
    page.click("[data-do=back]")
    assert position(browser) == 2
    page.focus("input[type=range]")
    page.keyboard.press("End")
    until(browser, f"{HOST}.player.index === {total - 1}")
    assert page.locator(".djs-element.bh-now").count() > 0
    assert page.locator(".djs-connection.bh-taken").count() > 10
    page.keyboard.press("ArrowLeft")
    until(browser, f"{HOST}.player.index === {total - 2}")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Home")
    assert position(browser) == 1
    assert page.locator(".djs-connection.bh-taken").count() < 10
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator(".bh-transport select").input_value() == "8"
    page.keyboard.press(" ")
    until(browser, f"{HOST}.player.index > 3")
    page.keyboard.press(" ")
    assert page.get_attribute("[data-do=play]", "aria-label") == "播放"
    at_rest = position(browser)
    page.wait_for_timeout(300)
    assert position(browser) == at_rest
    assert f"第 {at_rest} 条" in page.locator("[data-part=live]").inner_text()


def who_signed(browser: Browser) -> None:
    entry(browser, "市委书记审签")
    panel = browser.page.locator("[data-part=panel]")
    assert "郑同和" in panel.inner_text()
    # Answers that have rows stand open as they were given.
    assert panel.locator('summary:has-text("表单当时的样子")').is_visible()
    assert panel.locator("details.bh-rows").inner_text().count("同意") >= 2
    # The letters stand below the form, as the form says.
    panel.locator(".bh-letters summary").first.click()
    assert "存在问题" in panel.locator(".bh-letters details[open]").inner_text()
    assert panel.locator("input, textarea, select").count() == 0


def the_rule_that_matched(browser: Browser) -> None:
    entry(browser, "汇总研判")
    table = browser.page.locator(".bh-dmn").last
    assert table.locator("tr.matched th").all_inner_texts()[0].startswith("3")
    assert browser.page.locator("[data-part=data] ins").count() > 2
    # What no form asks for is folded, and what changed in it stands first, old beside new.
    own = browser.page.locator('[data-part=data] > details:has(summary:has-text("内部数据"))')
    assert own.locator("dt").first.is_hidden()
    own.locator("summary").first.click()
    assert "graded" in own.locator("dt").all_inner_texts()
    assert "graded" not in browser.page.locator("[data-part=data] > dl dt").all_inner_texts()
    browser.page.click('[data-part=data] button:has-text("查看") >> nth=0')
    browser.page.wait_for_selector("[data-part=data] details[open] li")


def into_the_child_and_back(browser: Browser, case: str) -> None:
    page = browser.page
    entry(browser, "发起")
    page.click('.bh-calls a:has-text("惠民县")')
    page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    assert "惠民县" in page.locator("h1").inner_text()
    entry(browser, "书记审定")
    assert "同意。" in page.locator("[data-part=panel] q").inner_text()
    assert browser.page.locator(".bh-call").count() == 0
    page.click("[data-part=caller]")
    page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    assert f"/cases/{case}/replay?entry=" in page.url
    page.click('.djs-overlays[data-container-id="self_check"] .bh-call')
    assert page.locator("#called[open] li").count() == 12
    entry(browser, "收到结果 全面自查")
    assert page.locator(".bh-calls a").count() == 1


def test_the_mark_of_bpmn_io_stays_visible(case: str, browser: Browser) -> None:
    browser.sign_in("auditor")
    opened(browser, f"/cases/{case}/replay")
    assert mark_is_visible(browser)


def mark_is_visible(browser: Browser) -> bool:
    return bool(
        browser.page.evaluate(
            """() => {
              const mark = document.querySelector(".bjs-powered-by"), box = mark.getBoundingClientRect();
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              return box.width > 20 && mark.contains(top);
            }"""
        )
    )


def test_the_browser_stands_at_every_entry_where_the_engine_stands(case: str, browser: Browser, city: City) -> None:
    """Tokens, their elements, and all variables that were sent whole, at entries taken at random."""
    family = [case, *(child.id for child in city.children(case))]
    browser.sign_in("auditor")
    for instance in [*random.Random(5).sample(family, 3), case]:
        opened(browser, f"/cases/{instance}/replay")
        with city.engine.database.reading() as connection:
            folded = list(replay.moments(connection, instance))
        for moment in random.Random(7).sample(folded, min(12, len(folded))):
            shown: Any = browser.page.evaluate(
                f"""seq => {{
                  const timeline = {HOST}.player.timeline, state = timeline.after(timeline.span(seq - 1)[1]);
                  const scopes = [...state.scopes].map(([key, scope]) => [key, scope.element,
                    Object.fromEntries(Object.entries(scope.variables).map(([name, one]) => [name, one.value]))]);
                  return {{ tokens: [...state.tokens], scopes }};
                }}""",
                moment.line.seq,
            )
            assert dict(shown["tokens"]) == moment.tokens
            assert {key: (element, names(found)) for key, element, found in shown["scopes"]} == {
                key: (element, names(found, shown, key)) for key, (element, found) in moment.after.items()
            }


def names(found: dict[str, Any], shown: Any = None, key: int = 0) -> dict[str, Any]:
    """The variables, those that the page got by reference left out."""
    sent = next((one[2] for one in shown["scopes"] if one[0] == key), {}) if shown else found
    large = {name for name, value in sent.items() if isinstance(value, dict) and "@large" in value}
    return {name: value for name, value in found.items() if name not in large}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_an_auditor_scrolls_sideways_on_a_phone(
    city: City, case: str, phone: Browser, language: str
) -> None:  # fmt: skip
    seals.seal(city.engine)
    verify_and_note(city.engine, "auditor")
    with city.engine.database.reading() as connection:
        letter = next(one.id for one in documents.of_case(connection, case) if one.kind == "letter")
        task = next(one.id for one in tasks.of_case(connection, case) if one.element == "secretary_sign")
    phone.sign_in("auditor")
    phone.page.context.add_cookies([{"name": "bh_language", "value": language, "url": phone.address}])
    opened(phone, f"/cases/{case}/replay?entry=5")
    assert wide(phone) == []
    for path in (
        f"/cases/{case}", f"/cases/{case}/history", f"/cases/{case}/proof", f"/cases/{case}/documents/{letter}/letter",
        f"/tasks/{task}", "/proof", "/proof/key", "/audit/cases?q=提醒函", "/audit/access", "/refusals", "/cases",
        "/processes/pb_monthly_reminder/versions/1", "/processes/pb_monthly_reminder/versions",
    ):  # fmt: skip
        phone.open(path)
        assert (path, wide(phone)) == (path, [])
        # A button keeps its words on one line.
        assert (path, phone.page.evaluate(
            "[...document.querySelectorAll('.bh-head .btn')].filter(one => one.clientHeight > 50).length"
        )) == (path, 0)  # fmt: skip
    assert phone.complaints == []


def wide(phone: Browser) -> list[str]:
    """What reaches beyond the screen of a phone, where the page can be scrolled sideways."""
    found: Any = phone.page.evaluate(
        "document.documentElement.scrollWidth <= 390 ? [] : [...document.querySelectorAll('main *')]"
        ".filter(one => one.getBoundingClientRect().right > 391).map(one => one.outerHTML.slice(0, 80))"
    )
    return list(found)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_tokens_travel_along_the_flows_unless_nobody_wants_motion(case: str, browser: Browser, motion: Any) -> None:
    browser.sign_in("auditor")
    browser.page.emulate_media(reduced_motion=motion)
    opened(browser, f"/cases/{case}/replay?entry=20")
    browser.page.select_option(".bh-transport select", "8")
    browser.page.evaluate(
        f"window.moved = 0; new MutationObserver(found => found.forEach(one => one.addedNodes.forEach(node => {{"
        f"if (node.classList?.contains('bh-moving')) window.moved++; }})))"
        f".observe({HOST}.querySelector('.bh-canvas'), {{subtree: true, childList: true}})"
    )
    browser.page.click("[data-do=play]")
    until(browser, f"{HOST}.player.index > 27")
    assert (browser.page.evaluate("window.moved") > 3) is (motion == "no-preference")


def test_only_the_rows_in_sight_stand_in_the_list(case: str, browser: Browser) -> None:
    browser.sign_in("auditor")
    opened(browser, f"/cases/{case}/replay?entry=30")
    rows = browser.page.locator(".bh-window li")
    assert rows.count() < int(browser.page.locator("[data-part=position]").inner_text().split("/")[1])
    assert browser.page.locator(".bh-window [aria-current]").inner_text().startswith("30")
    assert rows.first.get_attribute("aria-setsize") is not None


def test_axe_finds_nothing_on_the_pages_of_auditors(case: str, browser: Browser) -> None:
    browser.sign_in("auditor")
    opened(browser, f"/cases/{case}/replay?entry=28")
    found = {"replay": browser.violations()}
    for path in (
        "/audit/cases", "/audit/access", "/refusals", f"/cases/{case}/history",
        "/audit/cases?definition=pb_monthly_reminder&element=汇总研判",
    ):  # fmt: skip
        browser.open(path)
        found[path] = browser.violations()
    opened(browser, f"/cases/{case}/replay?entry=28")
    browser.page.click("[data-display=theme]")
    browser.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found["dark, everything open"] = browser.violations()
    assert {path: each for path, each in found.items() if each} == {}
    assert browser.complaints == []


def test_what_was_seen_is_remembered_and_linked(case: str, browser: Browser) -> None:
    browser.sign_in("auditor")
    with browser.page.expect_response(lambda answer: answer.url.endswith("/visit")) as kept:
        opened(browser, f"/cases/{case}/replay?entry=7")
    assert kept.value.status == 204
    opened(browser, f"/cases/{case}/replay")
    assert "上次看到第 7 条" in browser.page.locator("[data-part=visit]").inner_text()
    browser.page.click("[data-part=visit] a")
    browser.page.wait_for_selector('[data-island="replay"][data-state="drawn"]')
    assert position(browser) == 8


def test_the_plane_of_a_collapsed_sub_process_is_followed(city: City, tmp_path: Path, request: Any) -> None:
    for name, body in COLLAPSED.items():
        (tmp_path / "nested" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "nested" / name).write_text(body)
    load.deploy(city.engine, tmp_path / "nested")
    case = city.start("nested", by="party-clerk")
    city.complete("party-clerk", "inner", {})
    browser: Browser = request.getfixturevalue("browser")
    browser.sign_in("auditor")
    opened(browser, f"/cases/{case}/replay")
    root = f"{HOST}.player.picture.canvas.getRootElement().id"
    assert browser.page.evaluate(root) == "box_plane"
    browser.page.keyboard.press("End")
    assert browser.page.evaluate(root) == "nested"


def _shape(key: str, x: int) -> str:
    bounds = f'<dc:Bounds x="{x}" y="100" width="60" height="60"/>'
    return f'<bpmndi:BPMNShape id="s_{key}" bpmnElement="{key}">{bounds}</bpmndi:BPMNShape>'


def _edge(key: str, x: int) -> str:
    points = f'<di:waypoint x="{x}" y="130"/><di:waypoint x="{x + 40}" y="130"/>'
    return f'<bpmndi:BPMNEdge id="s_{key}" bpmnElement="{key}">{points}</bpmndi:BPMNEdge>'


def _plane(key: str, *parts: str) -> str:
    plane = f'<bpmndi:BPMNPlane id="p_{key}" bpmnElement="{key}">{"".join(parts)}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="d_{key}">{plane}</bpmndi:BPMNDiagram>'


OUTER = _plane("nested", _shape("begin", 0), _edge("f1", 60), _shape("box", 100), _edge("f4", 160), _shape("done", 200))
INNER = _plane("box", _shape("in", 0), _edge("f2", 60), _shape("inner", 100), _edge("f3", 160), _shape("out", 200))
COLLAPSED = {
    "package.toml": 'id = "nested"\ntitle = "内外"\n',
    "process.bpmn": f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bihuan="urn:bihuan:bpmn:1" id="d"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="x">
  <process id="nested" isExecutable="true" name="内外">
    <extensionElements><bihuan:start roles="*"/></extensionElements>
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="box"/>
    <subProcess id="box" name="里面">
      <startEvent id="in"/><sequenceFlow id="f2" sourceRef="in" targetRef="inner"/>
      <userTask id="inner" name="里面的事">
        <extensionElements><bihuan:assignment person="= starter.id"/></extensionElements>
      </userTask>
      <sequenceFlow id="f3" sourceRef="inner" targetRef="out"/><endEvent id="out"/>
    </subProcess>
    <sequenceFlow id="f4" sourceRef="box" targetRef="done"/><endEvent id="done"/>
  </process>{OUTER}{INNER}
</definitions>""",
}
