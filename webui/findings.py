"""A finding of the gate in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions.sight import expression_error
from engine.errors import BihuanError, Finding
from engine.feel import FeelSyntaxError
from webui.texts import t

#: Values of a finding that are codes themselves, and where their words stand.
_WORDS = {"expected": "feel-expected", "what": "feel-budget"}

#: Values that name files, which are called after the ids of steps and must be told by them.
_FILES = {"file", "form", "template", "ref", "key"}

#: Rule about an expression → the value that says what is wrong with it.
_REASONS = {"bpmn-expression": "error", "form-expression": "reason"}

#: What people write from other languages and from Chinese keyboards, under the word for what to write instead.
_HABITS = {
    "quotes": "\u201c\u201d\u2018\u2019'",
    "equals": "=",
    "and": "&|并且或",
    "width": "\uff08\uff09\uff0c\uff1e\uff1c\uff1d\uff0b\uff0d",
}

#: The gate cuts expressions here; one that is shorter is whole.
LONGEST = 80


def told(found: Finding, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a page shows of a finding: where it is, what is wrong, how to mend it.

    *names* are those of the elements: a person knows 起草, not ``Activity_1362w6x``.
    """
    values = _worded({"element": found.element, "line": str(found.line), "file": found.file, **found.values})
    reason = _REASONS.get(found.rule, "")
    text = values.get("expression", "")
    wrong = expression_error(text) if reason and len(text) < LONGEST else None
    if wrong is not None:
        values |= {reason: expression(text, wrong), "expression": _marked(text, wrong)}
    values = {name: value if name in _FILES else (names or {}).get(value, value) for name, value in values.items()}
    code = f"check.{found.rule}"
    return {
        "rule": found.rule, "severity": found.severity, "file": found.file, "element": found.element,
        "place": (names or {}).get(found.element, found.element), "line": found.line,
        "text": t(code, **values), "advice": t(f"{code}.advice", **values),
    }  # fmt: skip


def expression(text: str, wrong: BihuanError) -> str:
    """What is wrong with an expression, its place told by the word before it."""
    values = _worded({name: str(value) for name, value in wrong.values.items()})
    if not isinstance(wrong, FeelSyntaxError):
        return t(wrong.code, **values)
    place = int(wrong.values["position"])
    before, after = text[:place].split(), text[place:].strip()
    code = ("differs" if after else "ends") if before else ("begins" if after else "empty")
    hint = next((word for word, signs in _HABITS.items() if before and after and after[0] in signs), None)
    told = t(f"finding.expression.{code}", **{**values, "before": before[-1] if before else ""})
    return told + (t(f"finding.expression.hint.{hint}") if hint else "")


def _marked(text: str, wrong: BihuanError) -> str:
    """An expression with a sign where it is wrong."""
    if not isinstance(wrong, FeelSyntaxError):
        return text
    place = int(wrong.values["position"])
    return " ".join(filter(None, (text[:place].strip(), t("finding.expression.here"), text[place:].strip())))


def _worded(values: dict[str, str]) -> dict[str, str]:
    found = dict(values)
    for name, words in _WORDS.items():
        code = f"{words}.{values.get(name)}"
        if t(code) != code:
            found[name] = t(code)
    return found
