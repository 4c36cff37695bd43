"""What a condition asks in the words of whoever fills in the form: 复核结果 等于 不通过, with its FEEL behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from engine import feel
from engine.definitions import check_choices
from engine.definitions.compiled import Compiled
from engine.errors import BihuanError
from engine.forms.definition import Component
from engine.values import Value
from webui.filters import shown
from webui.packages import translator
from webui.texts import t

#: Operator of a comparison → the sentence that tells it.
_SENTENCES = {
    "=": "condition.is", "!=": "condition.not", "<": "condition.less", "<=": "condition.at-most",
    ">": "condition.more", ">=": "condition.at-least",
}  # fmt: skip


class Wording:
    """Tells the conditions of one process by the labels of the fields whose answers they ask about."""

    def __init__(self, fields: Mapping[str, tuple[Component, ...]], translate: Callable[[str], str]) -> None:
        self._fields = fields
        self._translate = translate

    @classmethod
    def of(cls, process: Compiled) -> Wording:
        """For the conditions of flows, which ask about the answers of any form."""
        return cls(check_choices.answers(process.package, process.graph), translator(process.package))

    def within(self, fields: Iterable[Component]) -> Wording:
        """For the conditions of a form, which ask about its own fields first."""
        own: dict[str, tuple[Component, ...]] = {}
        for one in fields:
            own[one.key] = (*own.get(one.key, ()), one)
        return Wording({**self._fields, **own}, self._translate)

    def told(self, written: str) -> str:
        """The condition in words where it is one comparison of a field with a value; its FEEL in any case."""
        if not written:
            return ""
        text = written.removeprefix("=").strip()
        words = self._words(text)
        return Markup("{} <code>{}</code>").format(words, text) if words else Markup("<code>{}</code>").format(text)

    def _words(self, text: str) -> str:
        found = _comparison(text)
        if found is None:
            return ""
        name, operator, value = found
        fields = self._fields.get(name, ())
        labels = {self._translate(one.label) for one in fields if one.label}
        if len(labels) != 1:  # forms that ask for one variable under several labels agree on no words
            return ""
        return t(_SENTENCES[operator], field=labels.pop(), value=self._value(value, fields))

    def _value(self, value: Value, fields: Iterable[Component]) -> str:
        options = {str(option.value): option.label for one in fields for option in one.options}
        label = options.get(str(value))
        return shown(value) if label is None else self._translate(label)


def _comparison(text: str) -> tuple[str, str, Value] | None:
    try:
        return feel.comparison(feel.parse(text))
    except BihuanError:  # told by the rules of the diagram and the form themselves
        return None
