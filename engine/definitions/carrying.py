"""Carries scenarios over a new task: whoever draws one in the way of every story must not edit every file by hand.

A story that stops at a task of which it does not tell gets one step more, in the text of its file, so that comments and
the layout of the rest stay. What comes out is read again and must tell exactly the old steps and the new one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from engine.bpmn.graph import Graph
from engine.definitions.check_scenarios import Scenario, Step, read
from engine.definitions.queries import Story
from engine.demo.city import PERSONS

_TASKS = ("userTask", "manualTask")
_BEGIN = re.compile(r"^\[\[steps\]\][^\n]*\n", re.MULTILINE)
#: What ends a step: the next header that is none of its own.
_END = re.compile(r"^\[(?!\[?steps\.)", re.MULTILINE)
#: A key that needs no quotes (TOML 1.0, Keys).
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_EXPECTED = re.compile(r"^expect_open\s*=\s*\[[^\]]*\]", re.MULTILINE)


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A new task at which stories stand still; *after* says for each file which step comes before the missing one."""

    element: str
    after: dict[str, int]
    #: What stands at the tasks of the main case then, for the file whose step says what is open.
    found: dict[str, tuple[str, ...]] = {}


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """The step that all of these stories get."""

    by: str
    element: str
    outcome: str = ""
    values: dict[str, Any] = {}
    upload: tuple[str, ...] = ()


def missing(stories: Sequence[Story], graph: Graph, known: Collection[str]) -> Missing | None:
    """The first task outside of *known* (those of the version in force) at which stories stop, with all of these."""
    place: dict[str, int] = {}
    opened: dict[str, tuple[str, ...]] = {}
    wanted = ""
    for story in stories:
        here = tuple(story.values.get("found", "").split(", "))
        new = [one for one in here if _is_new(one, story, graph, known)]
        if story.passed or story.code not in ("story-open", "story-no-task") or not new:
            continue
        wanted = wanted or new[0]
        if wanted in new:
            place[story.file] = story.step if story.code == "story-open" else story.step - 1
            opened[story.file] = here
    return Missing(element=wanted, after=place, found=opened) if wanted else None


def _is_new(element: str, story: Story, graph: Graph, known: Collection[str]) -> bool:
    node = graph.nodes.get(element)
    awaited = story.values.get("expected", "").split(", ")
    # One task for each of several offices would need a step that says for which; that is left to a person.
    return node is not None and node.type in _TASKS and node.loop is None and not {element} & {*known, *awaited}


def players(graph: Graph, element: str) -> list[tuple[str, str]]:
    """Who can be the one that completes the task, of the city in which stories are played: id and name."""
    assigned = graph.nodes[element].extension("assignment")
    role = assigned.attributes.get("role", "") if assigned is not None else ""
    fitting = [(one[0], one[1]) for one in PERSONS if one[3] == role]
    return fitting or [(one[0], one[1]) for one in PERSONS]


def usual(graph: Graph, element: str, files: Mapping[str, bytes]) -> str:
    """Who acts first in these stories among those who can complete the task; else the first of them."""
    able = [person for person, _ in players(graph, element)]
    acting = [step.by for body in files.values() for step in _scenario(body).steps]
    return next((person for person in acting if person in able), able[0] if able else "")


def carried(body: bytes, number: int, added: Added, found: Collection[str] = ()) -> bytes:
    """The file with *added* after step *number* (from 1), which then leaves *found* open; raises ValueError."""
    text, before = body.decode(), _scenario(body)
    begins = list(_BEGIN.finditer(text))
    if not 0 < number <= len(begins):
        raise ValueError("no such step")
    start = begins[number - 1].end()
    ended = _END.search(text, start)
    end = ended.start() if ended else len(text)
    own, expected = text[start:end].rstrip(), before.steps[number - 1].expect_open
    if expected is not None:
        own = _EXPECTED.sub(lambda _: f"expect_open = {_toml(sorted(found))}", own, count=1)
    new = _spelt(added, expected)
    written = f"{text[:start]}{own}\n\n{new}\n{text[end:]}".encode()
    _same(before, _scenario(written), number, added)
    return written


def _spelt(added: Added, expected: Sequence[str] | None) -> str:
    lines = ["[[steps]]", f"by = {_toml(added.by)}", 'do = "complete"', f"element = {_toml(added.element)}"]
    if added.outcome:
        lines.append(f"outcome = {_toml(added.outcome)}")
    if added.values:
        lines.append(f"values = {_toml(added.values)}")
    if added.upload:
        lines.append(f"upload = {_toml(list(added.upload))}")
    if expected is not None:
        lines.append(f"expect_open = {_toml(list(expected))}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value of a form in TOML; a JSON string is a basic string there (TOML 1.0, String)."""
    if isinstance(value, Mapping):
        pairs = [f"{_key(key)} = {_toml(item)}" for key, item in value.items() if item is not None]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, (bool, int, str)):
        return json.dumps(value, ensure_ascii=False)
    raise ValueError("no value of a form")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _toml(key)


def _same(old: Scenario, new: Scenario, number: int, added: Added) -> None:
    """Raises ValueError unless the new story is the old one with the new step and nothing else."""
    others = list(new.steps)
    mine: Step = others.pop(number)
    told = [msgspec.structs.replace(step, expect_open=None) for step in others]
    if (mine.element, mine.by) != (added.element, added.by) or new.expect != old.expect or new.title != old.title:
        raise ValueError("the file is laid out otherwise")
    if told != [msgspec.structs.replace(step, expect_open=None) for step in old.steps]:
        raise ValueError("the file is laid out otherwise")


def _scenario(body: bytes) -> Scenario:
    return read(tomllib.loads(body.decode()))
