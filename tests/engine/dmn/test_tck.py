"""The cases of the DMN community's kit, where a copy of it is at hand."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from engine import dmn, errors

from . import tck

_NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
#: The share of the cases that must pass; raise it when the engine gets better.
_SHARE = 0.9


@lru_cache(maxsize=256)
def _model(path: Path) -> dmn.Model:
    return dmn.read(path.read_bytes())


def _node(case: tck.Case, name: str) -> Any:
    """The value of a node of the case."""
    model = _model(case.folder / case.model)
    if case.service:
        service = next(id for id, found in model.services.items() if found.name == case.service)
        value = dmn.evaluate_service(model, service, case.inputs, now=_NOW).value
        return value[name] if len(model.services[service].outputs) > 1 else value
    decision = next(id for id, found in model.decisions.items() if name in (found.name, found.variable))
    return dmn.evaluate(model, decision, case.inputs, now=_NOW).value


def _failure(case: tck.Case) -> str:
    """Empty if the case is passed, else what went wrong."""
    for name, error_expected, expected in case.results:
        try:
            found = _node(case, name)
        except (errors.Mistake, StopIteration) as wrong:
            if not error_expected:
                return f"{name}: {wrong!r}"
            continue
        if not tck.same(None if error_expected else expected, found):
            return f"{name}: expected {expected!r}, found {found!r}"
    return ""


def test_most_cases_of_the_kit_are_passed() -> None:
    folder = os.environ.get("CONFORMANCE")
    if not folder:
        pytest.skip("There are no conformance cases: the variable CONFORMANCE names no folder")
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    failures = []
    for case in tck.cases(Path(folder) / "dmn-tck"):
        failure = _failure(case)
        total[case.folder.name] += 1
        passed[case.folder.name] += not failure
        if failure:
            failures.append(f"{case.name} {failure}")
    report = "\n".join(failures)
    print(f"DMN TCK: {passed.total()} of {total.total()} cases passed")
    assert passed.total() >= _SHARE * total.total(), report
