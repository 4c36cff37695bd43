"""Whoever changes the record or the state by hand is named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.history.verify import Report
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
