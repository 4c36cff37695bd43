"""Draws a form: its components, with what was typed and what is wrong, as views that ``templates/fields`` write out."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from flask import render_template
from markupsafe import Markup

from engine import forms
from engine.forms import expressions, prefilling
from engine.forms.convert import digest_of
from engine.forms.definition import CHOICES, Component, everything, keyed
from engine.values import File, Json, Value
from webui import markdown, texts

Translate = Callable[[str], str]


class OptionView(msgspec.Struct):
    """One choice of a field."""

    value: str
    label: str
    chosen: bool


class FileView(msgspec.Struct):
    """One file of a field: what is posted again, what is read, where it can be had."""

    reference: str
    digest: str
    name: str
    size: int
    url: str


class FieldView(msgspec.Struct, kw_only=True):
    """One component as a template writes it; *name* is its HTML name and id."""

    kind: str
    id: str
    name: str = ""
    label: str = ""
    help: str = ""
    error: str = ""
    required: bool = False
    readonly: bool = False
    #: In a row of a list: the label is the column's, *row* counts from 1.
    row: int = 0
    value: str = ""
    checked: bool = False
    #: False where what was typed is no date and would vanish in a date input.
    dated: bool = True
    unit: str = ""
    options: list[OptionView] = []
    quick: tuple[str, ...] = ()
    files: list[FileView] = []
    multiple: bool = False
    accept: str = ""
    fixed: bool = False
    #: Parts of a group; of a list, its columns: heads without values.
    parts: list[FieldView] = []
    #: Rows of a list; None where a column is hidden in that row.
    rows: list[list[FieldView | None]] = []
    html: Markup = Markup("")
    columns: list[str] = []
    cells: list[list[str]] = []
    #: Changes when the component looks different for another reason than what is typed into it.
    shape: str = ""


class ErrorLine(msgspec.Struct):
    """One line of the summary of errors; *target* is the field's id, empty where there is no such field."""

    target: str
    sentence: str


def render_fields(
    form: forms.Form,
    state: forms.Posted,
    *,
    scope: Mapping[str, Value],
    now: datetime,
    errors: Sequence[forms.FieldError] = (),
    translate: Translate = str,
    upload_url: str = "",
    file_url: Callable[[str], str] | None = None,
    files: Mapping[str, File] | None = None,
    outcomes: Mapping[str, str] | None = None,
    sent: bool = False,
    prefix: str = "",
) -> Markup:
    """The fields of *form* in *state* (from ``prefill``, ``read_flat`` or a draft), to be put inside a ``<form>``.

    *translate* gives the package's words in the page's language; *file_url* where a file is read, by its digest;
    *outcomes* the labels of the buttons, for errors that name one; *sent* leaves out what only an unsent form needs;
    *prefix* begins every name, where a page draws several forms.
    """
    level = forms.open_level(form.components, state.values, scope, scope, forms.Setting(now, files or {}), prefix)
    sentences = {error.path: sentence(error, translate, outcomes or {}) for error in errors}
    drawing = _Drawing(sentences, translate, file_url or (lambda digest: ""))
    live = any(_depends(each) for each in everything(form.components))
    views = drawing.level(level.components, level)
    return Markup(
        render_template("fields/all.html", fields=views, live=live and not sent, sent=sent, upload_url=upload_url)
    )


def error_lines(
    form: forms.Form,
    errors: Iterable[forms.FieldError],
    *,
    translate: Translate = str,
    outcomes: Mapping[str, str] | None = None,
) -> list[ErrorLine]:
    """The summary of *errors*; one in a row of a list says which list and row."""
    found = []
    for error in errors:
        told = sentence(error, translate, outcomes or {})
        component, where = _walk(form.components, error.path.split("-"))
        for label, row in reversed(where):
            told = texts.t("form.row", list=translate(label), row=row, sentence=told)
        found.append(ErrorLine(error.path if component else "", told))
    return found


def sentence(error: forms.FieldError, translate: Translate, outcomes: Mapping[str, str]) -> str:
    """What *error* says in the language of the page."""
    told = dict(error.values)
    for name in ("label", "message"):
        if name in told:
            told[name] = translate(told[name])
    if "outcome" in told:
        told["outcome"] = translate(outcomes.get(told["outcome"], told["outcome"]))
    return texts.t(error.code, **told)


def _walk(components: Sequence[Component], parts: list[str]) -> tuple[Component | None, list[tuple[str, int]]]:
    """The component that an HTML name means, and the lists and rows on the way."""
    where: list[tuple[str, int]] = []
    component = None
    while parts:
        component = next((each for each in keyed(components) if each.key == parts[0]), None)
        if component is None or len(parts) == 1:
            break
        components, parts = component.components, parts[1:]
        if component.kind == "dynamiclist" and parts[0].isdigit():
            where.append((component.label, int(parts[0]) + 1))
            parts = parts[1:]
    return component, where


