"""The kernel alone: load, run and save for one completed user task, beside SpiffWorkflow in the same run."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from lxml import etree

from engine import bpmn
from tests.bpmn.case import Feel, Grades
from tests.bpmn.models import each, end, exclusive, process, start, sub, user

NOW = datetime(2026, 11, 4, 1, 0, tzinfo=UTC)
DOCUMENT = {"title": "月度提醒", "lines": [{"no": n, "text": "x" * 60, "state": "open"} for n in range(20)]}


def row(tasks: int, idle: int = 0) -> bytes:
    """User tasks in a row, behind a choice that leaves *idle* other nodes aside."""
    names = [f"u{n}" for n in range(tasks)]
    aside = [f"i{n}" for n in range(idle)]
    ways = [pair for way in (names, aside) if way for pair in zip(way, [*way[1:], "end"], strict=True)]
    flows = "; ".join(f"{one} > {two}" for one, two in ways)
    begin = "start > x; x > u0" + ("; x > i0 [k = 0]" if aside else "")
    gate = exclusive("x", default="x_u0") if aside else exclusive("x")
    return process(start(), gate, *map(user, names + aside), end(), flows=f"{begin}; {flows}")


def ten() -> bytes:
    inside = start("s"), user("a"), user("b"), end("e")
    inner = sub("w", each("=[1,2,3,4,5,6,7,8,9,10]"), *inside, flows="s > a; a > b; b > e")
    return process(start(), inner, end(), flows="start > w; w > end")


class Numbers:
    """The counter of a case."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> int:
        self.last += 1
        return self.last


def opened(graph: Any, state: Any, ids: Callable[[], int]) -> bpmn.Workflow:
    return bpmn.Workflow(graph, state, ids=ids, now=NOW, expressions=Feel(NOW), decisions=Grades())


def steps(source: bytes, rounds: int = 20) -> tuple[float, int]:
    """Median milliseconds of a step, and the largest snapshot."""
    graph, took, largest = bpmn.read(source), [], 0
    for _ in range(rounds):
        ids = Numbers()
        flow = opened(graph, bpmn.State(), ids)
        flow.start({"document": DOCUMENT, "k": 1})
        saved = flow.state.save()
        while True:
            begun = time.perf_counter()
            flow = opened(graph, bpmn.State.load(saved), ids)
            wait = min(flow.state.waits, default=None)
            if wait is None:
                break
            flow.complete(wait, {"outcome": "agree"})
            saved = flow.state.save()
            took.append(time.perf_counter() - begun)
            largest = max(largest, len(saved.encode()))
    return statistics.median(took) * 1e3, largest


def loop(rounds: int = 10_000, part: int = 1_000) -> tuple[float, int]:
    """Time of the last rounds against the first, and the snapshot after them."""
    source = process(
        start(), exclusive("m"), user("u"), exclusive("x", default="x_m"), end(),
        flows="start > m; m > u; u > x; x > end [stop]; x > m",
    )  # fmt: skip
    graph, ids, took = bpmn.read(source), Numbers(), []
    flow = opened(graph, bpmn.State(), ids)
    flow.start({"document": DOCUMENT, "stop": False})
    saved = flow.state.save()
    for _ in range(rounds):
        begun = time.perf_counter()
        flow = opened(graph, bpmn.State.load(saved), ids)
        flow.complete(min(flow.state.waits), {"outcome": "again"})
        saved = flow.state.save()
        took.append(time.perf_counter() - begun)
    return statistics.median(took[-part:]) / statistics.median(took[:part]), len(saved.encode())


def spiff(source: bytes, rounds: int = 3) -> tuple[float, int]:
    """The same steps with SpiffWorkflow: deserialize, run, serialize."""
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(BytesIO(source.replace(b"k = 0", b"k == 0"))), filename="p.bpmn")
    spec, serializer = parser.get_spec("p"), BpmnWorkflowSerializer()
    took, largest = [], 0
    for _ in range(rounds):
        flow = BpmnWorkflow(spec)
        flow.task_tree.data.update({"document": DOCUMENT, "k": 1})
        flow.do_engine_steps()
        saved = serializer.serialize_json(flow)
        while True:
            begun = time.perf_counter()
            flow = serializer.deserialize_json(saved)
            ready = [task for task in flow.get_tasks(state=TaskState.READY) if task.task_spec.manual]
            if not ready:
                break
            ready[0].data["outcome"] = "agree"
            ready[0].run()
            flow.do_engine_steps()
            saved = serializer.serialize_json(flow)
            took.append(time.perf_counter() - begun)
            largest = max(largest, len(saved.encode()))
    return statistics.median(took) * 1e3, largest


def tell(name: str, value: float, unit: str, goal: float | None = None) -> bool:
    fine = goal is None or value <= goal
    wanted = f"goal {goal:g}  {'ok' if fine else 'NOT MET'}" if goal is not None else ""
    print(f"{name:<64}{value:>12.2f} {unit:<6}{wanted}")
    return fine


def main() -> None:
    tell("size of the document in scope", len(json.dumps(DOCUMENT, ensure_ascii=False).encode()), "B")
    models = {"20 user tasks": row(20), "20 user tasks, 200 nodes": row(20, 180), "10 instances": ten()}
    for name, source in models.items():
        mine, size = steps(source)
        tell(f"{name}: step", mine, "ms", 0.3)
        tell(f"{name}: snapshot", size / 1000, "kB", 6)
        if name != "10 instances":
            theirs, their_size = spiff(source)
            tell(f"{name}: step of SpiffWorkflow", theirs, "ms")
            tell(f"{name}: SpiffWorkflow against this kernel, time", theirs / mine, "x")
            tell(f"{name}: SpiffWorkflow against this kernel, bytes", their_size / size, "x")
    ratio, size = loop()
    tell("10,000 rounds: last 1,000 against first 1,000", ratio, "x", 1.2)
    tell("10,000 rounds: snapshot", size / 1000, "kB", 6)


if __name__ == "__main__":
    main()
