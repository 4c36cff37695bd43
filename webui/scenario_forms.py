"""The form of one task as an owner fills it in for a scenario: drawn, read, and what of it a scenario tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from engine import forms
from engine.definitions.compiled import Compiled
from engine.forms.definition import keyed
from webui import forms as drawing
from webui.actor import engine
from webui.packages import translator


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent and has to be shown again, with what is wrong with it."""

    posted: forms.Posted | None = None
    errors: tuple[forms.FieldError, ...] = ()


#: Nothing was sent.
UNTOUCHED = Filled()


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What the page draws: the fields, the buttons with their labels, and the summary of errors."""

    name: str
    fields: Markup | None
    outcomes: list[tuple[str, str]]
    errors: list[drawing.ErrorLine]


class TaskForm:
    """The form of a task, or of the start, of a draft; nothing is known yet of the data of a case."""

    def __init__(self, process: Compiled, element: str) -> None:
        node = process.graph.nodes[element]
        extension = node.extension("form")
        key = extension.attributes.get("key", element) if extension is not None else element
        self.node, self.form, self.translate = node, process.form(key), translator(process.package)
        asked = keyed(self.form.components) if self.form is not None else []
        self.papers = tuple(one.key for one in asked if one.kind == "filepicker")
        self.ticks = tuple(one.key for one in asked if one.kind == "checkbox")

    @property
    def leaves_a_choice(self) -> bool:
        """True where it can be answered in several ways."""
        return self.form is not None or len(self.node.extension_list("outcome")) > 1

    def read(self, flat: Mapping[str, Sequence[str]]) -> forms.Posted:
        """What was sent."""
        return forms.read_flat(self.form, flat) if self.form is not None else forms.Posted({})

    def after_button(self, flat: Mapping[str, Sequence[str]], posted: forms.Posted) -> forms.Posted | None:
        """What was sent with a row more or less, where a button asked for that instead of sending."""
        action = forms.action_in(flat)
        return forms.apply_action(self.form, posted, action) if self.form is not None and action is not None else None

    def begun(self, values: Mapping[str, Any]) -> forms.Posted:
        """The form as it looks with the answers of a scenario."""
        if self.form is None:
            return forms.Posted({})
        return forms.prefill(self.form, values, engine().clock.now())

    def told(self, posted: forms.Posted) -> dict[str, Any]:
        """The answers as a scenario tells them: without what was left empty, and files, which it makes up itself."""
        kept: dict[str, Any] = _said({key: one for key, one in posted.values.items() if key not in self.papers})
        return {**kept, **{key: kept.get(key) not in (None, False, "false") for key in self.ticks}}

    def left_empty(self, posted: forms.Posted) -> tuple[forms.FieldError, ...]:
        """What must be filled in and is not; everything else is said by the story itself, which has the data."""
        if self.form is None:
            return ()
        try:
            forms.validate(self.form, posted, {}, now=engine().clock.now())
        except forms.AnswersInvalid as invalid:
            return tuple(
                one for one in invalid.errors if one.code == "form-required" and one.path not in self.papers
            )
        return ()

    def drawn(self, posted: forms.Posted, errors: tuple[forms.FieldError, ...]) -> Drawn:
        """The form with what stands in it."""
        buttons = [one.attributes for one in self.node.extension_list("outcome")]
        labels = {one.get("name", ""): one.get("label") or one.get("name", "") for one in buttons}
        fields = self.form and drawing.render_fields(
            self.form, posted, scope={}, now=engine().clock.now(), errors=errors, translate=self.translate
        )
        return Drawn(
            name=self.translate(self.node.name) or self.node.id, fields=fields or None,
            outcomes=[(name, self.translate(label)) for name, label in labels.items()],
            errors=drawing.error_lines(self.form, errors, translate=self.translate) if self.form else [],
        )  # fmt: skip


def _said(given: Any) -> Any:
    """The answers without the empty ones, in rows too."""
    if isinstance(given, dict):
        return {key: _said(one) for key, one in given.items() if one not in (None, "")}
    return [_said(one) for one in given] if isinstance(given, list) else given
