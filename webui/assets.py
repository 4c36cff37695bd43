"""The built front end: an island's name → the tags that load its hashed files, read from Vite's manifest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"
URL = "/static/dist/"


class Entry(msgspec.Struct):
    """One entry of the manifest, as far as pages need it."""

    file: str
    css: list[str] = []
    #: Keys of the entries that it loads, whose styles it needs too.
    imports: list[str] = []


@lru_cache(maxsize=4)
def manifest(folder: Path) -> dict[str, Entry]:
    """The entries of the build in *folder*, by source; none where nothing was built (pages then come plain)."""
    path = folder / "manifest.json"
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Entry]) if path.is_file() else {}


def tags(island: str) -> Markup:
    """``<link>`` and ``<script type=module>`` of *island* (``app``, ``diagram``), for the head of a page."""
    known = manifest(DIST)
    entry = known.get(f"src/{island}.ts")
    if entry is None:
        return Markup("")
    files = dict.fromkeys(file for part in _with_imports(entry, known) for file in part.css)
    styles = [Markup('<link rel="stylesheet" href="{}">').format(URL + file) for file in files]
    script = Markup('<script type="module" src="{}"></script>').format(URL + entry.file)
    return Markup("\n").join([*styles, script])


def _with_imports(entry: Entry, known: dict[str, Entry]) -> Iterator[Entry]:
    """What *entry* loads, then itself, so that its own styles stand last."""
    for key in entry.imports:
        yield from _with_imports(known[key], known)
    yield entry
