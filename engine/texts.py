"""The catalogue: sentences of the product and of process packages, by code or by source text, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("zh-CN", "en")

Catalogue = Mapping[str, str]


def read(body: bytes) -> Catalogue:
    """The translated messages of one gettext file: message id → sentence."""
    found = read_po(BytesIO(body), abort_invalid=True)
    return {str(message.id): str(message.string) for message in found if message.id and message.string}


@lru_cache(maxsize=16)
def of_folder(folder: Path, language: str) -> Catalogue:
    """All ``<folder>/<language>/*.po`` files as one catalogue."""
    merged: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.po")):
        merged.update(read(path.read_bytes()))
    return merged


def say(code: str, language: str, /, **values: object) -> str:
    """The engine's sentence for *code* with *values* filled in; the code itself where the catalogue has none."""
    sentence = of_folder(Path(__file__).parent / "locale", language).get(code)
    if sentence is None:
        return code
    return sentence.format_map(_Shown(values))


class _Shown(dict[str, object]):
    """Values of a sentence; a missing one shows its name, so that a wrong catalogue never breaks a page."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
