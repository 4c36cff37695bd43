"""Requirements, boxed expressions, business knowledge and services."""

from __future__ import annotations

from typing import Any

import pytest

from engine import dmn, feel

from .models import decision, definitions, literal, table

_KNOWLEDGE = """
<businessKnowledgeModel id="k" name="twice as much"><encapsulatedLogic>
  <formalParameter name="some amount" typeRef="number"/>
  <literalExpression><text>some amount * 2</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>
<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>{logic}</decision>
"""


def value(body: str, /, **scope: Any) -> Any:
    return dmn.evaluate(dmn.read(definitions(body)), "d", scope).value


def test_a_decision_sees_what_it_requires() -> None:
    body = decision("base fee", literal("amount * 2")) + decision("d", literal("base fee + 1"), requires=["base fee"])
    assert value(body, amount=5) == 11


def test_the_rows_of_all_tables_on_the_way_are_told() -> None:
    body = decision("level", table(["amount"], ["level"], [["> 10", "1"]]))
    body += decision("d", literal("level + 1"), requires=["level"])
    found = dmn.evaluate(dmn.read(definitions(body)), "d", {"amount": 11})
    assert found == dmn.Decided(2, (dmn.MatchedRow("t", 0, "r1"),))


def test_decisions_that_require_each_other_are_refused() -> None:
    body = decision("a", literal("d"), requires=["d"]) + decision("d", literal("a"), requires=["a"])
    with pytest.raises(dmn.DmnCircle):
        value(body)


def test_a_chain_that_is_too_long_is_refused() -> None:
    body = "".join(decision(f"d{n}", literal("1"), requires=[f"d{n + 1}"]) for n in range(300))
    body += decision("d300", literal("1")) + decision("d", literal("1"), requires=["d0"])
    with pytest.raises(feel.FeelBudgetExceeded):
        value(body)


def test_a_value_that_has_not_the_type_of_the_variable_is_null() -> None:
    assert value(decision("d", literal('"a"'), type_="number")) is None
    assert value(decision("d", literal("[1]"), type_="number")) == 1


def test_business_knowledge_is_a_function() -> None:
    assert value(_KNOWLEDGE.format(logic=literal("twice as much(4)"))) == 8
    invocation = (
        f'<invocation>{literal("twice as much")}<binding><parameter name="some amount"/>{literal("5")}</binding>'
        "</invocation>"
    )
    assert value(_KNOWLEDGE.format(logic=invocation)) == 10


def test_business_knowledge_that_is_handed_to_itself_for_ever_is_stopped() -> None:
    body = _KNOWLEDGE.replace("some amount * 2", "[" * 50 + "some amount(some amount)" + "]" * 50)
    with pytest.raises(feel.FeelBudgetExceeded) as wrong:
        value(body.replace(' typeRef="number"', "").format(logic=literal("twice as much(twice as much)")))
    assert wrong.value.values["what"] == "depth"


def test_a_boxed_context_gives_its_entries_or_its_result() -> None:
    entry = '<contextEntry><variable name="a"/>' + literal("1") + "</contextEntry>"
    other = '<contextEntry><variable name="b"/>' + literal("a + 1") + "</contextEntry>"
    result = "<contextEntry>" + literal("a + b") + "</contextEntry>"
    assert value(decision("d", f"<context>{entry}{other}</context>")) == {"a": 1, "b": 2}
    assert value(decision("d", f"<context>{entry}{other}{result}</context>")) == 3


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (f"<list>{literal('1')}{literal('2')}</list>", [1, 2]),
        (
            f'<relation><column name="x"/><column name="y"/><row>{literal("1")}{literal("2")}</row></relation>',
            [{"x": 1, "y": 2}],
        ),
        (
            f"<conditional><if>{literal('true')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
            1,
        ),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", [2, 3]),
        (
            f'<for iteratorVariable="n"><in>{literal("[1, 2]")}</in><return>{literal("n * 2")}</return></for>',
            [2, 4],
        ),
        (
            f'<some iteratorVariable="n"><in>{literal("[1, 2]")}</in><satisfies>{literal("n > 1")}</satisfies></some>',
            True,
        ),
        (
            f'<every iteratorVariable="n"><in>{literal("[1]")}</in><satisfies>{literal("n > 1")}</satisfies></every>',
            False,
        ),
    ],
)
def test_boxed_expressions(logic: str, expected: Any) -> None:
    assert value(decision("d", logic)) == expected


def test_a_service_is_a_function_of_its_inputs() -> None:
    body = (
        '<inputData id="i" name="n"><variable name="n"/></inputData>'
        '<decision id="s1" name="s1"><informationRequirement><requiredInput href="#i"/></informationRequirement>'
        f"{literal('n + 1')}</decision>"
        '<decisionService id="s" name="next"><outputDecision href="#s1"/><inputData href="#i"/></decisionService>'
        '<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
        f"{literal('next(4)')}</decision>"
    )
    assert value(body) == 5
    assert dmn.evaluate_service(dmn.read(definitions(body)), "s", {"n": 1}).value == 2


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(dmn.DmnUnknownDecision):
        dmn.evaluate(dmn.read(definitions("")), "d", {})


def test_a_decision_that_repeats_too_much_is_stopped() -> None:
    endless = "for a in 1..1000 return for b in 1..1000 return a"
    with pytest.raises(feel.FeelBudgetExceeded):
        value(decision("d", literal(endless)))
