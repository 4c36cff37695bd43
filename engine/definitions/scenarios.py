"""Runs the scenarios of a package in an installation of its own, so that nothing touches the live one."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import event

from engine import texts
from engine.clock import FixedClock
from engine.definitions import commands, scenario_turn, trails
from engine.definitions.check_scenarios import Scenario, read
from engine.definitions.package import Package, pack
from engine.definitions.queries import Story
from engine.definitions.scenario_player import SHOWN, Otherwise, Player
from engine.definitions.scenario_turn import Turn, Turned
from engine.demo import load
from engine.dispatch import Engine
from engine.history.findings import SECOND
from engine.history.journal import entries
from engine.instances.tables import instances
from engine.messages import SYSTEM
from engine.schema import migrate
from engine.settings import Settings

#: The engines that a story can be played on.
ENGINES = ("kernel", "second")

#: When stories begin: a Wednesday morning, 9 o'clock in the offices' zone.
BEGINS = datetime(2026, 11, 4, 1, 0, tzinfo=UTC)


#: What is wrong with a story as a whole, at no step.
WHOLE = frozenset({"story-invalid", "story-gave-up", "story-broke", "story-differs", "story-not-comparable"})


def scenarios_of(package: Package) -> dict[str, bytes]:
    """The files that tell stories, by name."""
    return {name: body for name, body in package.files.items() if name.startswith("scenarios/")}


def parse(body: bytes) -> Scenario:
    """The scenario of a file; raises ValueError."""
    return read(tomllib.loads(body.decode(), parse_float=Decimal))


def run(
    package: Package, beside: Iterable[Package], folder: Path, engines: Sequence[str] = ENGINES
) -> list[Story]:  # fmt: skip
    """How every story of *package* goes, played in *folder* with the packages that it calls *beside* it."""
    told = scenarios_of(package)
    if not told:
        return []
    first = folder / "city"
    with _city(package, beside, first):
        pass
    return [
        story
        for number, (name, body) in enumerate(told.items(), start=1)
        for story in _played(package.id, name, body, first, folder / str(number), engines)
    ]


def turn(package: Package, beside: Iterable[Package], folder: Path, wanted: Turn) -> Turned:
    """How a story of *package* goes that turns; raises ValueError where a scenario of the package cannot be read."""
    told = {name: parse(body) for name, body in scenarios_of(package).items()}
    with _city(package, beside, folder / "city") as engine:
        return scenario_turn.play(engine, package.id, wanted, told)


def play(engine: Engine, definition: str, file: str, body: bytes) -> Story:
    """How one story goes on an installation that has the demonstration's city and the packages."""
    try:
        scenario = parse(body)
    except ValueError as wrong:
        return Story(file=file, title=file, passed=False, code="story-invalid", values=_reason(wrong))
    try:
        Player(engine, definition).run(scenario)
    except Otherwise as otherwise:
        return Story(
            file=file, title=scenario.title, passed=False, step=otherwise.step, element=otherwise.element,
            code=otherwise.code, values=otherwise.values,
        )  # fmt: skip
    return Story(file=file, title=scenario.title, passed=True, trail=_trail(engine, definition))


def _trail(engine: Engine, definition: str) -> list[str]:
    """What the cases of *definition* passed, in an installation that has seen one story only."""
    mine = sa.select(instances.c.id).where(instances.c.definition == definition)
    with engine.database.reading() as connection:
        ways = trails.of(connection, connection.execute(mine).scalars()).values()
    return sorted({element for way in ways for element in way.completed | way.flows})


def play_again(engine: Engine, story: Story) -> Story:
    """A story that was played here, taken again on the second engine with every case that it began.

    Where the path differs it does not pass; where it cannot be compared it does, and says why.
    """
    from engine.second.audit import second_engine  # Loads SpiffWorkflow, which only this needs.

    again = Story(file=story.file, title=story.title, passed=True, engine="second")
    with engine.database.reading() as connection:
        chains = [list(found) for _, found in groupby(entries(connection), key=lambda entry: entry.stream)]
    found = [failure for chain in chains if (failure := second_engine(chain, engine.store)) is not None]
    for failure in sorted(found, key=lambda failure: failure.question != SECOND):
        differs = failure.question == SECOND
        reason = failure.found.replace("-", ".", 1)
        values = {"detail": failure.detail[:SHOWN], "seq": str(failure.seq), "reason": reason}
        return msgspec.structs.replace(
            again, passed=not differs, element=failure.element, values=values,
            code="story-differs" if differs else "story-not-comparable",
        )  # fmt: skip
    return again


def said(story: Story, language: str) -> str:
    """The sentence that says at which step a story went otherwise, and how."""
    reason = story.values.get("reason", "")
    values = {**story.values, "step": str(story.step), "element": story.element}
    values["reason"] = texts.say(reason, language, **values)
    place = "" if story.code in WHOLE else texts.say("story.place" if story.step else "story.end", language, **values)
    return place + texts.say(story.code, language, **values)


def _played(
    definition: str, file: str, body: bytes, first: Path, folder: Path, engines: Sequence[str]
) -> list[Story]:  # fmt: skip
    shutil.copytree(first, folder)
    with closing(_Closing(_installation(folder))) as opened:
        stories = [play(opened.engine, definition, file, body)]
        if "second" in engines and stories[0].passed:
            stories.append(play_again(opened.engine, stories[0]))
    shutil.rmtree(folder, ignore_errors=True)
    return stories


@contextmanager
def _city(package: Package, beside: Iterable[Package], folder: Path) -> Iterator[Engine]:
    """A new installation with the demonstration's city and the packages."""
    with closing(_Closing(_installation(folder))) as opened:
        load.load(opened.engine)
        for one in (*beside, package):
            _publish(opened.engine, one)
        yield opened.engine


class _Closing:
    """An installation that ends with the block."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        self.engine.database.close()


def _installation(folder: Path) -> Engine:
    folder.mkdir(parents=True, exist_ok=True)
    engine = Engine(Settings(data=folder), clock=FixedClock(BEGINS))
    # It is thrown away: nothing needs to reach the disk.
    event.listen(engine.database.pool, "connect", _careless)
    migrate(engine.database)
    return engine


def _careless(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _publish(engine: Engine, package: Package) -> None:
    digest = engine.store.put(pack(package))
    engine.dispatch(commands.PublishVersion(definition=package.id, package=digest), SYSTEM)


def _reason(wrong: ValueError) -> dict[str, str]:
    return {"reason": str(wrong)[:200]}
