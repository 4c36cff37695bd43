"""The page of an export that shows the record as a table, and its README; both stand alone, without any address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from engine import texts, values
from engine.calendars.queries import ZONE
from engine.db import moment
from engine.history.keys import grouped

FOLDER = Path(__file__).parent


def page(cases: Sequence[Any], names: Mapping[str, str], titles: Mapping[str, str], language: str) -> bytes:
    """Every entry of every case: who, when, what, with the answers, and links to diagram and documents."""
    shown = [{"case": one, "lines": [_line(entry) for entry in one.entries]} for one in cases]
    template = _environment().get_template("index.html")
    said = template.render(cases=shown, names=names, titles=titles, language=language, t=_say(language))
    return said.encode()


def readme(cases: Sequence[Any], fingerprint: str) -> bytes:
    """What is in the export and how it is verified, in both languages."""
    return _environment().get_template("README.md").render(cases=cases, fingerprint=grouped(fingerprint)).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=lambda name: (name or "").endswith(".html"), trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["shown"] = _shown
    return environment


def _say(language: str) -> Any:
    return lambda code, **given: texts.say(f"export.{code}", language, **given)


def _line(entry: Any) -> dict[str, Any]:
    events = values.load(entry.events)
    done = next((event for event in events if event["type"] == "TaskCompleted"), None)
    command = values.load(entry.command)
    return {
        "entry": entry,
        "at": moment(entry.at).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S %z"),
        "command": command["type"],
        "answers": (done["answers"] if done else command.get("values")) or {},
        "outcome": command.get("outcome") or command.get("reason") or "",
        "events": Counter(event["type"] for event in events if event["type"] != "InstanceAdvanced"),
        "taken": [fact[1] for event in events if event["type"] == "InstanceAdvanced" for fact in event["facts"]
                  if fact[0] == "flow"],
        "files": [event for event in events if event["type"] == "DocumentFiled"],
    }  # fmt: skip


def _shown(json: Any) -> str:
    """A value in plain words; what is nested as its canonical JSON."""
    if isinstance(json, str):
        return json
    if isinstance(json, dict) and len(json) == 1:
        ((key, body),) = json.items()
        if key in ("@date", "@number", "@datetime", "@time", "@duration"):
            return str(body)
    return values.canonical(json).decode()
