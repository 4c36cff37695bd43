"""Random ways through many diagrams: storing between commands changes nothing, and neither does the hash seed."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bpmn import test_events, test_flows, test_instances
from tests.bpmn.case import Case
from tests.bpmn.models import (
    call,
    each,
    gives,
    message,
    on_error,
    on_message,
    on_timer,
    receive,
    script,
    service,
    sub,
    user,
)  # fmt: skip

SAYS = "nrOfCompletedInstances >= 2"
MODELS = {
    "choice": test_flows.choice(),
    "both": test_flows.both(),
    "some": test_flows.some(),
    "uncaught": test_events.nested(),
    "caught": test_events.nested(on_error("any", "outer"), on_error("own", "outer", "E1")),
    "interrupting": test_events.with_timer(interrupting=True),
    "beside": test_events.with_timer(interrupting=False),
    "users": test_instances.after(user("w", each("=[1, 2, 3]", output="out", gathers="=again", until=SAYS))),
    "in turn": test_instances.after(user("w", each("=[1, 2, 3]", output="out", gathers="=k", in_turn=True))),
    "calls": test_instances.after(
        call("w", each("=[1, 2, 3]", output="out", gathers="=x"), extra=gives(x="=result.k"))
        + on_error("b", "w", "E1") + on_timer("t", "w", duration="PT1H", interrupting=False)
    ),
    "scripts": test_instances.after(script("w", "item + k", "n", each("=[1, 2, 3]", output="out", gathers="=n"))),
    "messages": test_instances.after(
        sub("w", each("=[1, 2]"), receive("r", extra=gives(x="=result.k")), message("m", by="=item"), user("a"),
            flows="r > m; m > a")
        + on_message("b", "w", "withdrawn", extra=gives(k="=result.k"), interrupting=False)
        + on_message("c", "w", by="=k")
    ),
    "deep": test_instances.after(
        sub("w", each("=[1, 2]"), user("a"), service("j"), on_error("b", "j"), user("c"), flows="a > c; b > c")
    ),
}  # fmt: skip


def walk(name: str, seed: int, *, stored: bool) -> Case:
    """A way of at most 30 commands; the same *seed* gives the same commands."""
    chance = random.Random(f"{name} {seed}")
    case = Case(MODELS[name], seed=seed if stored else None, k=chance.randrange(4), again=False)
    for _ in range(30):
        if case.ended or not (case.state.waits or case.incidents):
            break
        step(case, chance)
    return case


def step(case: Case, chance: random.Random) -> None:
    if case.incidents and (not case.state.waits or chance.random() < 0.3):
        case.give({"k": chance.randrange(4)}).retry(case.incidents.split()[0])
        return
    key = chance.choice(sorted(case.state.waits))
    wait = case.state.waits[key]
    answers = {"k": chance.randrange(4), "again": chance.random() < 0.3}
    if wait.kind == "timer":
        case._run("fire_timer", key)
    elif wait.kind == "message":
        case._run("deliver_message", key, answers)
    elif wait.kind == "user":
        case._run("complete", key, answers)
    elif chance.random() < 0.3:
        case._run("deliver_error", key, chance.choice(("E1", "E2")))
    else:
        case._run("deliver_result", key, answers)


@pytest.mark.parametrize("name", MODELS)
def test_a_case_that_is_stored_after_each_command_runs_as_one_that_is_not(name: str) -> None:
    for seed in range(40):
        straight, stored = walk(name, seed, stored=False), walk(name, seed, stored=True)
        assert straight.state.save() == stored.state.save(), seed
        assert straight.facts == stored.facts, seed


def digest() -> str:
    """One digest over many ways."""
    found = hashlib.sha256()
    for name in MODELS:
        for seed in range(5):
            case = walk(name, seed, stored=True)
            found.update(f"{case.state.save()} {case.flows} {case.facts}".encode())
    return found.hexdigest()


def test_the_hash_seed_of_python_changes_nothing() -> None:
    program = "from tests.bpmn.test_random_paths import digest; print(digest())"
    root = Path(__file__).parent.parent.parent
    said = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert said == {digest() + "\n"}
