"""The attributes of one component of the schema → our component; each value is checked where it is taken."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine.forms import expressions
from engine.forms.definition import MAX_FILE_BYTES, MAX_TEXT, Column, Component, Expression, Option
from engine.values import Json

MAX_WORDS: Final = 4_000
MAX_OPTIONS: Final = 500
MAX_COLUMNS: Final = 30
#: An answer may be longer than usual if the form says so, up to here.
LONGEST: Final = 100_000
_MEGABYTE: Final = 1024 * 1024
T = TypeVar("T")


class Attributes:
    """Takes attributes of *raw*; a value of the wrong kind is reported through *fault* and counts as not given."""

    def __init__(self, raw: dict[str, Any], element: str, fault: Callable[..., None]) -> None:
        self.raw = raw
        self.element = element
        self.fault = fault
        self.validate = self.inner("validate")
        self.properties = self.inner("properties")

    def component(self, kind: str, id: str, key: str, inside: tuple[Component, ...]) -> Component:
        """The component; its key and what it contains are already read."""
        raw, validate, properties = self.raw, self.validate, self.properties
        self.only(raw, "subtype", "date")
        self.only(raw, "isRepeating", True)
        self.only(validate, "validationType", "custom", "")
        return Component(
            kind=kind,
            id=id,
            key=key,
            components=inside,
            label=self.words(raw, "dateLabel" if kind == "datetime" and "label" not in raw else "label"),
            description=self.words(raw, "description"),
            text=self.words(raw, "text"),
            hide=self.feel(self.inner("conditional"), "hide"),
            readonly=self.yes(raw, "readonly"),
            default=self.default(kind),
            required=self.yes(validate, "required"),
            required_when=self.feel(properties, "requiredWhen"),
            least=self.bound("min"),
            most=self.bound("max"),
            shortest=self.whole(validate, "minLength", LONGEST),
            longest=self.whole(validate, "maxLength", LONGEST) or MAX_TEXT,
            pattern=self.words(validate, "pattern"),
            pattern_message=self.words(properties, "patternMessage"),
            decimals=self.whole(raw, "decimalDigits", 10),
            unit=self.words(self.inner("appearance"), "suffixAdorner"),
            quick=self.phrases(),
            options=self.options(),
            options_from=self.feel(raw, "valuesExpression") or self.name(raw, "valuesKey"),
            multiple=self.yes(raw, "multiple"),
            accept=tuple(self.words(raw, "accept").replace(" ", "").split(",")) if raw.get("accept") else (),
            max_bytes=(self.whole(properties, "maxMegabytes", 200) or 0) * _MEGABYTE or MAX_FILE_BYTES,
            fixed=self.fixed(kind),
            rows=self.whole(raw, "defaultRepetitions", 50) or (1 if raw.get("defaultRepetitions") is None else 0),
            source=self.feel(raw, "dataSource", name_allowed=True),
            columns=self.columns(),
        )

    def inner(self, name: str) -> dict[str, Any]:
        """An attribute that is an object itself."""
        value = self.raw.get(name)
        if value is None:
            return {}
        return value if isinstance(value, dict) else self.wrong(name, {})

    def only(self, holder: dict[str, Any], name: str, *values: object) -> None:
        """An attribute of which we know but these values."""
        if holder.get(name, values[0]) not in values:
            self.wrong(name, None)

    def words(self, holder: dict[str, Any], name: str) -> str:
        """Text; with the FEEL inside its ``{{ }}`` checked, except in a pattern."""
        value = holder.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > MAX_WORDS:
            return self.wrong(name, "")
        if name != "pattern":
            for slot in expressions.slots(value):
                self.parse(slot, name)
        return value

    def yes(self, holder: dict[str, Any], name: str) -> bool:
        value = holder.get(name, False)
        return value if isinstance(value, bool) else self.wrong(name, False)

    def whole(self, holder: dict[str, Any], name: str, most: int) -> int | None:
        """A whole number from 0 to *most*, also as text: form-js's own properties are text."""
        value = holder.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            return self.wrong(name, None)
        return value

    def bound(self, name: str) -> Decimal | Expression | None:
        """A limit of a number: a number, or FEEL that gives one."""
        value = self.validate.get(name)
        if isinstance(value, str):
            return self.feel(self.validate, name)
        if value is None or isinstance(value, bool):
            return None if value is None else self.wrong(name, None)
        return Decimal(value) if isinstance(value, (int, Decimal)) else self.wrong(name, None)

    def feel(self, holder: dict[str, Any], name: str, *, name_allowed: bool = False) -> Expression | None:
        """FEEL marked by ``=``; where *name_allowed*, the bare name of a variable too."""
        value = holder.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, str) or not (value.startswith("=") or name_allowed):
            return self.wrong(name, None)
        return self.parse(value.removeprefix("=").strip(), name)

    def name(self, holder: dict[str, Any], name: str) -> Expression | None:
        """The name of a variable."""
        value = holder.get(name)
        if value in (None, ""):
            return None
        return self.parse(value, name) if isinstance(value, str) else self.wrong(name, None)

    def parse(self, text: str, name: str) -> Expression | None:
        if len(text) > expressions.MAX_LENGTH:
            return self.wrong(name, None)
        if (reason := expressions.fault(text)) is not None:
            self.fault("form-expression", self.element, name=name, expression=text[:80], reason=str(reason)[:200])
            return None
        return Expression(text)

    def default(self, kind: str) -> Json | Expression:
        """A default answer, in the shape in which it would be posted, or FEEL that gives it."""
        value = self.raw.get("defaultValue")
        if isinstance(value, str) and value.startswith("="):
            return self.feel(self.raw, "defaultValue")
        if value is None or (isinstance(value, bool) and kind == "checkbox"):
            return value
        if kind == "checklist":
            fits = isinstance(value, list) and len(value) <= MAX_OPTIONS
            return value if fits and all(isinstance(item, str) for item in value) else self.wrong("defaultValue", None)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return format(Decimal(value), "f")
        return value if isinstance(value, str) and len(value) <= MAX_TEXT else self.wrong("defaultValue", None)

    def options(self) -> tuple[Option, ...]:
        values = self.raw.get("values")
        if values is None:
            return ()
        if not isinstance(values, list) or len(values) > MAX_OPTIONS:
            return self.wrong("values", ())
        found: dict[str, Option] = {}
        for item in values:
            value = item.get("value") if isinstance(item, dict) else None
            if not isinstance(value, (str, int)) or isinstance(value, bool) or str(value) in found or not str(value):
                return self.wrong("values", ())
            found[str(value)] = Option(value, self.words(item, "label") or str(value))
        return tuple(found.values())

    def columns(self) -> tuple[Column, ...]:
        columns = self.raw.get("columns")
        if columns is None:
            return ()
        fits = isinstance(columns, list) and len(columns) <= MAX_COLUMNS
        if not fits or not all(isinstance(column, dict) and isinstance(column.get("key"), str) for column in columns):
            return self.wrong("columns", ())
        return tuple(Column(column["key"], self.words(column, "label") or column["key"]) for column in columns)

    def phrases(self) -> tuple[str, ...]:
        """Quick phrases: a list, or, as the form editor stores it, text with one phrase a line."""
        value = self.properties.get("quick", [])
        phrases = value.split("\n") if isinstance(value, str) else value
        if not isinstance(phrases, list) or not all(isinstance(each, str) and len(each) < 200 for each in phrases):
            return self.wrong("quick", ())
        return tuple(phrase.strip() for phrase in phrases[:30] if phrase.strip())

    def fixed(self, kind: str) -> bool:
        value = self.properties.get("fixed", False)
        if value not in (True, False, "true", "false"):
            return self.wrong("fixed", False)
        return kind == "dynamiclist" and (value in (True, "true") or self.raw.get("allowAddRemove") is False)

    def wrong(self, name: str, instead: T) -> T:
        """Reports the attribute *name* and goes on with *instead*."""
        self.fault("form-value", self.element, name=name)
        return instead
