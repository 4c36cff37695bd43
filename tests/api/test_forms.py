"""A task tells a program enough to fill its form: a schema that holds, and values that can be sent back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from engine.definitions.compiled import compiled
from engine.definitions.package import pack, read_folder
from engine.forms.schema import schema
from tests.api.program import Program, program
from tests.driver import PROCESSES, City
from tests.processes import monthly as people
from webui import create_app

PACKAGES = sorted(path.parent for path in PROCESSES.glob("*/package.toml"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_form_of_our_packages_is_a_schema_that_any_validator_takes(city: City, package: Path) -> None:
    process = compiled(city.engine.store, city.engine.store.put(pack(read_folder(package))))
    keys = {name.removeprefix("forms/").removesuffix(".json") for name in process.package.files if "forms/" in name}
    for key in sorted(keys):
        told = schema(process.form(key))
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **told})
        assert told["properties"], key


def work(by: Program, case: str, element: str, outcome: str, **more: Any) -> dict[str, Any]:
    """Sends back what the form began with, with *more*, after a validator has found nothing; gives what was sent."""
    (task,) = [
        whole
        for one in by.get("/tasks", instance=case)["items"]
        if (whole := by.get(f"/tasks/{one['id']}"))["element"] == element
    ]
    assert outcome in [one["name"] for one in task["outcomes"]]
    answers = {**task["values"], **more}
    assert [str(wrong) for wrong in jsonschema_rs.validator_for(task["form"]).iter_errors(answers)] == []
    done = by.post(f"/tasks/{task['id']}/complete", {"values": answers, "outcome": outcome})
    assert done.status_code == 200, done.text
    return answers


def test_programs_carry_the_monthly_reminder_by_schema_and_values_alone(city: City) -> None:
    app = create_app(city.engine)
    clerk, head, secretary = (program(city, one, app=app) for one in ("party-clerk", "party-head", "city-secretary"))
    case = clerk.start("pb_monthly_reminder", month="2026-11")
    city.work()
    people.collect(city, {"huimin": 2})
    merged = work(clerk, case, "merge", "merged")
    assert [row["county_name"] for row in merged["findings"]] == ["惠民县", "惠民县"]
    city.work()
    work(clerk, case, "draft_letter", "drafted")
    work(head, case, "office_review", "decided")
    work(secretary, case, "secretary_sign", "decided")
    city.work()
    assert clerk.get(f"/instances/{case}/verification")["sound"]
    documents = clerk.get(f"/instances/{case}/documents")["items"]
    assert documents
    letter = clerk.client.get(
        f"/api/instances/{case}/documents/{documents[0]['id']}", headers={"Authorization": f"Bearer {clerk.token}"}
    )
    assert letter.status_code == 200
    assert letter.headers["Content-Disposition"].startswith("attachment")
