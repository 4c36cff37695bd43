"""What whoever judges a form must know of it: its fields, how it looks, and what differs in it, in their words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from markupsafe import Markup

from engine import forms
from engine.definitions.changes import Detail, FileChange
from engine.definitions.compiled import Compiled
from engine.forms.definition import Component, Expression
from webui import forms as drawing
from webui.actor import engine
from webui.packages import translator
from webui.texts import t

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
        form = _form(process, one.file) if one.kind != "removed" else None
        if form is not None:
            found[one.file] = _facts(form, translator(process.package), f"form{number}-")
    return found


def _form(process: Compiled | None, file: str) -> forms.Form | None:
    """The form that a file of a package holds; None where it is no form, or not there."""
    if process is None or not file.startswith("forms/") or file not in process.package.files:
        return None
    return process.form(file.removeprefix("forms/").removesuffix(".json"))


def spoken(change: FileChange, *processes: Compiled | None) -> FileChange:
    """What differs in a form, with the labels of its fields and words for what they have; other files as they are."""
    labels: dict[str, str] = {}
    for process in processes:
        form = _form(process, change.file)
        if process is not None and form is not None:
            labels |= dict(_labels(form.components, translator(process.package)))
    details = tuple(_spoken(one, labels) for one in change.details) if labels else change.details
    return msgspec.structs.replace(change, details=details)


def _labels(
    components: Sequence[Component], translate: Callable[[str], str], path: str = ""
) -> Iterator[tuple[str, str]]:
    """The path of each component, as differences name it, with its label or, where it has none, its kind."""
    for one in components:
        yield f"{path}{one.key or one.id}", translate(one.label) or t(f"form-kind.{one.kind}")
        yield from _labels(one.components, translate, f"{path}{one.key}." if one.key else path)


def _spoken(one: Detail, labels: Mapping[str, str]) -> Detail:
    if one.aspect == "field-order":
        return msgspec.structs.replace(one, old=_in_order(one.old, labels), new=_in_order(one.new, labels))
    field, _, name = one.key.partition(" · ")
    label = labels.get(field, field)
    if not name:
        return msgspec.structs.replace(one, key=label)
    return msgspec.structs.replace(
        one, key=f"{label} · {_property(name)}", old=_value(name, one.old), new=_value(name, one.new)
    )


def _in_order(keys: str | None, labels: Mapping[str, str]) -> str:
    return t("value.separator").join(labels.get(key, key) for key in (keys or "").split(" · "))


def _property(name: str) -> str:
    """The word for what a field has; what has parts is one thing."""
    for code in (f"form-property.{name}", f"form-property.{name.partition('.')[0]}"):
        if (word := t(code)) != code:
            return word
    return name


def _value(name: str, written: str | None) -> str | None:
    """A value as people read it: a kind and yes or no by their words, choices and phrases as a list."""
    if written is None or written == "":
        return written
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
