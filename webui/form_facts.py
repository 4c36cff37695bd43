"""What whoever judges a form must know of it: every field with its kind, choices and conditions, and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from markupsafe import Markup

from engine import forms
from engine.definitions.changes import FileChange
from engine.definitions.compiled import Compiled
from engine.forms.definition import Component, Expression
from webui import forms as drawing
from webui.actor import engine
from webui.packages import translator

#: Kinds that only part what stands above and below them.
_EMPTY = frozenset({"separator", "spacer"})


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One field in the order of the form; conditions are FEEL, empty where there is none."""

    kind: str
    key: str
    label: str
    options: tuple[str, ...]
    options_from: str
    required: bool
    required_when: str
    readonly: bool
    hide: str
    #: How many lists and groups it stands in.
    depth: int


class FormFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A form of the new version."""

    facts: list[Fact]
    drawn: Markup


def of(process: Compiled, files: Sequence[FileChange]) -> dict[str, FormFacts]:
    """File → its form in *process*, for the forms that are new or changed."""
    found = {}
    for number, one in enumerate(files):
        key = one.file.removeprefix("forms/").removesuffix(".json")
        form = process.form(key) if one.file.startswith("forms/") and one.kind != "removed" else None
        if form is not None:
            found[one.file] = _facts(form, translator(process.package), f"form{number}-")
    return found


def _facts(form: forms.Form, translate: Callable[[str], str], prefix: str) -> FormFacts:
    now = engine().clock.now()
    drawn = drawing.render_fields(
        form, forms.prefill(form, {}, now), scope={}, now=now, translate=translate, sent=True, prefix=prefix
    )
    return FormFacts(facts=list(_told(form.components, translate)), drawn=drawn)


def _told(components: Sequence[Component], translate: Callable[[str], str], depth: int = 0) -> Iterator[Fact]:
    for one in components:
        if one.kind not in _EMPTY:
            yield Fact(
                kind=one.kind, key=one.key, label=translate(one.label or one.text), depth=depth,
                options=tuple(translate(option.label) for option in one.options),
                options_from=_feel(one.options_from), required=one.required,
                required_when=_feel(one.required_when), readonly=one.readonly, hide=_feel(one.hide),
            )  # fmt: skip
        yield from _told(one.components, translate, depth + 1)


def _feel(expression: Expression | None) -> str:
    return expression.text if expression is not None else ""
