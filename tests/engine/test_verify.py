"""Whoever changes the record or the state by hand is named."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from engine.cli import main
from engine.history import verified
from engine.history import verify as verification
from engine.history.keys import signing_key
from engine.history.sealer import verify_at_night
from engine.history.seals import file_of, numbers, seal
from engine.history.verify import Report, verify, verify_and_note
from tests import tampering
from tests.driver import City


def worked(city: City) -> str:
    city.start("tiny", by="party-clerk", subject="试")
    city.complete("party-clerk", "note", {"text": "好"})
    return city.start("tiny", by="party-head", subject="再试")


def by_hand(city: City, statement: str) -> Report:
    """What verification says after somebody changed the database file with the database's own tools."""
    tampering.by_hand(city.engine, statement)
    return city.verify()


@pytest.mark.parametrize("verb", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_change_the_journal(city: City, verb: str) -> None:
    worked(city)
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"), city.engine.database.writing() as connection:
        connection.exec_driver_sql(verb)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal SET actor = 'auditor' WHERE stream = '{case}' AND seq = 1", "entry-changed"),
        ("UPDATE journal SET at = '2026-11-04T01:00:01.000000Z' WHERE stream = '{case}' AND seq = 1", "entry-changed"),
        ("UPDATE journal SET events = replace(events, '再试', '又试') WHERE stream = '{case}'", "entry-changed"),
        ("DELETE FROM journal WHERE stream = '{case}'", "stream-without-entries"),
        ("UPDATE streams SET seq = 7 WHERE id = '{case}'", "head-differs"),
        ("UPDATE streams SET counter = 99 WHERE id = '{case}'", "head-differs"),
    ],
)
def test_a_change_of_the_record_is_named(city: City, statement: str, found: str) -> None:
    case = worked(city)
    report = by_hand(city, statement.format(case=case))
    assert not report.chain
    first = next(failure for failure in report.failures if failure.question == "chain")
    assert (first.stream, first.found) == (case, found)


@pytest.mark.parametrize(
    ("statement", "table", "found"),
    [
        ("UPDATE tasks SET state = 'done' WHERE stream = '{case}'", "tasks", "row-changed"),
        ("UPDATE work_items SET queue = '@party-clerk' WHERE stream = '{case}'", "work_items", "row-changed"),
        ("UPDATE instances SET title = 'x' WHERE id = '{case}'", "instances", "row-changed"),
        (
            "UPDATE instances SET snapshot = replace(snapshot, '再试', '又试') WHERE id = '{case}'",
            "instances",
            "row-changed",
        ),
        ("DELETE FROM work_items WHERE stream = '{case}'", "work_items", "row-missing"),
        ("UPDATE posts SET role = 'party_office_head' WHERE person = 'party-clerk'", "posts", "row-changed"),
        (
            "INSERT INTO posts (id, stream, person, office, role, title, since) VALUES ('person:huimin-clerk.9', "
            "'person:huimin-clerk', 'huimin-clerk', 'party-office', 'party_office_head', '主任', '2026')",
            "posts",
            "row-not-explained",
        ),
        ("UPDATE definitions SET viewers = 'county_office' WHERE id = 'tiny'", "definitions", "row-changed"),
    ],
)
def test_a_change_of_the_state_is_named(city: City, statement: str, table: str, found: str) -> None:
    case = worked(city)
    report = by_hand(city, statement.format(case=case))
    assert report.chain
    assert [(failure.table, failure.found) for failure in report.failures] == [(table, found)]


def test_one_case_can_be_verified_alone(city: City) -> None:
    case = worked(city)
    report = by_hand(city, "UPDATE posts SET role = 'x' WHERE person = 'admin'")
    assert not report.sound
    assert city.verify(case).sound
    assert city.verify(case).streams == 1


def test_a_case_is_verified_with_the_cases_that_it_called(city: City) -> None:
    case = city.start("caller", by="party-clerk", month="2026-11")
    report = city.verify(case)
    assert report.streams == 1 + len(city.children(case))
    assert (report.chain, report.state, report.rules, report.second_engine) == (True, True, True, True)
    assert report.cases == report.streams


def test_quick_asks_only_whether_the_record_is_untouched(city: City) -> None:
    worked(city)
    report = verify(city.engine, quick=True)
    assert (report.chain, report.state, report.rules) == (True, None, None)
    assert by_hand(city, "UPDATE tasks SET state = 'done'").failures
    assert verify(city.engine, quick=True).failures == []


