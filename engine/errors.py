"""Every reason for which the engine says no: one class per reason, with a code and values.

The docstring says in English what was expected, what was found and what to do; the sentences that people read stand in
``engine/locale`` under the same code, in every language.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal

import msgspec


class BihuanError(Exception):
    """Base of all reasons; *values* fill the sentence."""

    #: The catalogue's key, made from the class name: ``task-not-open``.
    code: ClassVar[str] = "error"
    #: The HTTP status that fits the reason.
    status: ClassVar[int] = 409

    def __init__(self, **values: Any) -> None:
        self.values = values
        listed = ", ".join(f"{key}={value!r}" for key, value in values.items())
        super().__init__(f"{self.code}: {listed}" if listed else self.code)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class Mistake(BihuanError):
    """What was sent cannot be used as it is; nothing was written and nothing is journalled."""

    status = 422


class Refusal(BihuanError):
    """The actor may not do this; the attempt is an entry of the target's stream."""

    status = 403


def refusal_of(code: str, values: dict[str, Any]) -> Refusal:
    """The refusal that an entry of the journal holds."""
    for known in _descendants(Refusal):
        if known.code == code:
            return known(**values)
    return Refusal(**values)


def _descendants(of: type[Refusal]) -> list[type[Refusal]]:
    return [found for child in of.__subclasses__() for found in (child, *_descendants(child))]


class Conflict(BihuanError):
    """The thing is no longer as the actor saw it; nothing was written."""

    status = 409


class ValueNotStorable(Mistake):
    """Expected a value that the codec knows, found {kind}; use text, whole or decimal numbers, dates, lists."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault, or piece of advice, about a file of a process package, as ``check`` reports it.

    The sentences stand in the catalogue under ``check.<rule>`` and ``check.<rule>.advice``, filled from *values*.
    """

    rule: str
    severity: Literal["error", "warning", "advice"] = "error"
    element: str = ""
    line: int = 0
    values: dict[str, str] = {}
    #: The file inside the package, as ``forms/rectify.json``; filled in by the gate.
    file: str = ""
