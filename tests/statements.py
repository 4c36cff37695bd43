"""Counts the SQL statements of one act and makes sure that they are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from engine import sql
from tests.driver import City


def statements(city: City, act: Callable[[], object]) -> int:
    """SQL statements that *act* sends; asserts that it begins exactly one transaction."""
    sent: list[str] = []
    begun: list[int] = []
    pool = city.engine.database.pool

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    def begin(_connection: Any) -> None:
        begun.append(1)

    def count_too(statement: str, _rows: Any) -> None:
        sent.append(statement)

    sql.LISTENERS.append(count_too)
    event.listen(pool, "before_cursor_execute", count)
    event.listen(pool, "begin", begin)
    try:
        act()
    finally:
        event.remove(pool, "before_cursor_execute", count)
        event.remove(pool, "begin", begin)
        sql.LISTENERS.remove(count_too)
    assert len(begun) == 1
    return len(sent)
