"""Names that the library keeps for itself, and joins: defects of the library, and cases of ours that they touch."""

from __future__ import annotations

import pytest

from tests.bpmn.case import Case
from tests.bpmn.models import (
    end,
    exclusive,
    inclusive,
    parallel,
    process,
    start,
    user,
)  # fmt: skip
from tests.second.shown.rows import ours, stock
from tests.second.stock import Stock

RESERVED = process(start(), user("End"), user("z"), end("e"), flows="start > End; End > z; z > e")


@stock("reserved-ids")
def _() -> None:
    with pytest.raises(IndexError):
        Stock(RESERVED).complete("End")


@ours("reserved-ids")
def _() -> Case:
    return Case(RESERVED).complete("End").complete("z")


def rounds_of_three() -> bytes:
    """Three branches together, then again."""
    return process(
        start(), exclusive("m"), parallel("f"), user("a"), user("b"), user("c"), parallel("j"), user("r"),
        exclusive("x", default="x_e"), end("e"),
        flows="start > m; m > f; f > a; f > b; f > c; a > j; b > j; c > j; j > r; r > x; x > m [again]; x > e",
    )  # fmt: skip


@stock("parallel-in-loop")
def _() -> None:
    case = Stock(rounds_of_three(), again=True)
    case.complete("a").complete("b").complete("c").complete("r").complete("c")
    assert case.waits == "a b r"


@ours("parallel-in-loop")
def _() -> Case:
    case = Case(rounds_of_three())
    case.complete("a").complete("b").complete("c").complete("r", again=True).complete("c")
    assert case.waits == "a b"
    return case.complete("b").complete("a").complete("r", again=False)


def some_rounds(true: str) -> bytes:
    return process(
        start(), exclusive("m"), inclusive("f"), user("a"), user("b"), inclusive("j", default="j_r"), user("r"),
        exclusive("x", default="x_e"), end("e"),
        flows=f"start > m; m > f; f > a [{true}]; f > b [{true}]; a > j; b > j; j > r; r > x; x > m [again]; x > e",
    )  # fmt: skip


@stock("inclusive-in-loop")
def _() -> None:
    case = Stock(some_rounds("True"), again=True).complete("a").complete("b").complete("r").complete("b")
    assert case.waits == "a r"


@ours("inclusive-in-loop")
def _() -> Case:
    case = Case(some_rounds("true")).complete("a").complete("b").complete("r", again=True).complete("b")
    assert case.waits == "a"
    return case.complete("a").complete("r", again=False)


def before_a_choice(true: str, false: str, *loop: str) -> bytes:
    return process(
        start(), inclusive("i"), user("w", *loop), exclusive("x", default="x_t"), user("t"), user("y"), user("a"),
        inclusive("o", default="o_z"), user("z"), end("e"),
        flows=f"start > i; i > w [{true}]; i > a [{true}]; w > x; x > t; x > y [{false}];"
        "t > o; y > o; a > o; o > z; z > e",
    )  # fmt: skip


TWICE = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"


@stock("inclusive-started")
def _() -> None:
    assert Stock(before_a_choice("True", "False", TWICE)).complete("a").waits == "w w z"


@ours("inclusive-started")
def _() -> Case:
    case = Case(before_a_choice("true", "false", TWICE)).complete("a")
    assert case.waits == "w w"
    return case.complete("w").complete("w").complete("t").complete("z")


EXCESS = process(
    start(), parallel("f"), user("a"), user("b"), exclusive("m"), parallel("j"), user("z"), user("c"), end("e"),
    flows="start > f; f > a; f > b; f > c; a > m; b > m; m > j; c > j; j > z; z > e",
)  # fmt: skip


@stock("excess-tokens")
def _() -> None:
    assert Stock(EXCESS).complete("a").complete("b").complete("c").complete("z").ended


@ours("excess-tokens")
def _() -> Case:
    case = Case(EXCESS).complete("a").complete("b").complete("c").complete("z")
    assert not case.ended
    return case


MERGED = process(
    start(), parallel("f"), user("a"), user("b"), parallel("j"), user("z"), end("e"),
    flows="start > f; f > a; f > b; a > j; b > j; j > z; z > e",
)  # fmt: skip


@stock("join-merge")
def _() -> None:
    assert Stock(MERGED, v=0).complete("b").complete("a", v=1).data("z")["v"] == 1
    assert Stock(MERGED, v=0).complete("a", v=1).complete("b").data("z")["v"] == 0


@ours("join-merge")
def _() -> Case:
    case = Case(MERGED, v=0).complete("a", v=1).complete("b")
    assert case.variables["v"] == 1
    return case.complete("z")
