"""What is sent to the driver: one statement for the writes of a click, and none that cannot find anything."""

from __future__ import annotations

import pytest

from engine import sql
from engine.identity.seen import look
from engine.jobs.tables import jobs
from engine.rows import Rows
from engine.tasks import commands as tasks
from engine.tasks import queries
from tests.driver import City
from tests.statements import statements


def test_writes_become_one_statement_whose_places_are_counted_on() -> None:
    insert = f"INSERT INTO a VALUES ({', '.join(f'${number}' for number in range(1, 11))})"
    woven = sql._woven((insert, "UPDATE b SET x=$1 WHERE y=$2 OR z=$1", "DELETE FROM c WHERE id = $1")).decode()
    assert woven == (
        f"WITH w0 AS ({insert}), w1 AS (UPDATE b SET x=$11 WHERE y=$12 OR z=$11) DELETE FROM c WHERE id = $13"
    )


def test_a_single_write_stays_as_it_is() -> None:
    assert sql._woven(("DELETE FROM c WHERE id = $1",)) == b"DELETE FROM c WHERE id = $1"


def test_rows_that_come_change_and_go_together_are_all_written(city: City) -> None:
    def row(key: str, kind: str) -> dict[str, str]:
        return {"id": key, "stream": "s", "kind": kind, "due": "", "state": "waiting", "payload": "{}"}

    def write(*, inserted: dict[str, str], gone: str | None = None) -> None:
        with city.engine.database.writing() as connection:
            staged = Rows(connection)
            for key, kind in inserted.items():
                staged.insert(jobs, **row(key, kind))
            if gone is not None:
                staged.delete(jobs, gone)
            sql.send(connection, staged.told(connection.dialect.name))

    write(inserted={"k1": "first", "k2": "first"})
    write(inserted={"k2": "second"}, gone="k1")
    write(inserted={"k3": "third", "k4": "third"}, gone="k2")
    with city.engine.database.reading() as connection:
        found = connection.execute(jobs.select().where(jobs.c.stream == "s").order_by(jobs.c.id)).mappings().all()
    assert [(one["id"], one["kind"]) for one in found] == [("k3", "third"), ("k4", "third")]


@pytest.mark.parametrize(("request_id", "more"), [(None, 0), ("r-1", 1)])
def test_a_request_without_an_id_of_its_own_is_not_looked_for(city: City, request_id: str | None, more: int) -> None:
    def sent(subject: str, request: str | None) -> int:
        claim = tasks.ClaimTask(task=_task(city, subject))
        return statements(city, lambda: city.does("party-clerk", claim, request))

    sent("what is read once is known", None)
    assert sent("b", request_id) - sent("a", None) == more


def test_tasks_that_fit_one_page_are_not_counted_again(city: City) -> None:
    for number in range(3):
        _task(city, str(number))

    def page(limit: int) -> tuple[int, int]:
        told: list[int] = []

        def read() -> None:
            with city.engine.database.reading() as connection:
                who = look(connection, "party-clerk")
                told.append(queries.todo_counted(connection, who, queries.Filter(), limit=limit, after=None)[1])

        return statements(city, read), told[0]

    whole, part = page(3), page(2)
    assert whole[1] == part[1] == 3
    assert part[0] == whole[0] + 1


def _task(city: City, subject: str) -> str:
    return city.find("party-clerk", "note", case=city.start("tiny", by="party-clerk", subject=subject))


def test_a_page_holds_what_it_should_however_its_reach_is_rounded(city: City) -> None:
    cases = [_task(city, str(number)) for number in range(4)]
    with city.engine.database.reading() as connection:
        who = look(connection, "party-clerk")
        pages = [
            queries.todo(connection, who, queries.Filter(), offset=offset, limit=limit)
            for offset, limit in ((0, 3), (2, 3), (1, 600))
        ]
    assert [(len(page.items), page.more) for page in pages] == [(3, True), (2, False), (3, False)]
    assert {item.task for page in pages for item in page.items} == set(cases)
