"""The catalogue: sentences of the product and of process packages, by code or by source text, in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("zh-CN", "en")

Catalogue = Mapping[str, str]


def read(body: bytes) -> Catalogue:
    """The translated messages of one gettext file: message id → sentence, of several forms that for many."""
    return {code: forms[-1] for code, forms in _messages(body)}


def _messages(body: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each message with its forms: one, or that for one thing and that for many."""
    for message in read_po(BytesIO(body), abort_invalid=True):
        code, *_ = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if code and all(forms):
            yield str(code), tuple(str(form) for form in forms)


@lru_cache(maxsize=16)
def of_folder(folder: Path, language: str) -> Catalogue:
    """All ``<folder>/<language>/*.po`` files as one catalogue."""
    merged: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.po")):
        merged.update(read(path.read_bytes()))
    return merged


@lru_cache(maxsize=16)
def of_one(folder: Path, language: str) -> Catalogue:
    """Those sentences of the folder that are said otherwise where ``count`` is one."""
    bodies = [path.read_bytes() for path in sorted((folder / language).glob("*.po"))]
    return {code: forms[0] for body in bodies for code, forms in _messages(body) if len(forms) > 1}


def find(folder: Path, language: str, code: str, values: Mapping[str, object]) -> str | None:
    """The folder's sentence for *code* as it is said of *values*, its places still empty; None where it has none."""
    one = of_one(folder, language).get(code) if values.get("count") == 1 else None
    return one or of_folder(folder, language).get(code)


def say(code: str, language: str, /, **values: object) -> str:
    """The engine's sentence for *code* with *values* filled in; the code itself where the catalogue has none."""
    sentence = find(Path(__file__).parent / "locale", language, code, values)
    if sentence is None:
        return code
    return sentence.format_map(_Shown(values))


class _Shown(dict[str, object]):
    """Values of a sentence; a missing one shows its name, so that a wrong catalogue never breaks a page."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
