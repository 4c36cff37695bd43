"""The built front end: an island's name → the tags that load its hashed files, read from Vite's manifest."""

from __future__ import annotations

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
    #: Keys of the chunks that it shares with others; they bring style sheets of their own.
    imports: list[str] = []


@lru_cache(maxsize=4)
def manifest(folder: Path) -> dict[str, Entry]:
    """The entries of the build in *folder*, by source; none where nothing was built (pages then come plain)."""
    path = folder / "manifest.json"
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Entry]) if path.is_file() else {}


def tags(island: str) -> Markup:
    """``<link>`` and ``<script type=module>`` of *island* (``app``, ``diagram``), for the head of a page."""
    entry = manifest(DIST).get(f"src/{island}.ts")
    if entry is None:
        return Markup("")
    chunks = _chunks(f"src/{island}.ts")
    styles = dict.fromkeys(file for chunk in reversed(chunks) for file in chunk.css)
    # Without a word the browser learns of a chunk only when the one above it has come.
    below = [Markup('<link rel="modulepreload" href="{}">').format(URL + chunk.file) for chunk in chunks[1:]]
    links = [Markup('<link rel="stylesheet" href="{}">').format(URL + file) for file in styles]
    script = Markup('<script type="module" src="{}"></script>').format(URL + entry.file)
    return Markup("\n").join([*links, *below, script])


def _chunks(key: str) -> list[Entry]:
    """An entry and the chunks below it, each once; their styles hold in the opposite order."""
    waiting, seen = [key], []
    while waiting:
        seen.append(waiting.pop(0))
        waiting.extend(name for name in manifest(DIST)[seen[-1]].imports if name not in seen and name not in waiting)
    return [manifest(DIST)[name] for name in seen]
