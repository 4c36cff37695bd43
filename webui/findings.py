"""A finding of the gate in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions.sight import expression_error
from engine.errors import BihuanError, Finding
from webui.texts import t

#: Values of a finding that are codes themselves, and where their words stand.
_WORDS = {"expected": "feel-expected", "what": "feel-budget"}

#: Values that name files, which are called after the ids of steps and must be told by them.
_FILES = {"file", "form", "template", "ref", "key"}

#: The gate cuts expressions here; one that is shorter is whole.
LONGEST = 80


def told(found: Finding, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a page shows of a finding: where it is, what is wrong, how to mend it.

    *names* are those of the elements: a person knows 起草, not ``Activity_1362w6x``.
    """
    values = _worded({"element": found.element, "line": str(found.line), "file": found.file, **found.values})
    if found.rule == "bpmn-expression" and len(values.get("expression", "")) < LONGEST:
        wrong = expression_error(values["expression"])
        values["error"] = expression(wrong) if wrong is not None else values["error"]
    values = {name: value if name in _FILES else (names or {}).get(value, value) for name, value in values.items()}
    code = f"check.{found.rule}"
    return {
        "rule": found.rule, "severity": found.severity, "file": found.file, "element": found.element,
        "place": (names or {}).get(found.element, found.element), "line": found.line,
        "text": t(code, **values), "advice": t(f"{code}.advice", **values),
    }  # fmt: skip


def expression(wrong: BihuanError) -> str:
    """What is wrong with an expression."""
    return t(wrong.code, **_worded({name: str(value) for name, value in wrong.values.items()}))


def _worded(values: dict[str, str]) -> dict[str, str]:
    found = dict(values)
    for name, words in _WORDS.items():
        code = f"{words}.{values.get(name)}"
        if t(code) != code:
            found[name] = t(code)
    return found
