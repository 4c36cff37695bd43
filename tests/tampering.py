"""Changes the database with the database's own tools, as somebody would who has its password."""

from __future__ import annotations

from engine.dispatch import Engine

#: What takes the guard of the journal away, on each database.
UNGUARD = {
    "sqlite": ("DROP TRIGGER IF EXISTS journal_no_update", "DROP TRIGGER IF EXISTS journal_no_delete"),
    "postgresql": ("DROP TRIGGER IF EXISTS journal_no_change ON journal",),
}


def by_hand(engine: Engine, *statements: str) -> None:
    """Performs *statements* without the guard of the journal; each of them must change something."""
    with engine.database.writing() as connection:
        for statement in UNGUARD[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0
