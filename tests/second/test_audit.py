"""The second engine at verification and at publication: the same path, a difference with its element, or a reason."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from click.testing import CliRunner

from engine import texts
from engine.bpmn import flows
from engine.cli import main
from engine.definitions.package import Package, read_folder
from engine.definitions.scenarios import play, play_again, run, said
from engine.documents.store import Store
from engine.history.findings import SECOND, SECOND_CANNOT, answer
from engine.history.journal import Entry, entries
from engine.history.verified import of_case
from engine.history.verify import verify, verify_and_note
from engine.second import audit
from engine.second.defects import LIMITS, TABLE
from tests.driver import PROCESSES, City
from tests.engine.test_reperform import forged

CASE, STORY = "pb_county_rectification", "scenarios/verification_failed_twice.toml"


def chains(city: City) -> dict[str, list[Entry]]:
    with city.engine.database.reading() as connection:
        return {stream: list(found) for stream, found in groupby(entries(connection), key=lambda one: one.stream)}


def played(city: City, name: str = "verification_failed_twice") -> Any:
    path = PROCESSES / "pb_monthly_reminder" / "scenarios" / f"{name}.toml"
    story = play(city.engine, "pb_monthly_reminder", path.name, path.read_bytes())
    assert story.passed
    return story


def wrong_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel with mistakes: a split takes its first flow twice and not its last, a user task leads nowhere."""
    right = flows.chosen

    def chosen(machine: Any, node: Any, scope: int) -> Any:
        found = right(machine, node, scope)
        return [] if node.type == "userTask" else [found[0], *found[:-1]]

    monkeypatch.setattr(flows, "chosen", chosen)


def test_a_kernel_that_takes_a_wrong_way_is_found_out(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_way(monkeypatch)
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    report = city.verify(case)
    assert (report.rules, report.second_engine, report.sound) == (True, False, False)
    found = [one for one in report.failures if one.stream == case]
    assert [(one.question, one.seq, one.found) for one in found] == [(SECOND, 1, "second-differs")]
    assert found[0].element == "collect"
    assert found[0].detail.startswith("- flow collect_self_check; - entered self_check; + flow collect_supervise")
    assert answer(report, SECOND) == "no"


def test_a_difference_stops_the_publication_and_says_where(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_way(monkeypatch)
    body = (PROCESSES / "example" / "scenarios" / "straight.toml").read_bytes()
    story = play(city.engine, "example", "straight.toml", body)
    again = play_again(city.engine, story)
    assert (again.engine, again.passed, again.code) == ("second", False, "story-differs")
    for language in texts.LANGUAGES:
        assert "note" in said(again, language)


def test_a_case_that_is_too_large_is_not_comparable_and_no_finding(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    story = played(city, "month_without_findings")
    monkeypatch.setattr(audit, "MOST_ENTRIES", 2)
    report = city.verify()
    assert report.sound
    assert {(one.question, one.found) for one in report.cannot} == {(SECOND_CANNOT, "second-too-large")}
    assert answer(report, SECOND) == "not-comparable" if len(report.cannot) == report.cases else "partly-comparable"
    again = play_again(city.engine, story)
    assert (again.passed, again.code) == (True, "story-not-comparable")
    for language in texts.LANGUAGES:
        assert "{" not in said(again, language)
        assert "second." not in said(again, language)


def test_a_case_says_so_alone_and_beside_others(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    played(city, "month_without_findings")
    cases = [stream for stream, found in chains(city).items() if '"type":"StartCase"' in found[0].command]
    one, *_ = cases

    begun = audit.beside

    def beside(found: list[Entry], store: Store) -> audit.Beside | None:
        cannot = found[0].stream == one
        return audit.Beside(one, None, audit._cannot("race", 3)) if cannot else begun(found, store)

    monkeypatch.setattr(audit, "beside", beside)
    verify_and_note(city.engine, "auditor")
    with city.engine.database.reading() as connection:
        shown = {case: of_case(connection, case) for case in cases}
    reports = {case: found.report for case, found in shown.items() if found is not None}
    assert {case: answer(report, SECOND) for case, report in reports.items() if report} == {
        case: "not-comparable" if case == one else "yes" for case in cases
    }


def test_what_the_rules_do_not_explain_is_not_asked_of_the_second_engine(city: City) -> None:
    case = city.start("example", by="party-clerk", subject="值班")
    chain = chains(city)[case]
    broken = forged(chain, 1, events=chain[0].events.replace("值班", "休息"))
    found = audit.second_engine(broken, city.engine.store)
    assert found is not None
    assert (found.question, found.found, found.seq) == (SECOND_CANNOT, "second-rules", 1)


def test_streams_that_are_no_cases_are_not_asked(city: City) -> None:
    others = [found for found in chains(city).values() if '"type":"StartCase"' not in found[0].command]
    assert others
    assert [audit.beside(found, city.engine.store) for found in others] == [None] * len(others)


def test_the_scenarios_of_a_package_are_played_on_both_engines(city: City, tmp_path_factory: Any) -> None:
    beside = [read_folder(PROCESSES / name) for name in ("pb_county_self_check", CASE)]
    package = read_folder(PROCESSES / "pb_monthly_reminder")
    files = {name: body for name, body in package.files.items() if not name.startswith("scenarios/") or name == STORY}
    stories = run(Package(files), beside, tmp_path_factory.mktemp("stories"))
    assert [(one.engine, one.passed, one.code) for one in stories] == [("kernel", True, ""), ("second", True, "")]


def test_the_command_line_says_the_same_path(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(main, ["check", str(PROCESSES / "example"), "--scenarios", "--language", "en"])
    assert "✓ the same path on both engines" in done.output


def test_verification_asks_nothing_of_the_second_engine_when_it_is_quick(city: City) -> None:
    city.start("example", by="party-clerk", subject="值班")
    report = verify(city.engine, quick=True)
    assert (report.second_engine, report.cases) == (None, 0)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_reason_for_which_a_case_is_not_comparable_has_its_sentences(language: str) -> None:
    reasons = LIMITS | {row.id for row in TABLE if row.treated == "refused"}
    values = {"stream": "s", "seq": "1", "element": "e", "detail": "d"}
    for key in (f"{place}{reason}" for reason in reasons for place in ("verify.second-", "second.")):
        told = texts.say(key, language, **values)
        assert told != key
        assert "{" not in told
