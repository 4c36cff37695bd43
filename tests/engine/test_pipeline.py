"""What goes through libpq's pipeline arrives whole, and what is refused leaves the connection as good as before."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from engine import pipeline, sql
from engine.calendars.tables import calendar_years
from engine.jobs.tables import jobs
from engine.pipeline import Prepared, Sent
from engine.sql import Ask, Tell, Values
from tests.driver import City
from tests.proxy import door

pytestmark = pytest.mark.postgresql


@pytest.fixture
def driver(city: City) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of its own to the server of the city."""
    with psycopg.connect(_address(city), autocommit=True) as connection:
        yield connection


def _address(city: City) -> str:
    return city.engine.settings.url.replace("+psycopg", "")


def _year(number: int, *, published: bool, days: str = "[]") -> Values:
    return {
        "id": f"y{number}", "stream": "s", "year": number, "source": "“国办”发明电\u3000😀", "published": published,
        "days": days,
    }  # fmt: skip


def _read(city: City, number: int) -> list[sql.Row]:
    asked = Ask(sa.select(calendar_years).where(calendar_years.c.year == sa.bindparam("wanted")), {"wanted": number})
    with city.engine.database.reading() as connection:
        return sql.fetch(connection, [asked])[0]


def test_texts_numbers_and_truth_come_back_as_they_went(city: City) -> None:
    rows = [_year(-5, published=True), _year(2_000_000_000, published=False, days="")]
    with city.engine.database.writing() as connection:
        sql.send(connection, [Tell(calendar_years.insert(), rows)])
    assert [_read(city, -5), _read(city, 2_000_000_000)] == [[rows[0]], [rows[1]]]


def test_nothing_is_not_an_empty_text(city: City) -> None:
    row = {"stream": "s", "kind": "k", "due": "", "state": "waiting", "payload": "{}"}
    with city.engine.database.writing() as connection:
        sql.send(connection, [Tell(jobs.insert(), [row | {"id": "n", "error": None}, row | {"id": "o", "error": ""}])])
    with city.engine.database.reading() as connection:
        found = sql.fetch(connection, [Ask(sa.select(jobs.c.id, jobs.c.error).where(jobs.c.stream == "s"), {})])[0]
    assert {one["id"]: one["error"] for one in found} == {"n": None, "o": ""}


def test_a_value_that_no_column_holds_is_not_sent() -> None:
    with pytest.raises(TypeError, match="found float"):
        pipeline.encoded(1.5)


def test_more_goes_both_ways_at_once_than_any_buffer_holds(driver: psycopg.Connection[tuple[object, ...]]) -> None:
    body = b"x" * 1_000_000
    results = pipeline.run(driver, Prepared(), [Sent(b"SELECT $1::text || $1::text", [body]) for _ in range(40)])
    assert [result.get_value(0, 0) for result in results] == [body + body] * 40


def test_what_is_refused_is_named_and_nothing_of_its_batch_stays(city: City) -> None:
    with (
        pytest.raises(sa.exc.IntegrityError, match="duplicate key"),
        city.engine.database.writing() as connection,
    ):
        sql.send(connection, [Tell(calendar_years.insert(), [_year(3000, published=True)] * 2)])
    assert _read(city, 3000) == []


def test_a_connection_works_on_after_a_refusal_with_what_was_to_be_prepared(
    driver: psycopg.Connection[tuple[object, ...]],
) -> None:
    known = Prepared()
    behind = Sent(b"SELECT $1::int + 1", [b"1"])
    with pytest.raises(psycopg.errors.DivisionByZero):
        pipeline.run(driver, known, [Sent(b"SELECT 1 / $1::int", [b"0"]), behind])
    for _ in range(2):
        assert pipeline.run(driver, known, [behind])[0].get_value(0, 0) == b"2"
    assert list(known.names) == [behind.text]
    assert driver.execute("SELECT 1").fetchone() == (1,)


def test_statements_beyond_those_that_are_kept_are_sent_with_their_text(
    driver: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "KEPT", 3)
    known = Prepared()
    batch = [Sent(b"SELECT %d + $1::int" % number, [b"1"]) for number in range(5)]
    for _ in range(2):
        found = pipeline.run(driver, known, [*batch, batch[0]])
        assert [int(one.get_value(0, 0)) for one in found] == [1, 2, 3, 4, 5, 1]
    assert len(known.names) == 3


def test_a_connection_that_breaks_in_a_batch_is_closed_and_says_so(city: City) -> None:
    with door(_address(city)) as entrance, psycopg.connect(entrance.url, autocommit=True) as connection:
        entrance.cut_after(b"pg_sleep")
        with pytest.raises(psycopg.OperationalError):
            pipeline.run(connection, Prepared(), [Sent(b"SELECT pg_sleep(0)"), Sent(b"SELECT 1")])
        assert connection.closed
        with pytest.raises(psycopg.OperationalError):
            pipeline.run(connection, Prepared(), [Sent(b"SELECT 1")])


def test_what_psycopg_forgot_behind_our_back_is_prepared_again(city: City) -> None:
    database = city.engine.database
    asked = Ask(sa.select(jobs.c.id), {})

    def refused() -> None:
        with database.writing() as connection:
            for _ in range(8):  # psycopg prepares what it has sent five times, and then has something to forget.
                connection.execute(sa.select(calendar_years.c.year).where(calendar_years.c.year == 1))
            sql.fetch(connection, [asked])
            raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            refused()
    with database.writing() as connection:
        assert sql.fetch(connection, [asked]) == [[]]
        connection.exec_driver_sql("DROP TABLE IF EXISTS nothing")
        assert sql.fetch(connection, [asked]) == [[]]
