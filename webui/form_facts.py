"""What whoever judges a form must know of it: its fields, how it looks, and what differs in it, in their words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from markupsafe import Markup

from engine import forms
from engine.definitions.changes import Detail, FileChange
from engine.definitions.compiled import Compiled
from engine.forms.definition import Component, Expression, everything
from webui import forms as drawing
from webui.actor import engine
from webui.conditions import Wording
from webui.packages import translator
from webui.texts import t

#: Kinds that only part what stands above and below them.
_EMPTY = frozenset({"separator", "spacer"})
#: What of a field is a condition.
_CONDITIONS = frozenset({"conditional.hide", "properties.requiredWhen"})


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One field in the order of the form; conditions are told, empty where there is none."""

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


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A process that is compared, with what tells its texts and conditions."""

    process: Compiled
    translate: Callable[[str], str]
    wording: Wording

    @classmethod
    def of(cls, process: Compiled) -> Side:
        """Made once for a comparison: the wording reads every form of the process."""
        return cls(process=process, translate=translator(process.package), wording=Wording.of(process))

    def form(self, file: str) -> forms.Form | None:
        """The form that a file of the package holds; None where it is no form, or not there."""
        if not file.startswith("forms/") or file not in self.process.package.files:
            return None
        return self.process.form(file.removeprefix("forms/").removesuffix(".json"))

    def within(self, form: forms.Form) -> Wording:
        """What tells the conditions of one form."""
        return self.wording.within(one for one in everything(form.components) if one.key)


class FormFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A form of the new version."""

    facts: list[Fact]
    drawn: Markup


def of(side: Side, files: Sequence[FileChange]) -> dict[str, FormFacts]:
    """File → its form on *side*, for the forms that are new or changed."""
    found = {}
    for number, one in enumerate(files):
        form = side.form(one.file) if one.kind != "removed" else None
        if form is not None:
            found[one.file] = _facts(form, side, f"form{number}-")
    return found


def spoken(change: FileChange, before: Side | None, after: Side) -> FileChange:
    """What differs in a form, with the labels of its fields and words for what they have; other files as they are."""
    sides = [(one, form) for one in (before, after) if one is not None and (form := one.form(change.file))]
    labels: dict[str, str] = {}
    for side, form in sides:
        labels |= dict(_labels(form.components, side.translate))
    if not labels:
        return change
    then, now = (side.within(form) for side, form in (sides[0], sides[-1]))
    return msgspec.structs.replace(change, details=tuple(_spoken(one, labels, then, now) for one in change.details))


def _labels(
    components: Sequence[Component], translate: Callable[[str], str], path: str = ""
) -> Iterator[tuple[str, str]]:
    """The path of each component, as differences name it, with its label or, where it has none, its kind."""
    for one in components:
        yield f"{path}{one.key or one.id}", translate(one.label) or t(f"form-kind.{one.kind}")
        yield from _labels(one.components, translate, f"{path}{one.key}." if one.key else path)


def _spoken(one: Detail, labels: Mapping[str, str], then: Wording, now: Wording) -> Detail:
    if one.aspect == "field-order":
        return msgspec.structs.replace(one, old=_in_order(one.old, labels), new=_in_order(one.new, labels))
    field, _, name = one.key.partition(" · ")
    label = labels.get(field, field)
    if not name:
        return msgspec.structs.replace(one, key=label)
    return msgspec.structs.replace(
        one, key=f"{label} · {_property(name)}", old=_value(name, one.old, then), new=_value(name, one.new, now)
    )


def _in_order(keys: str | None, labels: Mapping[str, str]) -> str:
    return t("value.separator").join(labels.get(key, key) for key in (keys or "").split(" · "))


def _property(name: str) -> str:
    """The word for what a field has; what has parts is one thing."""
    for code in (f"form-property.{name}", f"form-property.{name.partition('.')[0]}"):
        if (word := t(code)) != code:
            return word
    return name


def _value(name: str, written: str | None, wording: Wording) -> str | None:
    """A value as people read it: a kind and yes or no by their words, choices and phrases as a list."""
    if written is None or written == "":
        return written
    if name in _CONDITIONS:
        return wording.told(written)
    if name == "type":
        return t(f"form-kind.{written}")
    if written in ("true", "false"):
        return t("value.yes" if written == "true" else "value.no")
    return t("value.separator").join(_listed(written)) if written.startswith("[") else written


def _listed(written: str) -> list[str]:
    try:
        found = json.loads(written)
    except ValueError:  # shortened, or a text that only begins so
        return [written]
    return [str(one.get("label", one)) if isinstance(one, dict) else str(one) for one in found]


def _facts(form: forms.Form, side: Side, prefix: str) -> FormFacts:
    now = engine().clock.now()
    drawn = drawing.render_fields(
        form, forms.prefill(form, {}, now), scope={}, now=now, translate=side.translate, sent=True, prefix=prefix
    )
    return FormFacts(facts=list(_told(form.components, side.translate, side.within(form))), drawn=drawn)


def _told(
    components: Sequence[Component], translate: Callable[[str], str], wording: Wording, depth: int = 0
) -> Iterator[Fact]:
    for one in components:
        if one.kind not in _EMPTY:
            yield Fact(
                kind=one.kind, key=one.key, label=translate(one.label or one.text), depth=depth,
                options=tuple(translate(option.label) for option in one.options),
                options_from=_feel(one.options_from), required=one.required,
                required_when=wording.told(_feel(one.required_when)), readonly=one.readonly,
                hide=wording.told(_feel(one.hide)),
            )  # fmt: skip
        yield from _told(one.components, translate, wording, depth + 1)


def _feel(expression: Expression | None) -> str:
    return expression.text if expression is not None else ""
