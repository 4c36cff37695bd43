"""What of posted answers may be recorded at all: nothing hidden, nothing read-only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.forms.definition import Form, keyed
from engine.forms.level import Level, Setting, open_level
from engine.forms.posted import Posted
from engine.values import File, Json, Value


def prune(
    form: Form, posted: Posted, scope: Mapping[str, Value], *, now: datetime, files: Mapping[str, File] | None = None
) -> Posted:
    """*posted* without the answers of hidden and read-only fields, so that they reach no record.

    Names that are no field stay: validation refuses them.
    """
    level = open_level(form.components, posted.values, scope, scope, Setting(now, files or {}))
    return Posted(_kept(level), posted.unknown)


def _kept(level: Level) -> dict[str, Json]:
    known = {component.key: component for component in keyed(level.components)}
    kept: dict[str, Json] = {}
    for key, value in level.raw.items():
        component = known.get(key)
        if component is None:
            kept[key] = value
        elif component.id in level.hidden or component.readonly:
            continue
        elif component.kind == "group" and isinstance(value, Mapping):
            kept[key] = _kept(level.within(component)[0])
        elif component.kind == "dynamiclist" and isinstance(value, list):
            rows = level.within(component)
            # Rows beyond those that the form can have stay too: validation refuses them.
            kept[key] = [_kept(row) for row in rows[: len(value)]] + value[len(rows) :]
        else:
            kept[key] = value
    return kept
