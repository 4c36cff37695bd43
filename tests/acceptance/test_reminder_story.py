"""The monthly reminder in a browser: the clerk starts it, everyone does their part, up to closing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Browser
from tests.driver import City
from tests.processes import monthly as people

pytestmark = pytest.mark.browser

OTHERS = [county for county in people.COUNTIES if county != "huimin"]


def test_the_clerk_starts_and_everyone_completes_up_to_closing(browser: Browser, city: City, tmp_path: Path) -> None:
    start(browser)
    collect(browser, city)
    merge_draft_and_sign(browser)
    rectify_and_close(browser, tmp_path)
    browser.sign_in("auditor")
    browser.open("/cases")
    browser.page.click('a.t:has-text("每月提醒 2026-11")')
    browser.page.wait_for_selector('[data-island="diagram"][data-state="drawn"]')
    assert browser.page.locator(".djs-connection.bh-taken").count() > 5
    browser.page.click('a:has-text("全部记录")')
    browser.page.wait_for_selector("tbody tr")
    assert browser.page.locator("tbody tr").count() > 10
    assert browser.complaints == []
    assert city.verify().sound


def start(browser: Browser) -> None:
    browser.sign_in("party-clerk")
    browser.open("/start/pb_monthly_reminder")
    browser.page.fill("[name=month]", "11 月")
    browser.send("发起")
    assert browser.page.locator(".bh-errors a").inner_text() == "月份写成 2026-11 这样"
    browser.page.fill("[name=month]", "2026-11")
    browser.send("发起")
    assert browser.page.locator("h1").inner_text() == "每月提醒 2026-11"
    browser.open("/start/pb_monthly_reminder")
    browser.page.fill("[name=month]", "2026-11")
    browser.page.click(".bh-acts button")
    browser.page.click("#bh-confirm button[value=yes]")
    browser.page.wait_for_selector(".bh-errors")
    assert "王岚" in browser.page.locator(".bh-errors").inner_text()
    # The second start was answered with 409, which the browser's console tells.
    browser.complaints.clear()


def collect(browser: Browser, city: City) -> None:
    """Huimin reports one finding in the browser, everybody else nothing."""
    browser.sign_in("huimin-clerk")
    browser.open_task("惠民县 · 全面自查 2026-11")
    page = browser.page
    page.select_option("[name=findings-0-domain]", "作风建设")
    page.select_option("[name=findings-0-category]", "落实类")
    page.fill("[name=findings-0-description]", "短")
    page.fill("[name=note]", "已组织全面自查。")
    browser.send("送书记审定")
    assert page.input_value("[name=note]") == "已组织全面自查。"
    page.fill("[name=findings-0-description]", "谈心谈话记录不全,三季度缺少两次。")
    browser.send("送书记审定")
    browser.sign_in("huimin-secretary")
    browser.open_task("惠民县 · 审定自查清单")
    browser.send("同意报送")
    for county in OTHERS:
        city.complete(f"{county}-clerk", "self_check", {"nil_report": True, "note": "已自查。"}, outcome="report")
        city.complete(f"{county}-secretary", "sign_report", {"opinion": ""}, outcome="agree")
    for person, element in (
        *((f"{office}-checker", "joint_check") for office in people.DEPARTMENTS),
        *((f"{team}-leader", "supervise") for team in people.TEAMS),
    ):
        city.complete(person, element, {"nil_report": True}, outcome="report")


def merge_draft_and_sign(browser: Browser) -> None:
    page = browser.page
    browser.sign_in("party-clerk")
    browser.open_task("汇总研判")
    browser.send("完成汇总")
    browser.open_task("起草提醒函")
    assert "谈心谈话记录不全" in page.locator("#letters").inner_text()
    browser.send("送主任审核")
    browser.sign_in("party-head")
    browser.open_task("主任审核")
    page.check("[name=batch-0-decision][value=return]")
    page.wait_for_selector("[name=batch-0-reason]")
    page.fill("[name=batch-0-reason]", "措辞请再斟酌。")
    browser.send("提交审核意见")
    browser.sign_in("party-clerk")
    browser.open_task("起草提醒函")
    assert "措辞请再斟酌。" in page.locator(".bh-notice.bad").inner_text()
    browser.send("送主任审核")
    for person, task, button in (
        ("party-head", "主任审核", "提交审核意见"),
        ("city-secretary", "市委书记审签", "提交审签意见"),
    ):
        browser.sign_in(person)
        browser.open_task(task)
        browser.send(button)


def rectify_and_close(browser: Browser, tmp_path: Path) -> None:
    page = browser.page
    paper = tmp_path / "记录汇编.pdf"
    paper.write_bytes(b"%PDF-1.7 evidence")
    wait_for_task(browser, "huimin-secretary", "签收提醒函")
    browser.send("签收")
    for opinion in ("缺佐证材料,请补充。", ""):
        wait_for_task(browser, "huimin-clerk", "惠民县 · 整改")
        page.fill("[name=items-0-measures]", "补齐记录,建立月检查。")
        page.fill("[name=items-0-outcome_text]", "已全部补齐。")
        page.fill("[name=items-0-person]", "刘敏")
        page.set_input_files("input[type=file]", str(paper))
        page.wait_for_selector('.bh-files li:has-text("记录汇编.pdf")')
        browser.send("送书记审定")
        wait_for_task(browser, "huimin-secretary", "审定整改情况")
        browser.send("同意上报")
        wait_for_task(browser, "party-clerk", "惠民县 · 核验销号")
        page.select_option("[name=check_mode]", "资料审核")
        page.fill("[name=opinion]", opinion)
        browser.send("退回整改" if opinion else "通过并销号")
    wait_for_task(browser, "party-clerk", "整改情况汇总")
    page.fill("[name=summary_text]", "本月问题已全部销号。")
    browser.send("办结本月提醒")


def wait_for_task(browser: Browser, person: str, title: str) -> None:
    """Opens a task that a job may still be bringing."""
    browser.sign_in(person)
    for _ in range(50):
        browser.open("/inbox/todo")
        if browser.page.locator(f'a.t:has-text("{title}")').count():
            break
        browser.page.wait_for_timeout(100)
    browser.open_task(title)


def test_a_secretary_signs_on_a_phone(phone: Browser, city: City) -> None:
    city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1, "yangxin": 2})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    phone.sign_in("city-secretary")
    phone.open_task("市委书记审签")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.send("提交审签意见")
    assert phone.page.locator("h1").inner_text() == "待办"
    assert phone.complaints == []


def test_axe_finds_nothing_on_the_pages_of_staff(browser: Browser, city: City) -> None:
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    people.collect(city, {"huimin": 1, "yangxin": 2})
    people.merge(city)
    task = city.find("party-clerk", "draft_letter")
    browser.sign_in("party-clerk")
    found = {}
    for path in (
        "/inbox/todo", "/inbox/done", "/inbox/started", "/cases", f"/cases/{case}", f"/cases/{case}/history",
        f"/tasks/{task}", "/start", "/start/pb_monthly_reminder", "/nowhere",
    ):  # fmt: skip
        browser.open(path)
        found[path] = browser.violations()
    browser.sign_in("admin")
    for path in ("/people", "/people/huimin-clerk", "/incidents"):
        browser.open(path)
        found[path] = browser.violations()
    assert {path: each for path, each in found.items() if each} == {}
