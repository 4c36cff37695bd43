"""Decision tables: every hit policy, what matched, defaults and several outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine import dmn

from .models import decision, definitions, table

_RISK: Sequence[Sequence[str]] = [["> 100", '"high"'], ["> 10", '"middle"'], ["-", '"low"']]


def decided(amount: Any, rules: Sequence[Sequence[str]] = _RISK, **options: Any) -> dmn.Decided:
    model = dmn.read(definitions(decision("d", table(["amount"], ["risk"], rules, **options))))
    return dmn.evaluate(model, "d", {"amount": amount})


def test_first_takes_the_first_rule_that_matches_and_tells_which() -> None:
    found = decided(50, policy="FIRST")
    assert found.value == "middle"
    assert found.rows == (dmn.MatchedRow(table="t", index=1, rule="r2"),)


def test_unique_refuses_two_matching_rules_and_names_them() -> None:
    with pytest.raises(dmn.DmnSeveralRules) as wrong:
        decided(200)
    assert wrong.value.values == {"table": "t", "rules": "1, 2, 3"}


def test_without_a_match_the_value_is_null_and_no_row_is_told() -> None:
    assert decided(5, [["> 10", '"high"']]) == dmn.Decided(None, ())


def test_without_a_match_the_default_output_holds() -> None:
    assert decided(5, [["> 10", '"high"']], default='"low"').value == "low"


def test_an_input_that_is_null_matches_only_what_accepts_null() -> None:
    assert decided(None, policy="FIRST").value == "low"


def test_any_takes_what_all_matching_rules_say() -> None:
    assert decided(200, [["> 100", '"x"'], ["> 10", '"x"']], policy="ANY").value == "x"
    with pytest.raises(dmn.DmnRulesDisagree):
        decided(200, policy="ANY")


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("RULE ORDER", "", [1, 3, 2]),
        ("OUTPUT ORDER", "", [3, 2, 1]),
        ("PRIORITY", "", 3),
        ("COLLECT", "", [1, 3, 2]),
        ("COLLECT", "SUM", 6),
        ("COLLECT", "MIN", 1),
        ("COLLECT", "MAX", 3),
        ("COLLECT", "COUNT", 3),
    ],
)
def test_hit_policies_over_several_matches(policy: str, aggregation: str, expected: Any) -> None:
    rules = [["> 1", "1"], ["> 2", "3"], ["> 3", "2"]]
    found = decided(5, rules, policy=policy, aggregation=aggregation, values="3, 2, 1")
    assert found.value == expected
    assert [row.index for row in found.rows] == [0, 1, 2]


def test_several_outputs_make_a_context() -> None:
    logic = table(["a", "b"], ["x", "y"], [["1", "-", "a + b", '"one"'], ["-", "2", "0", '"other"']], policy="FIRST")
    model = dmn.read(definitions(decision("d", logic)))
    assert dmn.evaluate(model, "d", {"a": 1, "b": 5}).value == {"x": 6, "y": "one"}


def test_a_hit_policy_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(dmn.DmnUnsupported) as wrong:
        decided(5, policy="BEST")
    assert wrong.value.values == {"what": "hitPolicy BEST", "element": "t"}
