"""The five ways of the monthly reminder, from the first click to closing."""

from __future__ import annotations

from tests.driver import City
from tests.processes import monthly as people


def begin(city: City) -> str:
    return city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")


def test_the_straight_way_ends_when_every_county_has_closed(city: City) -> None:
    case = begin(city)
    people.collect(city, {"huimin": 1, "yangxin": 2}, joint=["huimin"], team=["wudi"])
    people.merge(city, r1={"repeat_count": "1"})
    assert people.draft(city) == ["huimin", "yangxin", "wudi"]
    assert people.decide(city, "party-head", "office_review") == ["huimin", "yangxin", "wudi"]
    people.decide(city, "city-secretary", "secretary_sign")
    for county in ("huimin", "yangxin", "wudi"):
        people.receive(city, county)
        people.rectify(city, county)
        people.verify(city, county, passed=True)
    people.close(city)
    assert city.state(case) == "ended"
    letters = city.variables(case)["letters"]
    assert [letter["number"] for letter in letters] == [f"滨党建提〔2026〕{n}号" for n in (1, 2, 3)]
    assert letters[0]["summary"] == "较重 1 · 一般 1"
    assert all(letter["file"].type == "text/markdown" for letter in letters)
    assert city.verify().sound


def test_what_the_head_returns_goes_back_alone(city: City) -> None:
    begin(city)
    people.collect(city, {"huimin": 1, "yangxin": 1})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review", {"yangxin": "措辞不准确。"})
    with city.work_on("party-clerk", "draft_letter") as work:
        assert work.task.back == "阳信县(党建办主任):措辞不准确。"
    assert people.draft(city) == ["yangxin"]
    assert people.decide(city, "party-head", "office_review") == ["yangxin"]
    assert people.decide(city, "city-secretary", "secretary_sign") == ["huimin", "yangxin"]
    people.receive(city, "huimin")
    assert city.verify().sound


def test_what_the_secretary_returns_comes_again_through_the_head_and_the_signed_stays_signed(city: City) -> None:
    begin(city)
    people.collect(city, {"huimin": 1, "yangxin": 1})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    people.decide(city, "city-secretary", "secretary_sign", {"huimin": "请补充整改要求。"})
    assert people.draft(city) == ["huimin"]
    assert people.decide(city, "party-head", "office_review") == ["huimin"]
    assert people.decide(city, "city-secretary", "secretary_sign") == ["huimin"]
    people.receive(city, "huimin")
    people.receive(city, "yangxin")
    assert city.verify().sound


def test_a_verification_that_fails_twice_sends_the_county_back_round_after_round(city: City) -> None:
    case = begin(city)
    people.collect(city, {"huimin": 2})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    people.decide(city, "city-secretary", "secretary_sign")
    people.receive(city, "huimin")
    for passed in (False, False, True):
        people.rectify(city, "huimin")
        people.verify(city, "huimin", passed=passed)
    assert city.variables(case)["results"][0]["rounds"] == 3
    people.close(city)
    assert city.state(case) == "ended"
    assert city.verify().sound


def test_the_county_reads_which_finding_did_not_pass_and_why(city: City) -> None:
    begin(city)
    people.collect(city, {"huimin": 2})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    people.decide(city, "city-secretary", "secretary_sign")
    people.receive(city, "huimin")
    people.rectify(city, "huimin")
    checks = [{"passed": "no", "reason": "缺照片"}, {"passed": "yes"}]
    answers = {"checks": checks, "check_mode": "资料审核", "opinion": ""}
    city.complete("party-clerk", "verify", answers, outcome="pass", unit="huimin")
    with city.work_on("huimin-clerk", "rectify") as work:
        assert work.task.back == "市委党建办核验:2026-11-001 未通过:缺照片"
        assert [item["verified"] for item in work.scope["items"]] == ["不通过:缺照片", "通过"]
    people.rectify(city, "huimin")
    with city.work_on("party-clerk", "verify", unit="huimin") as work:
        assert [check["passed"] for check in work.scope["checks"]] == [None, None]


def test_a_county_without_findings_gets_no_letter_and_a_month_without_findings_ends_at_once(city: City) -> None:
    case = begin(city)
    people.collect(city, {"huimin": 1})
    people.merge(city, r1={"duplicate": True})
    assert city.state(case) == "ended"
    assert city.verify().sound
