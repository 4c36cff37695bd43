"""The bytes of a form-js schema → a form and all that is wrong with it; hostile bytes give findings, no exception."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import msgspec
import re2

from engine.errors import Finding
from engine.forms import attributes, vocabulary
from engine.forms.definition import CHOICES, Component, Form, keyed
from engine.forms.errors import FormInvalid

MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 10
MAX_COMPONENTS: Final = 300
MAX_PATTERN: Final = 500
#: A key is a FEEL name, part of an HTML name (so no hyphen) and of a path (so no point).
_KEY: Final = re.compile(r"[^\W\d_]\w{0,63}")


def check(source: bytes) -> list[Finding]:
    """Everything that is wrong with the form in *source*; none, and it can be published."""
    return _Reading().read(source)[1]


def read(source: bytes) -> Form:
    """The form in *source*; raises FormInvalid if ``check`` has findings."""
    form, findings = _Reading().read(source)
    if form is None or findings:
        raise FormInvalid(findings)
    return form


class _Reading:
    """One reading; goes on after a fault, so that all faults are told at once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.ids: set[str] = set()
        self.count = 0

    def read(self, source: bytes) -> tuple[Form | None, list[Finding]]:
        if len(source) > MAX_BYTES:
            self.fault("form-too-large", what="bytes", limit=MAX_BYTES)
            return None, self.findings
        try:
            schema = msgspec.json.Decoder(float_hook=_number).decode(source)
        except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError) as reason:
            self.fault("form-unreadable", reason=str(reason)[:200])
            return None, self.findings
        if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
            self.fault("form-unreadable", reason="components")
            return None, self.findings
        self.allowed(schema, vocabulary.FORM, "form", "")
        components = self.components(schema["components"], set(), 1)
        return Form(components), self.findings

    def components(self, raw: list[Any], keys: set[str], depth: int) -> tuple[Component, ...]:
        """The components of one list; *keys* gathers the keys of their level, in which each may stand once."""
        if depth > MAX_DEPTH:
            self.fault("form-too-large", what="depth", limit=MAX_DEPTH)
            return ()
        found = []
        for item in raw:
            self.count += 1
            if self.count > MAX_COMPONENTS:
                if self.count == MAX_COMPONENTS + 1:
                    self.fault("form-too-large", what="components", limit=MAX_COMPONENTS)
                break
            if (component := self.component(item, keys, depth)) is not None:
                found.append(component)
        return tuple(found)

    def component(self, raw: Any, keys: set[str], depth: int) -> Component | None:
        """One component, with what it contains."""
        kind = raw.get("type") if isinstance(raw, dict) else None
        element = self.name_of(raw)
        if not isinstance(kind, str) or kind not in vocabulary.ATTRIBUTES:
            self.fault("form-unsupported", element, name=str(kind)[:80], on="type")
            return None
        self.allowed(raw, vocabulary.ATTRIBUTES[kind], kind, element)
        for part, allowed in vocabulary.inside(kind).items():
            if isinstance(raw.get(part), dict):
                self.allowed(raw[part], allowed, f"{kind}.{part}", element)
        attribute = attributes.Attributes(raw, element, self.fault)
        key = self.key(raw, kind, element, keys)
        inside: tuple[Component, ...] = ()
        if kind in ("dynamiclist", "group"):
            parts = raw.get("components")
            if not isinstance(parts, list):
                self.fault("form-value", element, name="components")
                parts = []
            inside = self.components(parts, set() if key else keys, depth + 1)
        told = len(self.findings)
        component = attribute.component(kind, self.unique(element), key, inside)
        if told == len(self.findings):
            self.sense(component, element)
        return component

    def sense(self, component: Component, element: str) -> None:
        """Faults that only show when a component is seen as a whole."""
        if component.kind in CHOICES and not component.options and component.options_from is None:
            self.fault("form-options", element)
        # A row that a person may add or remove cannot be matched with a row of the data.
        loose = component.kind == "dynamiclist" and not component.fixed
        if loose and any(part.readonly for part in keyed(component.components)):
            self.fault("form-readonly-rows", element)
        if component.pattern:
            self.pattern(component.pattern, element)

    def pattern(self, pattern: str, element: str) -> None:
        """A pattern is RE2: no back references, no look-around, and so no text on which it would hang."""
        options = re2.Options()
        options.log_errors = False
        try:
            if len(pattern) > MAX_PATTERN:
                raise re2.error(f"> {MAX_PATTERN}")
            re2.compile(pattern, options)
        except (re2.error, UnicodeError) as reason:
            self.fault("form-pattern", element, pattern=pattern[:80], reason=str(reason)[:200])

    def key(self, raw: dict[str, Any], kind: str, element: str, keys: set[str]) -> str:
        """The key of an input, the path of a list or group; what only shows has none."""
        name = "path" if kind in ("dynamiclist", "group") else "key"
        key = raw.get(name, "")
        if name not in vocabulary.ATTRIBUTES[kind] or (kind == "group" and not key):
            return ""
        if not isinstance(key, str) or not _KEY.fullmatch(key) or key in vocabulary.RESERVED:
            self.fault("form-key", element, key=str(key)[:80])
            return ""
        if key in keys:
            self.fault("form-key-twice", element, key=key)
        keys.add(key)
        return key

    def allowed(self, raw: dict[str, Any], names: frozenset[str], on: str, element: str) -> None:
        for name in raw:
            if name not in names:
                self.fault("form-unsupported", element, name=name[:80], on=on)

    def name_of(self, raw: Any) -> str:
        """How findings name a component: by id, else by key, else by its number."""
        if isinstance(raw, dict):
            for name in ("id", "key", "path"):
                if isinstance(raw.get(name), str) and raw[name]:
                    return str(raw[name])[:80]
        return f"#{self.count}"

    def unique(self, element: str) -> str:
        """An id that no other component of the form has."""
        name = element if element not in self.ids else f"{element}#{self.count}"
        self.ids.add(name)
        return name

    def fault(self, rule: str, element: str = "", **values: object) -> None:
        told = {key: str(value) for key, value in values.items()}
        self.findings.append(Finding(rule=rule, element=element, values=told))


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 40:
        raise ValueError(text)
    return number