class _Drawing:
    """One drawing of a form: makes the views, level by level."""

    def __init__(self, errors: Mapping[str, str], translate: Translate, file_url: Callable[[str], str]) -> None:
        self.errors = errors
        self.translate = translate
        self.file_url = file_url

    def level(self, components: Sequence[Component], level: forms.Level, row: int = 0) -> list[FieldView]:
        """The views of the visible components."""
        return [self.view(each, level, row) for each in components if each.id not in level.hidden]

    def view(self, component: Component, level: forms.Level, row: int = 0) -> FieldView:
        """The view of one component."""
        name = f"{level.prefix}{component.key}"
        view = FieldView(
            kind=component.kind,
            id=f"{level.prefix}{component.id}",
            name=name,
            label=self.words(component.label, level),
            help=self.words(component.description, level),
            error=self.errors.get(name, ""),
            required=level.required(component),
            readonly=component.readonly,
            row=row,
            unit=self.translate(component.unit) if component.unit else "",
            quick=component.quick,
            multiple=component.multiple,
            accept=",".join(component.accept),
            fixed=component.fixed,
        )
        self.fill(view, component, level)
        view.shape = _shape(view)
        return view

    def fill(self, view: FieldView, component: Component, level: forms.Level) -> None:
        """What only this kind has."""
        match component.kind:
            case "group":
                inner = level.within(component)[0] if component.key else level
                view.parts = self.level(component.components, inner)
            case "dynamiclist":
                self.fill_list(view, component, level)
            case "text":
                text = expressions.fill(self.translate(component.text), level.known, level.setting.now, markdown.mask)
                view.html = markdown.html(text)
            case "table":
                view.columns = [self.words(column.label, level) for column in component.columns]
                view.cells = _cells(component, level)
            case "separator" | "spacer":
                pass
            case _:
                self.fill_input(view, component, level)

    def fill_input(self, view: FieldView, component: Component, level: forms.Level) -> None:
        """The answer as it was typed, or as the data has it where it is read-only."""
        data = level.given.get(component.key)
        given = component.readonly and data is not None
        raw: Json = prefilling.typed_back(data) if given else level.raw.get(component.key)
        if component.kind in CHOICES:
            chosen = {str(item) for item in raw} if isinstance(raw, list) else {"" if raw is None else str(raw)}
            view.options = [
                OptionView(str(option.value), self.words(option.label, level), str(option.value) in chosen)
                for option in level.options(component)
            ]
            labels = [option.label for option in view.options if option.chosen]
            view.value = texts.t("form.comma").join(labels) or (str(raw) if component.readonly and raw else "")
        elif component.kind == "filepicker":
            view.files = [self.file(item) for item in raw] if isinstance(raw, list) else []
        elif component.kind == "checkbox":
            view.checked = bool(raw) and raw != "false"
        elif component.kind == "datetime":
            typed = level.typed.get(component.key)
            view.dated = isinstance(typed, date) or not raw
            view.value = typed.isoformat()[:10] if isinstance(typed, date) else str(raw or "")
        else:
            view.value = "" if raw is None else str(raw)

    def fill_list(self, view: FieldView, component: Component, level: forms.Level) -> None:
        """Rows and columns; a column that no row shows is left out."""
        levels = level.within(component)
        drawn = [each for each in _flat(component.components) if each.kind not in ("separator", "spacer")]
        used = [each for each in drawn if not levels or any(each.id not in row.hidden for row in levels)]
        view.parts = [
            FieldView(kind=each.kind, id=each.id, label=self.words(each.label, level), required=each.required)
            for each in used
        ]
        view.rows = [
            [None if each.id in row.hidden else self.view(each, row, number) for each in used]
            for number, row in enumerate(levels, 1)
        ]

    def file(self, item: Json) -> FileView:
        """A reference to a file as the page shows it and posts it again."""
        held: dict[str, Any] = item if isinstance(item, dict) else {}
        digest = digest_of(item)
        name, size = str(held.get("name") or digest), held.get("size")
        reference = msgspec.json.encode(item).decode()
        return FileView(reference, digest, name, size if isinstance(size, int) else 0, self.file_url(digest))

    def words(self, text: str, level: forms.Level) -> str:
        """A label or help in the page's language, with its ``{{ }}`` filled in."""
        return expressions.fill(self.translate(text), level.known, level.setting.now) if text else ""


def _flat(components: Sequence[Component]) -> list[Component]:
    """Components with those of framing groups in their place: in a row there is no room for frames."""
    found: list[Component] = []
    for each in components:
        found.extend(_flat(each.components) if each.kind == "group" and not each.key else [each])
    return found


def _cells(component: Component, level: forms.Level) -> list[list[str]]:
    rows = level.compute(component.source) if component.source else None
    if not isinstance(rows, list):
        return []
    keys = [column.key for column in component.columns]
    return [[expressions.shown(row.get(key)) for key in keys] for row in rows if isinstance(row, dict)]


def _depends(component: Component) -> bool:
    """True if what is typed elsewhere changes how *component* is drawn."""
    expressions = component.hide, component.required_when, component.options_from
    return any(expressions) or "{{" in component.text + component.label


def _shape(view: FieldView) -> str:
    parts = [part.shape if part else "" for part in [*view.parts, *(cell for row in view.rows for cell in row)]]
    options = [(option.value, option.label) for option in view.options]
    given = view.readonly and view.value
    seen = (view.name, view.label, view.help, view.required, options, str(view.html), view.cells, given, parts)
    return f"{zlib.crc32(repr(seen).encode()):08x}"
