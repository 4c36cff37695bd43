"""Random processes inside the range of the second engine go the same path on both engines, whatever is answered."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine import bpmn
from tests.bpmn.case import Case
from tests.bpmn.random_processes import process
from tests.bpmn.test_random_paths import step

#: What the parts of a suite compare: so many processes each, in so many parts for the processors.
PARTS, EACH = 7, 30


def walk(seed: int, most: int = 25) -> Case:
    """Some commands to a random process; every command is compared (``Case``)."""
    source, chance = process(seed), random.Random(seed)
    assert [one.rule for one in bpmn.check(source) if one.severity == "error"] == []
    case = Case(source, seed=None, k=chance.randrange(4), again=False)
    for _ in range(most):
        if case.ended or not (case.state.waits or case.incidents):
            break
        step(case, chance)
    return case


def compared(seeds: range) -> Counter[str]:
    """How many of these were the same, and by what the others could not be compared."""
    return Counter(case.verdict.defect or case.verdict.word for case in map(walk, seeds))


@pytest.mark.parametrize("part", range(PARTS))
def test_random_processes_go_the_same_path_on_both_engines(part: int) -> None:
    assert compared(range(part * EACH, (part + 1) * EACH)) == {"same": EACH}


def test_the_processes_have_every_element_of_the_second_engines_range() -> None:
    found: Counter[str] = Counter()
    for seed in range(PARTS * EACH):
        for node in bpmn.read(process(seed)).nodes.values():
            kind = "several instances" if node.loop else node.trigger.kind if node.trigger else ""
            found[f"{node.type} {kind}".strip()] += 1
    wanted = {
        "task", "userTask", "scriptTask", "serviceTask", "callActivity", "subProcess", "exclusiveGateway",
        "parallelGateway", "inclusiveGateway", "startEvent", "endEvent", "endEvent error", "endEvent terminate",
        "intermediateCatchEvent timer", "boundaryEvent timer", "boundaryEvent error", "userTask several instances",
        "subProcess several instances", "callActivity several instances", "serviceTask several instances",
    }  # fmt: skip
    assert {name for name in wanted if found[name] < 5} == set()


@pytest.mark.soak
@pytest.mark.parametrize("part", range(1, 11))
def test_many_random_processes_go_the_same_path_on_both_engines(part: int) -> None:
    assert compared(range(part * 600, (part + 1) * 600)) == {"same": 600}
