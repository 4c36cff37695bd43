"""Editor and engine share one description of our extensions: what one offers, the other takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from engine import bpmn
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.names import BIHUAN, EXTENSIONS, MANY

DESCRIBED = json.loads((Path(bpmn.__file__).parent / "bihuan.moddle.json").read_text())
REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "extensions.md").read_text()


def lower(name: str) -> str:
    return name[0].lower() + name[1:]


def places(kind: dict[str, object]) -> set[str]:
    allowed = kind["meta"]["allowedIn"]  # type: ignore[index]
    return {lower(name.removeprefix("bpmn:")) for name in allowed}


def test_the_description_is_of_our_namespace() -> None:
    assert (DESCRIBED["uri"], DESCRIBED["prefix"]) == (BIHUAN, "bihuan")


def test_each_extension_has_the_places_and_attributes_that_the_gate_lets_through() -> None:
    described = {
        lower(kind["name"]): (places(kind), {part["name"] for part in kind["properties"]})
        for kind in DESCRIBED["types"]
    }
    known = {name: (set(allowed), set(attributes)) for name, (allowed, attributes) in EXTENSIONS.items()}
    assert described == known
    assert "userTask" in ACTIVITIES


def test_those_that_may_stand_many_times_are_the_same() -> None:
    assert {lower(kind["name"]) for kind in DESCRIBED["types"] if kind["meta"]["many"]} == MANY


def test_every_attribute_is_one_of_xml_and_stands_in_the_reference() -> None:
    for kind in DESCRIBED["types"]:
        assert all(part["isAttr"] for part in kind["properties"])
        rows = re.findall(rf"^.*`bihuan:{lower(kind['name'])}`.*$", REFERENCE, re.MULTILINE)
        missing = [part["name"] for part in kind["properties"] if not any(f"`{part['name']}`" in row for row in rows)]
        assert missing == [], kind["name"]
