"""In a browser: an owner tries a changed process and proposes it, a second person compares both and decides."""

from __future__ import annotations

import pytest

from engine.definitions import drafts, queries
from tests.acceptance.conftest import Browser
from tests.acceptance.editing import until
from tests.driver import City
from tests.processes import changed

pytestmark = pytest.mark.browser

EDITOR = f"/processes/{changed.MONTHLY}/draft"
DRAWN = '[data-island="difference"][data-state="drawn"]'


def current(city: City) -> int:
    with city.engine.database.reading() as connection:
        found = queries.current(connection, changed.MONTHLY)
    assert found is not None
    return found.number


def proposed(browser: Browser, city: City) -> str:
    """The monthly reminder, changed, tried and proposed by the owner; the address of the proposal."""
    changed.examined(city, changed.draft(city, changed.MONTHLY).digest)
    browser.sign_in("owner")
    browser.open(f"/processes/{changed.MONTHLY}/try")
    browser.page.wait_for_selector(DRAWN)
    browser.page.fill("#propose-note", "增加归档确认")
    browser.page.click("#propose button")
    with browser.page.expect_navigation():
        browser.page.click("#bh-confirm button[value=yes]")
    assert browser.page.locator(".bh-decide").inner_text().startswith("您提请或最后修改了这个版本")
    return browser.page.url.removeprefix(browser.address)


def test_a_second_person_sees_what_changed_and_approves_and_each_case_shows_its_own_version(
    browser: Browser, city: City
) -> None:
    old = city.start(changed.MONTHLY, by="party-clerk", month="2026-10")
    address = proposed(browser, city)
    page = browser.page
    browser.sign_in("approver")
    browser.open("/approvals")
    page.click('a.t:has-text("每月提醒") >> nth=0')
    page.wait_for_selector(DRAWN)
    assert page.url.endswith(address)
    drawn = {
        (side, kind): page.locator(f"figure[data-side={side}] .djs-element.bh-{kind}").count()
        for side in ("old", "new")
        for kind in ("added", "changed")
    }
    assert drawn == {("old", "added"): 0, ("old", "changed"): 2, ("new", "added"): 2, ("new", "changed"): 2}
    page.click("#element-file_away button")
    assert page.locator("figure[data-side=new] .bh-looked-at").count() == 1
    page.click('button[data-zoom="fit"]')
    page.click('figure[data-side=new] [data-element-id="severity"]')
    assert page.evaluate("document.activeElement.parentElement.id") == "element-severity"
    assert "12" in page.locator("#file-decisions-severity-dmn ins").inner_text()
    page.click('button:has-text("批准")')
    with page.expect_navigation():
        page.click("#bh-confirm button[value=yes]")
    assert current(city) == 2
    new = city.start(changed.MONTHLY, by="party-clerk", month="2026-11")
    browser.sign_in("party-clerk")
    for case, number, there in ((old, 1, 0), (new, 2, 1)):
        browser.open(f"/cases/{case}")
        page.locator("#diagram").scroll_into_view_if_needed()
        page.wait_for_selector('[data-island="diagram"][data-state="drawn"]')
        assert f"第 {number} 版" in page.locator(".bh-head").inner_text()
        assert page.locator('.djs-element[data-element-id="file_away"]').count() == there
    assert browser.complaints == []
    assert city.verify().sound


def test_a_flow_is_coloured_as_a_step_is_and_is_found_from_the_list(browser: Browser, city: City) -> None:
    proposed(browser, city)
    browser.page.wait_for_selector(DRAWN)
    added, changed_ = "rgb(26, 112, 68)", "rgb(176, 106, 0)"
    assert (stroke(browser, "file_away"), stroke(browser, "severity")) == (added, changed_)
    assert (stroke(browser, "to_file"), stroke(browser, "to_closed")) == (added, changed_)
    head = "figure[data-side=new] [data-element-id=to_file] marker path"
    assert browser.page.locator(head).evaluate("one => getComputedStyle(one).fill") == added
    assert stroke(browser, "to_summary") not in (added, changed_)
    browser.page.click("#element-to_file summary")
    browser.page.click("#element-to_file button")
    shown = browser.page.locator("figure[data-side=new] .bh-looked-at .djs-visual")
    assert shown.evaluate("one => getComputedStyle(one).filter").startswith("drop-shadow")


def test_the_diagrams_open_at_what_changed_and_fit_shows_them_whole(browser: Browser, city: City) -> None:
    proposed(browser, city)
    page = browser.page
    page.wait_for_selector(DRAWN)
    assert scale(browser, "old") == scale(browser, "new") >= 0.75
    frame = page.locator("figure[data-side=new] .bh-canvas").bounding_box()
    task = page.locator("figure[data-side=new] [data-element-id=file_away] .djs-visual > rect").bounding_box()
    assert frame is not None
    assert task is not None
    assert frame["x"] <= task["x"] <= task["x"] + task["width"] <= frame["x"] + frame["width"]
    assert frame["y"] <= task["y"] <= task["y"] + task["height"] <= frame["y"] + frame["height"]
    page.click('button[data-zoom="fit"]')
    assert scale(browser, "new") < 0.5


def scale(browser: Browser, side: str) -> float:
    """How large the diagram of a side is drawn."""
    drawn = browser.page.locator(f"figure[data-side={side}] .bh-canvas .viewport")
    found: float = drawn.evaluate("group => group.getCTM().a")
    return found


