"""Files before they belong to a case: examined by content, bounded, remembered with who sent them."""

from __future__ import annotations

import re
import unicodedata
import uuid
from datetime import datetime

import sqlalchemy as sa

from engine import values
from engine.db import text
from engine.documents.tables import uploads
from engine.errors import Mistake

#: What a file may be: the bytes it begins with, its type, the endings that fit.
KNOWN: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",)),
    (b"PK\x03\x04", "application/ofd", (".ofd",)),
    (b"PK\x03\x04", "application/zip", (".zip",)),
    (b"\xd0\xcf\x11\xe0", "application/msword", (".doc", ".xls", ".ppt", ".wps", ".et")),
)
TEXT = (".txt", ".csv", ".md")


class FileTooLarge(Mistake):
    """Expected a file of at most {limit} MB, {name} is larger; split it or reduce its pictures."""

    status = 413


class FileTypeRefused(Mistake):
    """Expected a PDF, picture, office document, OFD, zip or text file, {name} is none of them by its content."""


class FileEmpty(Mistake):
    """Expected a file with content, {name} is empty."""


def examine(name: str, body: bytes, limit: int) -> values.File:
    """The file value of an upload; raises FileEmpty, FileTooLarge, FileTypeRefused."""
    name = plain_name(name)
    if not body:
        raise FileEmpty(name=name)
    if len(body) > limit:
        raise FileTooLarge(name=name, limit=limit // (1024 * 1024))
    return values.File(digest=values.digest(body), name=name, type=_type(name, body), size=len(body))


def plain_name(name: str) -> str:
    """The last part of a file's name, without what could mislead: controls, direction marks, separators."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") and c not in '<>:"|?*')
    return kept.strip(". ")[-120:] or "file"


def note(connection: sa.Connection, file: values.File, person: str, now: datetime) -> None:
    """Remembers that *person* sent the file."""
    row = {
        "id": str(uuid.uuid4()), "digest": file.digest, "name": file.name, "type": file.type, "size": file.size,
        "person": person, "at": text(now),
    }  # fmt: skip
    connection.execute(sa.insert(uploads), row)


def _type(name: str, body: bytes) -> str:
    ending = "." + name.rpartition(".")[2].lower()
    for begins, kind, endings in KNOWN:
        if ending in endings and body.startswith(begins):
            return kind
    if ending in TEXT and _is_text(body):
        return "text/plain"
    raise FileTypeRefused(name=name)


def _is_text(body: bytes) -> bool:
    try:
        return "\x00" not in body.decode()
    except UnicodeDecodeError:
        return False
