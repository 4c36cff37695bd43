"""Reads with the first round trip what the start of a case needs: the version in force."""

from __future__ import annotations

from typing import Any

from engine.definitions import queries as definitions
from engine.instances.commands import StartCase
from engine.sql import Ask, Row
from engine.step import Readings, Step


def _ask(command: Any) -> Ask:
    return definitions.ask_current_version(command.definition)


def _know(step: Step, command: Any, found: list[Row]) -> None:
    answer = definitions.current_version_of(found)
    step.know("current_version", {"definition": command.definition}, answer)


#: Command → what its step will need, read with the first round trip.
READINGS: Readings = {StartCase: (_ask, _know)}
