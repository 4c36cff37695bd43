"""Why a form or its answers cannot be used."""

from __future__ import annotations

import msgspec

from engine.errors import Finding, Mistake


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong at one field: *path* is its HTML name (``items-0-price``), *code* that of the sentence."""

    path: str
    code: str
    #: ``label`` is always there, as the form says it.
    values: dict[str, str] = {}


class AnswersInvalid(Mistake):
    """Expected answers that fit the form, found {count} that do not; the errors name each field and what it expects."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(count=len(errors))
        self.errors = errors


class FormInvalid(Mistake):
    """Expected a form without faults, found {rule} at {element}; publication checks forms, so correct the file."""

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0]
        super().__init__(rule=first.rule, element=first.element)
        self.findings = findings
