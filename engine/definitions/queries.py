"""What pages and handlers read about process definitions."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from engine.definitions.tables import definition_versions, definitions
from engine.values import Json


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One published version of a definition."""

    id: str
    definition: str
    number: int
    package: str
    title: str
    starters: tuple[str, ...]
    published_at: str
    published_by: str
    approved_by: str | None


_CURRENT = sa.select(definition_versions).join(definitions, definitions.c.current == definition_versions.c.id)


def in_force(connection: sa.Connection) -> list[Version]:
    """The version in force of every definition, by title."""
    return [_version(row) for row in connection.execute(_CURRENT.order_by(definitions.c.id)).mappings()]


def current(connection: sa.Connection, definition: str) -> Version | None:
    """The version in force of one definition."""
    row = connection.execute(_CURRENT.where(definitions.c.id == definition)).mappings().first()
    return _version(row) if row is not None else None


def numbered(connection: sa.Connection, definition: str, number: int) -> Version | None:
    """One published version by its number."""
    found = sa.select(definition_versions).where(
        definition_versions.c.definition == definition, definition_versions.c.number == number
    )
    row = connection.execute(found).mappings().first()
    return _version(row) if row is not None else None


def _version(row: sa.RowMapping) -> Version:
    plain = {name: row[name] for name in Version.__struct_fields__ if name != "starters"}
    return Version(**plain, starters=tuple(msgspec.json.decode(row["starters"])))


def observe_current_version(connection: sa.Connection, definition: str) -> Json:
    """The version that a start or a call resolves to now, or null."""
    found = current(connection, definition)
    if found is None:
        return None
    return {
        "id": found.id, "number": found.number, "package": found.package, "starters": list(found.starters),
    }  # fmt: skip


OBSERVATIONS: dict[str, Callable[..., Json]] = {"current_version": observe_current_version}
