"""The people of the monthly reminder, as functions: what each of them does with the story driver."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from tests.driver import City

COUNTIES = ["bincheng", "zhanhua", "huimin", "yangxin", "wudi", "boxing", "zouping", "kaifa", "gaoxin", "beihai"]
DEPARTMENTS = ["discipline", "organisation", "propaganda"]
TEAMS = ["team-1", "team-2", "team-3"]


def finding(county: str = "", **changed: Any) -> dict[str, Any]:
    """One row of a form of findings."""
    row = {
        "domain": "作风建设", "category": "落实类", "description": "谈心谈话记录不全,三季度缺少两次。", "basis": "",
    }  # fmt: skip
    return row | ({"county": county} if county else {}) | changed


def collect(city: City, self_found: dict[str, int], joint: list[str] = (), team: list[str] = ()) -> None:  # type: ignore[assignment]
    """Every county, department and team reports: so many findings of a county's own, and of which counties."""
    for county in COUNTIES:
        number = self_found.get(county, 0)
        rows = [finding(description=f"第{n + 1}项:谈心谈话记录不全,缺少两次。") for n in range(number)]
        answers: dict[str, Any] = {"nil_report": not rows, "note": "已组织自查。"} | (
            {"findings": rows} if rows else {}
        )
        city.complete(f"{county}-clerk", "self_check", answers, outcome="report", unit=county)
        city.complete(f"{county}-secretary", "sign_report", {"opinion": "同意。"}, outcome="agree", unit=county)
    for office, element, person, about in (
        *((one, "joint_check", f"{one}-checker", joint) for one in DEPARTMENTS),
        *((one, "supervise", f"{one}-leader", team) for one in TEAMS),
    ):
        rows = [finding(county) for county in about] if office in ("discipline", "team-1") else []
        answers = {"nil_report": not rows} | ({"findings": rows} if rows else {})
        city.complete(person, element, answers, outcome="report")


def merge(city: City, **changed: dict[str, Any]) -> None:
    """The clerk goes through the table; *changed* by number of the row, from r1."""
    with city.work_on("party-clerk", "merge") as work:
        rows = [
            {"category": row["category"], "affects": False, "repeat_count": "0", "duplicate": False}
            | changed.get(f"r{number}", {})
            for number, row in enumerate(work.scope["findings"], start=1)
        ]
    city.complete("party-clerk", "merge", {"findings": rows}, outcome="merged")


def draft(city: City) -> list[str]:
    """The clerk drafts every letter of the batch; gives their counties."""
    with city.work_on("party-clerk", "draft_letter") as work:
        batch = work.scope["batch"]
    rows = [{"positive": "", "requirements": "请逐项整改,按期反馈。", "contact": "王岚 0543-0000000"} for _ in batch]
    city.complete("party-clerk", "draft_letter", {"batch": rows}, outcome="drafted")
    return [letter["county"] for letter in batch]


def decide(city: City, person: str, element: str, returned: dict[str, str] | None = None) -> list[str]:
    """A reviewer agrees to every letter of the batch but the returned ones; gives the counties of the batch."""
    with city.work_on(person, element) as work:
        batch = work.scope["batch"]
    rows = [
        {"decision": "return", "reason": (returned or {})[letter["county"]]}
        if letter["county"] in (returned or {})
        else {"decision": "agree", "remark": "同意。"}
        for letter in batch
    ]
    city.complete(person, element, {"batch": rows}, outcome="decided")
    return [letter["county"] for letter in batch]


def signed(city: City, found: Collection[str] = ("huimin",), returned: dict[str, str] | None = None) -> str:
    """A month with a letter to each county where something was *found*, signed and sent; its case.

    What is *returned*, with the head's reasons, is drafted again and reviewed a day later.
    """
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    collect(city, dict.fromkeys(found, 1))
    merge(city)
    draft(city)
    if returned:
        decide(city, "party-head", "office_review", returned)
        city.wait(days=1)
        draft(city)
    decide(city, "party-head", "office_review")
    decide(city, "city-secretary", "secretary_sign")
    return case


def receive(city: City, county: str) -> None:
    """The county's secretary takes the letter."""
    city.complete(f"{county}-secretary", "receive", {"receive_note": "请牵头整改。"}, outcome="received", unit=county)


def rectify(city: City, county: str) -> None:
    """The county's office mends every finding and sends evidence; its secretary agrees."""
    with city.work_on(f"{county}-clerk", "rectify") as work:
        number = len(work.scope["items"])
    row = {"measures": "已补齐记录。", "outcome_text": "全部补齐。", "person": "刘敏"}
    paper = city.upload(f"{county}-clerk", "记录汇编.pdf", b"%PDF-1.7 " + county.encode())
    answers = {"items": [row] * number, "evidence": [paper], "note": ""}
    city.complete(f"{county}-clerk", "rectify", answers, outcome="done", unit=county)
    city.complete(f"{county}-secretary", "county_sign", {"opinion": "同意。"}, outcome="agree", unit=county)


def rectified(city: City, county: str) -> dict[str, str]:
    """What the form of rectification posts, by the names of its fields."""
    paper = city.upload(f"{county}-clerk", "记录汇编.pdf", b"%PDF-1.7 evidence")
    posted = {"evidence": json.dumps(paper), "note": "", "_outcome": "done"}
    with city.work_on(f"{county}-clerk", "rectify") as work:
        for number, _ in enumerate(work.scope["items"]):
            for key, value in (("measures", "已补齐记录。"), ("outcome_text", "全部补齐。"), ("person", "刘敏")):
                posted[f"items-{number}-{key}"] = value
    return posted


def verify(city: City, county: str, *, passed: bool) -> None:
    """The city's office verifies."""
    with city.work_on("party-clerk", "verify", unit=county) as work:
        number = len(work.scope["checks"])
    answers = {
        "checks": [{"passed": "yes" if passed else "no"}] * number, "check_mode": "资料审核",
        "opinion": "" if passed else "缺佐证材料,请补充。",
    }  # fmt: skip
    city.complete("party-clerk", "verify", answers, outcome="pass" if passed else "fail", unit=county)


def close(city: City) -> None:
    """The clerk sums up the month."""
    city.complete("party-clerk", "summary", {"summary_text": "本月问题已全部销号。"}, outcome="closed")