def stroke(browser: Browser, element: str) -> str:
    """The colour in which the line of an element of the new diagram is seen."""
    drawn = browser.page.locator(f"figure[data-side=new] [data-element-id={element}] .djs-visual > :not(defs)").first
    found: str = drawn.evaluate("one => getComputedStyle(one).stroke")
    return found


def test_both_diagrams_move_together(browser: Browser, city: City) -> None:
    proposed(browser, city)
    page = browser.page
    page.wait_for_selector(DRAWN)
    boxes = """[...document.querySelectorAll('.bh-canvas .viewport')].map(group => {
        const { a, e, f } = group.getCTM(); return [a, e, f].map(number => number.toFixed(1)).join(" "); })"""
    before = page.evaluate(boxes)
    page.click('button[data-zoom="in"]')
    after = page.evaluate(boxes)
    assert len(set(after)) == 1
    assert after != before


def test_the_wheel_over_a_drawing_scrolls_the_page_and_with_ctrl_zooms_the_drawing(
    browser: Browser, city: City
) -> None:
    proposed(browser, city)
    page = browser.page
    page.wait_for_selector(DRAWN)
    page.locator("figure[data-side=new]").scroll_into_view_if_needed()
    page.hover("figure[data-side=new] .bh-canvas svg")
    box = "document.querySelector('figure[data-side=new] .viewport').getAttribute('transform')"
    drawn, above = page.evaluate(box), page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    until(lambda: page.evaluate("scrollY") > above)
    assert page.evaluate(box) == drawn
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    until(lambda: page.evaluate(box) != drawn)


def test_on_a_phone_one_diagram_is_seen_at_a_time_and_nothing_is_cut(phone: Browser, city: City) -> None:
    address = proposed(phone, city)
    phone.open(address)
    page = phone.page
    page.wait_for_selector(DRAWN)
    assert [page.locator(f"figure[data-side={side}]").is_visible() for side in ("old", "new")] == [False, True]
    page.click('button[data-side="old"]')
    assert [page.locator(f"figure[data-side={side}]").is_visible() for side in ("old", "new")] == [True, False]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_versions(browser: Browser, city: City, theme: str) -> None:
    city.start(changed.MONTHLY, by="party-clerk", month="2026-10")
    address = proposed(browser, city)
    browser.page.context.add_cookies([{"name": "bh_theme", "value": theme, "url": browser.address}])
    found = {}
    for path in (
        address, f"/processes/{changed.MONTHLY}/try", f"/processes/{changed.MONTHLY}/versions",
        f"/processes/{changed.MONTHLY}/versions/1", "/approvals",
    ):  # fmt: skip
        browser.open(path)
        if browser.page.locator('[data-island="difference"]').count():
            browser.page.wait_for_selector(DRAWN)
            browser.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found[path] = browser.violations()
    assert {path: each for path, each in found.items() if each} == {}
    assert browser.complaints == []


def test_what_is_tried_says_that_it_is_at_work(browser: Browser, city: City) -> None:
    changed.draft(city, "example")
    browser.sign_in("owner")
    browser.open("/processes/example/try")
    page = browser.page
    # The page that says it is left at once, so what it says is kept for the next one.
    page.evaluate("""new MutationObserver(
        () => sessionStorage.setItem("said", document.querySelector("[aria-busy=true]").textContent)
    ).observe(document.body, { subtree: true, childList: true })""")
    page.click('button:has-text("检查并试运行")')
    page.wait_for_selector(DRAWN)
    assert page.evaluate("sessionStorage.getItem('said')") == "正在检查并走场景,请稍候…"
    assert "全部场景按预期走完" in page.locator(".bh-notice.good").inner_text()
    assert browser.complaints == []


def test_going_to_try_a_draft_saves_it_first_and_where_another_was_faster_the_editor_stays_and_says_so(
    browser: Browser, city: City
) -> None:
    drafts.begin(city.engine, changed.MONTHLY, "owner")
    browser.sign_in("owner")
    browser.open(f"{EDITOR}/edit/README.md")
    page = browser.page
    page.locator("#text:enabled").fill("mine")
    with page.expect_navigation():
        page.click("a[data-saves]")
    assert page.url.endswith("/try")
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, changed.MONTHLY)
    assert draft is not None
    assert (draft.revision, draft.files(city.engine.store)["README.md"]) == (2, b"mine")
    browser.open(f"{EDITOR}/edit/README.md")
    page.locator("#text:enabled").fill("mine again")
    drafts.save(city.engine, changed.MONTHLY, "owner", 2, {"README.md": b"theirs"})
    page.click("a[data-saves]")
    page.wait_for_selector("[data-part=conflict]:not([hidden])")
    assert "theirs" in page.locator("[data-part=conflict]").inner_text()
    assert page.url.endswith("/edit/README.md")


def test_a_proposal_without_a_word_is_stopped_at_the_field_before_anybody_is_asked_to_confirm(
    browser: Browser, city: City
) -> None:
    changed.examined(city, changed.draft(city, "example").digest)
    browser.sign_in("owner")
    browser.open("/processes/example/try")
    page = browser.page
    page.wait_for_selector(DRAWN)
    page.click("#propose button")
    assert page.evaluate("document.activeElement.id") == "propose-note"
    assert not page.locator("#bh-confirm").is_visible()
    page.fill("#propose-note", "长句要复核")
    page.click("#propose button")
    assert page.locator("#bh-confirm").is_visible()
