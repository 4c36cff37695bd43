"""One answer as it was posted or sent → the typed value, or the code of what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from engine.forms.definition import MAX_FILES, Component
from engine.values import File, Json, Value, decode

_NUMBER: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,10})?")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DATE: Final = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
#: Control characters that no answer needs and some databases refuse.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Wrong(Exception):
    """The answer cannot be read; *code* names the sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = {key: str(value) for key, value in values.items()}


def convert(component: Component, raw: Json, files: Mapping[str, File]) -> Value:
    """The typed value of *raw*; None, False or [] where nothing was answered. Limits and options come later."""
    match component.kind:
        case "number":
            return _number(raw)
        case "datetime":
            return _date(raw)
        case "checkbox":
            return _yes(raw)
        case "checklist":
            return _texts(raw)
        case "filepicker":
            return _files(raw, files)
        case "textarea":
            return _text(raw, lines=True)
        case _:
            return _text(raw, lines=False)


def _text(raw: Json, *, lines: bool) -> str | None:
    if raw is None:
        return None
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if isinstance(raw, dict) and raw.keys() == {"@text"}:
        # A long text that the dispatch has stored already (law 6); from outside such a key is refused.
        raw = decode(raw)
    if not isinstance(raw, str):
        raise Wrong("form-type")
    text = _CONTROL.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Wrong("form-type")
    text = (text if lines else text.replace("\n", " ")).strip()
    # The very object, where nothing was changed: a long text knows under which digest it is stored.
    return (raw if text == raw else text) or None


def _plain(raw: Json) -> str | None:
    """Short text with full-width digits and signs made plain, as they come from Chinese keyboards."""
    text = _text(raw, lines=False)
    return unicodedata.normalize("NFKC", text[:100]) if text else None


def _number(raw: Json) -> Decimal | int | None:
    if isinstance(raw, (bool, float)):
        raise Wrong("form-number")
    text = _plain(raw)
    if text is None:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise Wrong("form-number")
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _date(raw: Json) -> date | None:
    text = _plain(raw)
    if text is None:
        return None
    match = _DATE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise Wrong("form-date")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Wrong("form-date") from None


def _yes(raw: Json) -> bool:
    """A posted check box says ``on`` or nothing; a program says true or false."""
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    if isinstance(raw, str):
        return raw not in ("", "false")
    raise Wrong("form-type")


def _texts(raw: Json) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(item, (str, int)) for item in raw):
        raise Wrong("form-type")
    return list(dict.fromkeys(str(item) for item in raw))


def _files(raw: Json, files: Mapping[str, File]) -> list[File]:
    """The files that *raw* refers to; only those that the server knows."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise Wrong("form-type")
    if len(raw) > MAX_FILES:
        raise Wrong("form-files", limit=MAX_FILES)
    digests = dict.fromkeys(digest_of(item) for item in raw)
    if any(digest not in files for digest in digests):
        raise Wrong("form-file-unknown")
    return [files[digest] for digest in digests]


def digest_of(reference: Json) -> str:
    """The digest in a reference to a file: the reference, its JSON text, or the digest alone; empty if it is none."""
    if isinstance(reference, str) and reference.startswith("{"):
        try:
            reference = msgspec.json.decode(reference)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return ""
    if isinstance(reference, dict):
        reference = reference.get("digest")
    return reference if isinstance(reference, str) else ""
