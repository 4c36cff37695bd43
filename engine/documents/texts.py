"""Long texts: stored by digest before a command is recorded, so that scopes and entries stay small."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.documents.store import Store
from engine.messages import Command
from engine.values import Json

#: Bytes of UTF-8 beyond which a text is stored by digest.
LONG = 2_048


def externalise(command: Command, store: Store) -> Command:
    """*command* with every long text of its values replaced by a reference."""
    given = getattr(command, "values", None)
    if not isinstance(given, dict):
        return command
    kept = _replace(given, store)
    return command if kept is given else msgspec.structs.replace(command, values=kept)


def _replace(json: Json, store: Store) -> Any:
    if isinstance(json, str):
        body = _plain(json).encode() if len(json) * 3 > LONG else b""
        return {"@text": store.put(body)} if len(body) > LONG else json
    if isinstance(json, list):
        items = [_replace(item, store) for item in json]
        return items if any(new is not old for new, old in zip(items, json, strict=True)) else json
    if isinstance(json, dict):
        found = {key: _replace(item, store) for key, item in json.items()}
        return found if any(found[key] is not json[key] for key in json) else json
    return json


def _plain(text: str) -> str:
    """The text as forms keep it: what is stored must be what is answered, or it would stand in the scope again."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
