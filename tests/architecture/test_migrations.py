"""The migrations give exactly the tables of the metadata, and have one head that is numbered without gaps."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.db import metadata
from engine.dispatch import Engine

VERSIONS = Path(__file__).parents[2] / "engine" / "migrations" / "versions"


def test_the_migrations_equal_the_metadata(empty: Engine) -> None:
    with empty.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
