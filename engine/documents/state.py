"""Applies what happened to the documents of a case to their table."""

from __future__ import annotations

from engine.documents import events
from engine.documents.tables import documents
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def document_filed(event: events.DocumentFiled, rows: Rows, stamp: Stamp) -> None:
    rows.insert(
        documents, id=event.id, stream=stamp.stream, kind=event.document_kind, digest=event.digest, name=event.name,
        type=event.media_type, size=event.size, task=event.task, filed_at=stamp.at, filed_by=stamp.actor,
    )  # fmt: skip


APPLIERS: Appliers = {(events.DocumentFiled, 1): document_filed}
