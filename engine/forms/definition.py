"""What a form is: its components as the engine and the pages use them, made from form-js's schema by ``reading``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from engine.values import Json

MAX_ROWS: Final = 500
MAX_FILES: Final = 50
#: Characters of an answer where the form states no maximum of its own.
MAX_TEXT: Final = 10_000
#: Size of one file where the form states none.
MAX_FILE_BYTES: Final = 20 * 1024 * 1024

CHOICES: Final = frozenset({"radio", "select", "checklist"})
#: Kinds that ask for one answer under their key.
INPUTS: Final = CHOICES | {"textfield", "textarea", "number", "checkbox", "datetime", "filepicker"}


class Expression(msgspec.Struct, frozen=True):
    """FEEL text, without the ``=`` that marks it in the schema."""

    text: str


class Option(msgspec.Struct, frozen=True):
    """One choice: the value that is stored and the words that are shown."""

    value: Json
    label: str


class Column(msgspec.Struct, frozen=True):
    """One column of a read-only table."""

    key: str
    label: str


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One component; what a kind does not have keeps its default."""

    kind: str
    #: Unique in the form.
    id: str
    #: Name of the answer; of a list or group: the path, empty where a group only frames.
    key: str = ""
    label: str = ""
    description: str = ""
    #: Hidden while this is true.
    hide: Expression | None = None
    #: Shown, and taken from the data instead of the browser.
    readonly: bool = False
    #: What stands there before anything is typed: as it would be posted, or FEEL that gives it.
    default: Json | Expression = None

    required: bool = False
    #: Required while this is true.
    required_when: Expression | None = None
    least: Decimal | Expression | None = None
    most: Decimal | Expression | None = None
    shortest: int | None = None
    longest: int = MAX_TEXT
    #: RE2, found anywhere in the text.
    pattern: str = ""
    pattern_message: str = ""
    #: Digits after the point; None: any.
    decimals: int | None = None
    #: Words behind the input, as 万元.
    unit: str = ""
    #: Phrases offered under a text area.
    quick: tuple[str, ...] = ()

    options: tuple[Option, ...] = ()
    #: Where the options come from the data.
    options_from: Expression | None = None

    multiple: bool = False
    #: Extensions (``.pdf``) and types (``image/*``) of files.
    accept: tuple[str, ...] = ()
    max_bytes: int = MAX_FILE_BYTES

    #: The parts of a list's row or of a group.
    components: tuple[Component, ...] = ()
    #: The data gives the rows; none can be added or removed.
    fixed: bool = False
    #: Rows of a new list.
    rows: int = 1

    #: Words of a text, with ``{{ FEEL }}``.
    text: str = ""
    #: Where a table's rows come from.
    source: Expression | None = None
    columns: tuple[Column, ...] = ()


class Form(msgspec.Struct, frozen=True):
    """A form as published."""

    components: tuple[Component, ...]


def keyed(components: Sequence[Component]) -> Iterator[Component]:
    """The components of one level that hold a key, those inside framing groups included."""
    for component in components:
        if component.kind == "group" and not component.key:
            yield from keyed(component.components)
        elif component.key:
            yield component


def everything(components: Sequence[Component]) -> Iterator[Component]:
    """All components, in the order in which they are drawn."""
    for component in components:
        yield component
        yield from everything(component.components)
