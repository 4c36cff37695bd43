"""The values that say what differs between two packages."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["added", "removed", "changed", "moved", "shifted"]
#: Kinds that tell of the drawing alone: *moved* by itself, *shifted* along with what is around it.
DRAWN = ("moved", "shifted")


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One value that differs; *old* is None where it is new, *new* where it is gone."""

    #: What it is a matter of (assignment, form, condition …); the key of a sentence.
    aspect: str
    #: Which of them: the attribute, the field, the number of the rule, the file.
    key: str = ""
    old: str | None = None
    new: str | None = None
    #: Of a file that an element uses: what happened to the file.
    change: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One element of the diagram that is new, gone, other than it was, or only elsewhere."""

    kind: Kind
    element: str
    type: str
    name: str
    details: tuple[Detail, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One line of a text: ``+`` is new, ``-`` is gone, a space stands around them, ``…`` where lines are left out."""

    sign: str
    text: str


class FileChange(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the package that differs, in the terms of what it holds."""

    kind: Kind
    file: str
    details: tuple[Detail, ...] = ()
    lines: tuple[Line, ...] = ()
    #: Elements that use the file.
    elements: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that differs."""

    elements: list[Change]
    files: list[FileChange]

    @property
    def marks(self) -> dict[str, list[str]]:
        """Ids of elements by what happened to them, for the diagrams; what was shifted with others is not marked."""
        found: dict[str, list[str]] = {"added": [], "removed": [], "changed": [], "moved": []}
        for change in self.elements:
            if change.kind in found:
                found[change.kind].append(change.element)
        return found
