"""Reading and checking: what is refused, and what a finding says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine import dmn, texts

from .models import decision, definitions, literal, table


def found(body: str) -> list[tuple[str, str]]:
    """Rule and element of each finding."""
    return [(finding.rule, finding.element) for finding in dmn.check(definitions(body))]


def checked(*rules: list[str], **options: Any) -> list[tuple[str, str]]:
    """The findings about a table of one input and one output."""
    return found(decision("d", table(["a"], ["b"], rules, **options)))


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"<a/>",
        b"not xml",
        b'<!DOCTYPE d [<!ENTITY e "x">]>' + definitions("<description>&e;</description>"),
        definitions("<list>" * 100 + "</list>" * 100),
        definitions(decision("d", '<decisionTable><input/><rule id="r"/></decisionTable>')),
    ],
)
def test_what_is_no_decision_model_is_refused(source: bytes) -> None:
    with pytest.raises(dmn.DmnUnreadable):
        dmn.read(source)
    assert [finding.rule for finding in dmn.check(source)] == ["dmn-unreadable"]


def test_a_sound_model_has_no_findings() -> None:
    assert checked(["> 10", "1"], ["<= 10", "2"]) == []
    assert checked(["> 10", "1"], ["-", "2"], policy="FIRST") == []


def test_a_cell_that_is_no_feel_is_named_with_its_place() -> None:
    (finding,) = dmn.check(definitions(decision("d", table(["a"], ["b"], [["-", "1"], ["> ", "2 +"]][1:]))))[:1]
    assert (finding.rule, finding.element, finding.line) == ("dmn-cell", "c1_0", 2)
    assert finding.values == {"text": ">", "position": "1", "found": "", "expected": "expression"}


def test_expressions_are_checked_wherever_they_stand() -> None:
    assert found(decision("d", literal("1 +"))) == [("dmn-cell", "")]
    assert found(decision("d", f"<list>{literal('(')}</list>")) == [("dmn-cell", "")]


def test_an_input_that_finds_no_rule_is_a_warning_with_an_example() -> None:
    (finding,) = dmn.check(definitions(decision("d", table(["a"], ["b"], [["> 10", "1"], ["< 10", "2"]]))))
    assert (finding.rule, finding.severity, finding.values) == ("dmn-no-catch-all", "warning", {"example": "10"})


def test_rules_that_match_at_once_are_an_error_under_unique() -> None:
    (finding,) = dmn.check(definitions(decision("d", table(["a"], ["b"], [[">= 10", "1"], ["<= 10", "2"]]))))
    assert (finding.rule, finding.severity) == ("dmn-overlap", "error")
    assert finding.values == {"example": "10", "rules": "1, 2"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([["true", "1"], ["false", "2"]], []),
        ([["true", "1"]], ["dmn-no-catch-all"]),
        ([['"x"', "1"], ['not("x")', "2"]], []),
        ([['"x", "y"', "1"], ['"y"', "2"], ["-", "3"]], ["dmn-overlap"]),
        ([['< date("2026-01-01")', "1"], ['>= date("2026-01-01")', "2"]], []),
        ([['<= date("2026-01-01")', "1"], ['>= date("2026-01-01")', "2"]], ["dmn-overlap"]),
        ([["> limit", "1"], ["<= limit", "2"]], ["dmn-catch-all-undecided"]),
        ([["for i in 1..1000000000 return i", "1"]], ["dmn-catch-all-undecided"]),
        ([['> @"2026-01-01T00:00:00Z"', "1"], ['<= @"2026-01-01T00:00:00"', "2"]], ["dmn-catch-all-undecided"]),
    ],
)
def test_gaps_and_overlaps_are_found_where_they_can_be_decided(rules: list[list[str]], expected: list[str]) -> None:
    assert [rule for rule, _ in checked(*rules)] == expected


def test_an_unknown_hit_policy_is_named() -> None:
    assert checked(["-", "1"], policy="BEST") == [("dmn-hit-policy", "t")]
    assert checked(["-", "1"], policy="COLLECT", aggregation="MEAN") == [("dmn-hit-policy", "t")]


def test_nothing_unknown_passes_silently() -> None:
    body = '<import name="x" namespace="urn:x" importType="dmn"/>' + decision("d", literal("1"))
    (finding,) = dmn.check(definitions(body))
    assert (finding.rule, finding.values) == ("dmn-unsupported", {"what": "import"})
    body = decision(
        "d", '<literalExpression expressionLanguage="groovy" volatile="yes"><text>1</text></literalExpression>'
    )
    assert [finding.values["what"] for finding in dmn.check(definitions(body))] == [
        "literalExpression volatile",
        "expressionLanguage groovy",
    ]


def test_types_that_refer_to_themselves_are_read_in_one_go() -> None:
    components = "".join(f'<itemComponent name="c{n}"><typeRef>t</typeRef></itemComponent>' for n in range(20))
    body = f'<itemDefinition name="t">{components}</itemDefinition>' + decision("d", literal("1"), type_="t")
    assert found(body) == []
    assert dmn.evaluate(dmn.read(definitions(body)), "d", {}).value is None


def test_a_cell_in_another_language_is_named() -> None:
    body = decision("d", table(["a"], ["b"], [["-", "1"]])).replace(
        "<inputEntry", '<inputEntry expressionLanguage="juel"'
    )
    assert [finding.values["what"] for finding in dmn.check(definitions(body))] == ["expressionLanguage juel"]


def test_requirements_must_lead_somewhere_and_not_in_a_circle() -> None:
    assert found(decision("d", literal("1"), requires=["missing"])) == [("dmn-requirement", "d")]
    assert found(decision("d", literal("1"), requires=["d"])) == [("dmn-circle", "d")]


@given(some.binary(max_size=60) | some.text(max_size=60).map(lambda text: definitions(text)))
@settings(max_examples=200, deadline=None)
def test_check_never_fails(source: bytes) -> None:
    assert isinstance(dmn.check(source), list)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_finding_and_reason_has_its_sentences(language: str) -> None:
    rules = (
        *("dmn-unreadable", "dmn-hit-policy", "dmn-cell", "dmn-cell-budget", "dmn-no-catch-all", "dmn-overlap"),
        "dmn-catch-all-undecided",
        *("dmn-unsupported", "dmn-requirement", "dmn-circle"),
    )
    codes = [f"check.{rule}" for rule in rules] + [f"check.{rule}.advice" for rule in rules]
    codes += [found.code for found in vars(dmn).values() if isinstance(found, type) and hasattr(found, "code")]
    assert [code for code in codes if texts.say(code, language) == code] == []
