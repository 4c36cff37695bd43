"""Carries scenarios over a new task: whoever draws one in the way of every story must not edit every file by hand.

A story that stops at a task of which it does not tell gets one step more, in the text of its file, so that comments and
the layout of the rest stay. What comes out is read again and must tell exactly the old steps and the new one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from engine.bpmn.graph import Graph
from engine.definitions import scenario_text
from engine.definitions.check_scenarios import Scenario, Step, read
from engine.definitions.coverage import PEOPLE
from engine.definitions.queries import Story
from engine.demo.city import PERSONS

_BEGIN = re.compile(r"^\[\[steps\]\][^\n]*\n", re.MULTILINE)
#: What ends a step: the next header that is none of its own.
_END = re.compile(r"^\[(?!\[?steps\.)", re.MULTILINE)
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
        last = fits_up_to(story)
        if not last or not new:
            continue
        wanted = wanted or new[0]
        if wanted in new:
            place[story.file] = last
            opened[story.file] = here
    return Missing(element=wanted, after=place, found=opened) if wanted else None


def fits_up_to(story: Story) -> int:
    """The number of the last step that was played, where the case then stood at other tasks than is told; else 0."""
    if story.passed or story.code not in ("story-open", "story-no-task"):
        return 0
    return story.step if story.code == "story-open" else story.step - 1


def _is_new(element: str, story: Story, graph: Graph, known: Collection[str]) -> bool:
    node = graph.nodes.get(element)
    awaited = story.values.get("expected", "").split(", ")
    # One task for each of several offices would need a step that says for which; that is left to a person.
    return node is not None and node.type in PEOPLE and node.loop is None and not {element} & {*known, *awaited}


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
    if expected is not None and set(expected) == set(found):
        expected = None  # The step before is told right; of what comes after the new one the story says nothing.
    elif expected is not None:
        own = _EXPECTED.sub(lambda _: f"expect_open = {scenario_text.value(sorted(found))}", own, count=1)
    new = scenario_text.step(
        Step(
            by=added.by, do="complete", element=added.element, outcome=added.outcome, values=added.values,
            upload=added.upload, expect_open=expected,
        )
    )  # fmt: skip
    written = f"{text[:start]}{own}\n\n{new}\n{text[end:]}".encode()
    _same(before, _scenario(written), number, added)
    return written


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
