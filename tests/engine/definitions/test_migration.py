"""What was published before there were proposals reads after the migration as if it were published today."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from engine import migrations
from engine.db import Database
from engine.definitions.tables import definition_versions, definitions
from engine.dispatch import Engine
from engine.history.journal import journal, streams
from engine.history.verify import verify
from engine.settings import Settings
from tests.driver import City
from tests.engine.definitions.test_publishing import republish

#: The columns of the tables before the migration.
BEFORE = {
    "definitions": ("id", "stream", "title", "current", "number", "viewers"),
    "definition_versions": (
        "id", "stream", "definition", "number", "package", "title", "starters", "published_at", "published_by",
        "approved_by",
    ),
}  # fmt: skip


def upgrade(database: Database, revision: str) -> None:
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_versions_of_before_are_in_force_or_replaced_and_the_record_explains_them(city: City, tmp_path: Path) -> None:
    republish(city, Path(__file__).parents[2] / "packages" / "tiny")
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
    upgrade(old, "0002")
    mine = journal.c.stream.like("definition:%")
    with city.engine.database.reading() as source, old.writing() as target:
        for table in (definitions, definition_versions):
            for row in source.execute(sa.select(table)).mappings():
                kept = {name: row[name] for name in BEFORE[table.name]}
                columns = ", ".join(kept)
                target.execute(
                    sa.text(f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join(':' + name for name in kept)})"),
                    kept,
                )
        for row in source.execute(sa.select(journal).where(mine)).mappings():
            target.execute(sa.insert(journal), dict(row))
        for row in source.execute(sa.select(streams).where(streams.c.id.like("definition:%"))).mappings():
            target.execute(sa.insert(streams), dict(row))
    upgrade(old, "head")
    with city.engine.database.reading() as source, old.reading() as target:
        for table in (definitions, definition_versions):
            ordered = sa.select(table).order_by(table.c.id)
            assert list(target.execute(ordered)) == list(source.execute(ordered))
        states = dict(target.execute(sa.select(definition_versions.c.state, sa.func.count()).group_by("state")).all())
        assert states["replaced"] == 1
    old.close()
    engine = Engine(Settings(data=city.engine.settings.data, database_url=old.url), clock=city.engine.clock)
    assert verify(engine).failures == []
    engine.database.close()