def test_the_record_is_read_in_parts_and_nothing_is_left_out(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(city)
    whole = city.verify()
    monkeypatch.setattr("engine.history.verify.PART", 3)
    assert city.verify() == whole
    orphan = (
        "INSERT INTO posts (id, stream, person, office, role, title, since) "
        "VALUES ('zz.9', 'zz', 'huimin-clerk', 'party-office', 'x', '', '2026')"
    )
    assert [failure.found for failure in by_hand(city, orphan).failures] == ["row-not-explained"]


def test_people_work_on_while_the_record_is_verified(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """A click in the middle of every part: it does not wait, and it is no finding."""
    worked(city)
    monkeypatch.setattr("engine.history.verify.PART", 20)
    clicked: list[str] = []
    compare = verification.compare

    def between(*asked: Any) -> Any:
        clicked.append(city.start("tiny", by="party-clerk", subject=str(len(clicked))))
        return compare(*asked)

    monkeypatch.setattr(verification, "compare", between)
    report = city.verify()
    assert len(clicked) > 3
    assert report.failures == []


def test_what_was_verified_is_kept_with_who_and_when(city: City) -> None:
    case = worked(city)
    verify_and_note(city.engine, "auditor")
    by_hand(city, f"UPDATE instances SET title = 'x' WHERE id = '{case}'")
    city.engine.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    verify_and_note(city.engine, "system", case)
    with city.engine.database.reading() as connection:
        everything, own = verified.last(connection), verified.of_case(connection, case)
    assert everything is not None
    assert own is not None
    assert (everything.person, everything.scope, everything.report and everything.report.sound) == ("auditor", "", True)
    assert (own.person, own.scope, own.report and own.report.state) == ("system", case, False)
    assert own.started_at > everything.started_at


def test_a_case_knows_from_the_whole_verification_what_concerns_it(city: City) -> None:
    case = worked(city)
    other = city.start("tiny", by="party-clerk", subject="另")
    by_hand(city, f"UPDATE instances SET title = 'x' WHERE id = '{case}'")
    verify_and_note(city.engine, "system")
    with city.engine.database.reading() as connection:
        bad, good = verified.of_case(connection, case), verified.of_case(connection, other)
    assert bad is not None
    assert bad.report is not None
    assert (bad.report.chain, bad.report.state, len(bad.report.failures)) == (True, False, 1)
    assert good is not None
    assert good.report is not None
    assert good.report.sound


def test_everything_is_verified_once_a_night_by_itself(city: City) -> None:
    worked(city)
    assert not verify_at_night(city.engine)
    # Nine in the morning in the offices' zone; seventeen hours later it is two at night.
    city.wait(hours=17)
    assert [verify_at_night(city.engine) for _ in range(2)] == [True, False]
    city.wait(hours=24)
    assert verify_at_night(city.engine)
    with city.engine.database.reading() as connection:
        last = verified.last(connection)
    assert last is not None
    assert (last.person, last.report and last.report.sound) == ("system", True)


def test_the_command_line_prints_the_four_answers(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    case = worked(city)
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    said = CliRunner().invoke(main, ["verify", case, "--language", "en"])
    assert said.exit_code == 0
    copies = f"There is no folder of seals {city.engine.settings.seals_folder}: no copy was compared"
    assert said.output.splitlines() == [
        "Sound: 1 streams, 1 entries, 0 seals.",
        f"  {copies}, there is no evidence from outside the database.",
        "  Is the record untouched? yes",
        "  Does it explain the state? yes",
        "  Do the rules explain the record? yes",
        "  Does an independent engine take the same path? yes",
    ]
    by_hand(city, f"UPDATE instances SET title = 'x' WHERE id = '{case}'")
    unknown = CliRunner().invoke(main, ["verify", "nothing", "--language", "en"])
    assert unknown.exit_code == 1
    assert "There is no case" in unknown.output
    said = CliRunner().invoke(main, ["verify", "--json"])
    assert said.exit_code == 1
    assert [one["found"] for one in msgspec.json.decode(said.output)["failures"]] == ["row-changed"]


def test_the_command_line_says_how_many_copies_of_seals_were_compared(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    for _ in range(2):
        worked(city)
        seal(city.engine)
    folder = city.engine.settings.seals_folder
    said = CliRunner().invoke(main, ["verify"])
    assert (said.exit_code, f"2 枚封印中有 2 枚与文件夹 {folder} 里的副本比对过" in said.output) == (0, True)
    file_of(folder, 1).unlink()
    said = CliRunner().invoke(main, ["verify"])
    assert (said.exit_code, "2 枚封印中有 1 枚" in said.output) == (1, True)
    shutil.rmtree(folder)
    said = CliRunner().invoke(main, ["verify"])
    assert (said.exit_code, f"没有封印文件夹 {folder}" in said.output) == (1, True)


def test_the_command_line_seals_and_shows_the_key(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    monkeypatch.setenv("BIHUAN_SEALS", str(city.engine.settings.data / "outside"))
    said = CliRunner().invoke(main, ["seal", "--language", "en"])
    fingerprint = signing_key(city.engine.settings.data).public.fingerprint
    assert said.exit_code == 0
    assert said.output.startswith("Seal 1: ")
    assert fingerprint in said.output.replace(" ", "")
    assert numbers(city.engine.settings.data / "outside") == [1]
    assert CliRunner().invoke(main, ["seal", "--language", "en"]).output.startswith("Nothing new to seal")
