"""Several threads verify at once: the night, an auditor, the API; they share what was read of a diagram."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.second import parser
from tests.bpmn.case import Case
from tests.bpmn.random_processes import process


def test_cases_of_one_diagram_go_the_same_path_in_several_threads() -> None:
    source = process(9)
    assert any(node.loop for node in parser.attributes(source).nodes.values())

    def walked(number: int) -> str:
        case = Case(source, seed=None, k=number % 4, again=False)
        for _ in range(15):
            if not case.state.waits:
                break
            key = min(case.state.waits)
            kind = case.state.waits[key].kind
            call = {"user": "complete", "timer": "fire_timer"}.get(kind, "deliver_result")
            case._run(call, key, *([] if kind == "timer" else [{"k": number % 4, "again": False}]))
        return case.verdict.word

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(walked, range(24))) == {"same"}
