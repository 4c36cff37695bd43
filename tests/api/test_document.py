"""The document tells the truth: schemathesis sends what it allows and what it forbids, and compares the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, Config, GenerationMode
from schemathesis.checks import CHECKS

from tests.api.program import Program, program
from tests.driver import City
from webui import create_app
from webui.api import limits
from webui.api.operations import OPERATIONS, Operation

#: What only the thing itself can judge, not the document: answers by their form, a package by the gate, free text.
JUDGED = {
    "start_instance", "complete_task", "bring_definition", "upload_file", "propose_version", "cancel_instance",
    "send_message",
}  # fmt: skip

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"

#: Examples of each operation, of what is allowed and of what is not.
EXAMPLES = 10

schemathesis.serializer.alias("application/zip", "application/octet-stream")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_every_answer_is_as_the_document_says(
    city: City, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("A_MINUTE", "COSTLY_A_MINUTE", "WITHOUT_A_MINUTE"):
        monkeypatch.setattr(limits, limit, 100_000)
    app = create_app(city.engine)
    # It would otherwise read all of our modules for the words that stand in them.
    config = Config.from_dict({"analysis": {"constants": {"enabled": False}}})
    told = schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)
    owner, clerk = program(city, "owner", app=app), program(city, "party-clerk", app=app)
    for one in OPERATIONS:
        operation = told.find_operation_by_id(one.name)
        compare(one, operation.as_strategy(generation_mode=mode), owner if one.scope == "define" else clerk, city)


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_stands_in_the_reference(one: Operation) -> None:
    path = one.path.replace("<", "{").replace(">", "}")
    line = f"| `{one.name}` | `{one.method} /api{path}` | `{one.scope}` | {one.summary} |"
    assert line in REFERENCE.read_text().splitlines()


def compare(one: Operation, cases: Any, asks: Program, city: City) -> None:
    """Sends some examples and compares the answers."""
    real = {**places(city), "definition": "tiny"}
    judged = one.name in JUDGED or "If-Match" in one.headers
    left_out = [check for check in CHECKS.get_all() if check.__name__ == "positive_data_acceptance" and judged]

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def answers(case: Case) -> None:
        if case.meta.generation.mode == GenerationMode.POSITIVE:
            case.path_parameters.update({name: real[name] for name in case.path_parameters if name in real})
            if "page" in case.query:
                case.query["page"] = ""  # It is the next of another answer, or nothing.
        case.call_and_validate(headers={"Authorization": f"Bearer {asks.token}"}, excluded_checks=left_out)

    answers()


def places(city: City) -> dict[str, Any]:
    """A case and its task, so that more than 404 is seen."""
    case = city.start("tiny", by="party-clerk", subject="试")
    return {"instance": case, "task": city.find("party-clerk", "note", case=case)}
