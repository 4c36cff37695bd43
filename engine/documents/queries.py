"""What pages and handlers read about documents and uploads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa

from engine.documents import numbered
from engine.documents.tables import documents, uploads
from engine.instances.tables import instances
from engine.values import Json


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a case."""

    id: str
    kind: str
    digest: str
    name: str
    type: str
    size: int
    task: str | None
    filed_at: str
    filed_by: str


def of_case(connection: sa.Connection, instance: str) -> list[Document]:
    """The documents of a case in the order in which they were filed."""
    found = sa.select(documents).where(documents.c.stream == instance).order_by(documents.c.filed_at, documents.c.id)
    return [_document(row) for row in connection.execute(found).mappings()]


def _document(row: sa.RowMapping) -> Document:
    return Document(**{name: row[name] for name in Document.__struct_fields__})


def holding(text: str) -> sa.Select[tuple[str]]:
    """The cases that hold a document whose name holds *text*."""
    return sa.select(documents.c.stream).where(_is_called(text))


def _is_called(text: str) -> sa.ColumnElement[bool]:
    """Whether a document's name holds *text*; the number of a letter, however it is typed."""
    number = numbered.pattern(text)
    name = documents.c.name
    return name.contains(text, autoescape=True) if number is None else name.regexp_match(number)


def called(connection: sa.Connection, instances: Sequence[str], text: str) -> dict[str, list[Document]]:
    """Of these cases, the documents whose name holds *text*: what a person looked for by its number."""
    found = sa.select(documents).where(documents.c.stream.in_(instances), _is_called(text))
    listed: dict[str, list[Document]] = {}
    for row in connection.execute(found.order_by(documents.c.filed_at, documents.c.id)).mappings():
        listed.setdefault(row["stream"], []).append(_document(row))
    return listed


def observe_files(connection: sa.Connection, digests: list[str], person: str, instance: str) -> Json:
    """Those of *digests* that the person uploaded or that the case holds already (``held``), as file values."""
    columns = ("digest", "name", "type", "size")
    own = sa.select(*(uploads.c[c] for c in columns), sa.literal(0).label("held")).where(
        uploads.c.digest.in_(digests), uploads.c.person == person
    )
    held = sa.select(*(documents.c[c] for c in columns), sa.literal(1).label("held")).where(
        documents.c.digest.in_(digests), documents.c.stream == instance
    )
    found = connection.execute(sa.union(own, held).order_by("digest", "held", "name")).mappings()
    known = {row["digest"]: {**row, "held": bool(row["held"])} for row in found}
    return [known[digest] for digest in sorted(known)]


OBSERVATIONS: dict[str, Callable[..., Json]] = {"files": observe_files}


def in_family(connection: sa.Connection, digest: str, instance: str) -> list[dict[str, str]]:
    """The file with this digest where the case, its caller or its called cases hold it."""
    this = sa.select(instances.c.parent).where(instances.c.id == instance).scalar_subquery()
    found = (
        sa.select(documents.c.digest, documents.c.name, documents.c.type)
        .join_from(documents, instances, instances.c.id == documents.c.stream)
        .where(documents.c.digest == digest)
        .where(sa.or_(instances.c.parent == instance, instances.c.id == this, instances.c.id == instance))
        .limit(1)
    )
    return [dict(row) for row in connection.execute(found).mappings()]
