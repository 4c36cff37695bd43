"""Other people's models: faulty ones are refused with the element named, good ones not for a fault they lack."""

from __future__ import annotations

import json

import pytest

from engine.definitions import sandbox
from engine.errors import Finding
from tests.bpmn.check.conformance import suite

#: What a good model may be refused for: it is not ours to run.
NOT_OURS = {"bpmn-unsupported", "bpmn-one-process"}


def errors(body: bytes) -> list[Finding]:
    return [one for one in sandbox.run("file", "model.bpmn", body) if one.severity == "error"]


def test_faulty_models_are_refused_with_their_element_and_good_ones_are_not() -> None:
    folder = suite("bpmnspector")
    if folder is None:
        pytest.skip("CONFORMANCE names no folder of public suites.")
    named = refused = good = faulty = well = 0
    for case in json.loads((folder / "cases.json").read_text()):
        found = errors((folder / case["file"]).read_bytes())
        if case["valid"]:
            well += 1
            good += not {one.rule for one in found} - NOT_OURS
        else:
            faulty += 1
            refused += bool(found)
            named += any(one.element for one in found)
    print(f"bpmnspector: refused {refused}/{faulty}, named {named}/{faulty}, good {good}/{well}")
    assert refused == faulty
    assert named >= faulty * 0.95
    assert good >= well * 0.95


def test_reference_models_are_read_without_silence() -> None:
    folder = suite("miwg")
    if folder is None:
        pytest.skip("CONFORMANCE names no folder of public suites.")
    for path in sorted(folder.rglob("*.bpmn")):
        found = sandbox.run("file", path.name, path.read_bytes())
        assert found, path.name
        assert all(one.rule != "check-gave-up" for one in found), path.name
