"""Applies what happened to process definitions to their tables."""

from __future__ import annotations

from engine import values
from engine.definitions import events
from engine.definitions.tables import definition_versions, definitions
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def version_published(event: events.VersionPublished, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        definition_versions, id=event.id, stream=stamp.stream, definition=event.definition, number=event.number,
        package=event.package, title=event.title, starters=values.canonical(event.starters).decode(),
        published_at=stamp.at, published_by=event.published_by, approved_by=event.approved_by,
    )  # fmt: skip
    rows.insert(
        definitions, id=event.definition, stream=stamp.stream, title=event.title, current=event.id,
        number=event.number, viewers=" ".join(event.viewers),
    )  # fmt: skip


APPLIERS: Appliers = {(events.VersionPublished, 1): version_published}
