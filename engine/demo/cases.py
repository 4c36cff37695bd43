"""Three cases that stand half-way, so that no page of the demonstration is empty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from engine.calendars.queries import local_day
from engine.demo.past import Past, past
from engine.demo.play import Play
from engine.dispatch import Engine
from engine.identity.seen import look
from engine.instances import queries

#: A page of paper as evidence: the smallest PDF that viewers open.
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

FOUND = {
    "huimin": [
        ("党风廉政", "落实类", "谈心谈话记录不全,三季度缺少两次。"),
        ("项目建设", "责任类", "重点任务推进慢于时序两个月。"),
    ],
    "yangxin": [("组织建设", "制度类", "三会一课台账未按月更新。")],
    "wudi": [("基层治理", "作风类", "群众反映事项办理超期三件。")],
}
COUNTIES = ("bincheng", "zhanhua", "huimin", "yangxin", "wudi", "boxing", "zouping", "kaifa", "gaoxin", "beihai")


class Story(Play):
    """People at work in the past: between two acts time passes."""

    def __init__(self, engine: Engine, clock: Past) -> None:
        super().__init__(engine)
        self.clock = clock

    def start(self, definition: str, by: str, **answers: Any) -> str:
        self.clock.act()
        return super().start(definition, by, **answers)

    def complete(
        self, person: str, element: str, answers: dict[str, Any], outcome: str, unit: str | None = None
    ) -> None:  # fmt: skip
        self.clock.act()
        super().complete(person, element, answers, outcome, unit)


def begin(engine: Engine) -> None:
    """Plays the cases of the demonstration, once."""
    with engine.database.reading() as connection:
        found, _ = queries.cases(connection, look(connection, "auditor"), limit=1)
    if found:
        return
    with past(engine) as clock:
        play = Story(engine, clock)
        _last_month(play, local_day(clock.now()).replace(day=1) - timedelta(days=1))
        clock.skip_to(timedelta(days=5))
        _this_month(play, local_day(clock.now()))
        play.start("example", "party-clerk", subject="熟悉平台")


def _last_month(play: Play, day: date) -> None:
    """Collected, drafted, signed, sent; one county sent back once, one at its secretary, one not yet received."""
    play.start("pb_monthly_reminder", "party-clerk", month=f"{day:%Y-%m}")
    for county in COUNTIES:
        _self_check(play, county)
        play.complete(f"{county}-secretary", "sign_report", {"opinion": "同意。"}, "agree", county)
    _others_report(play)
    _draft_and_sign(play)
    for county in ("huimin", "yangxin"):
        play.complete(f"{county}-secretary", "receive", {"receive_note": "请党建办牵头整改。"}, "received", county)
        _rectify(play, county)
    play.complete("huimin-secretary", "county_sign", {"opinion": "已按要求整改,请核验。"}, "agree", "huimin")
    _, scope = play.sees("party-clerk", "verify", "huimin")
    rows = [{"passed": "yes" if number else "no"} for number, _ in enumerate(scope["checks"])]
    answers = {"checks": rows, "check_mode": "资料审核", "opinion": "缺佐证材料,请补齐。"}
    play.complete("party-clerk", "verify", answers, "fail", "huimin")


def _this_month(play: Play, day: date) -> None:
    """Being collected: some counties have reported, one waits for its secretary."""
    play.start("pb_monthly_reminder", "party-clerk", month=f"{day:%Y-%m}")
    for county in COUNTIES[:4]:
        _self_check(play, county)
    for county in COUNTIES[:3]:
        play.complete(f"{county}-secretary", "sign_report", {"opinion": "同意。"}, "agree", county)
    play.complete("discipline-checker", "joint_check", {"nil_report": True, "note": ""}, "report")


def _self_check(play: Play, county: str) -> None:
    rows = [
        {"domain": domain, "category": category, "description": text, "basis": ""}
        for domain, category, text in FOUND.get(county, [])
    ]
    answers: dict[str, Any] = {"nil_report": not rows, "note": "已组织全面自查。"}
    play.complete(f"{county}-clerk", "self_check", answers | ({"findings": rows} if rows else {}), "report", county)


def _others_report(play: Play) -> None:
    for person, element in (
        *((f"{office}-checker", "joint_check") for office in ("discipline", "organisation", "propaganda")),
        *((f"team-{number}-leader", "supervise") for number in (1, 2, 3)),
    ):
        play.complete(person, element, {"nil_report": True, "note": "本期按计划完成检查。"}, "report")


def _draft_and_sign(play: Play) -> None:
    _, scope = play.sees("party-clerk", "merge")
    rows = [
        {"category": row["category"], "affects": row["category"] == "责任类", "repeat_count": "0", "duplicate": False}
        for row in scope["findings"]
    ]
    play.complete("party-clerk", "merge", {"findings": rows, "merge_note": ""}, "merged")
    _, scope = play.sees("party-clerk", "draft_letter")
    letters = [
        {"positive": "", "requirements": "请高度重视，逐项制定措施，按期反馈。", "contact": "王岚 0543-0000000"}
        for _ in scope["batch"]
    ]
    play.complete("party-clerk", "draft_letter", {"batch": letters}, "drafted")
    agreed = {"batch": [{"decision": "agree", "remark": "同意。"} for _ in letters]}
    play.complete("party-head", "office_review", agreed, "decided")
    play.complete("city-secretary", "secretary_sign", agreed, "decided")


def _rectify(play: Play, county: str) -> None:
    _, scope = play.sees(f"{county}-clerk", "rectify", county)
    row = {"measures": "补齐记录,建立月检查。", "outcome_text": "已全部补齐。", "person": "县委党建办"}
    paper = play.upload(f"{county}-clerk", "记录汇编.pdf", PAPER)
    answers = {"items": [row] * len(scope["items"]), "evidence": [paper], "note": ""}
    play.complete(f"{county}-clerk", "rectify", answers, "done", county)
