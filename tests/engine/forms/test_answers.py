"""The corpus: what is posted into a form, and the typed answers or errors that come of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine import forms
from engine.values import File
from tests.engine.forms.schemas import FIXED, MUST, NOW, field, form, group, rows

PDF = File(digest="d1", name="纪要.pdf", type="application/pdf", size=1_000)
BIG = File(digest="d2", name="录像.mp4", type="video/mp4", size=30 * 1024 * 1024)
FILES = {file.digest: file for file in (PDF, BIG)}
HIDE_X = {"hide": '=kind != "other"'}
SOURCE = [field("radio", "kind", values=[{"value": "self", "label": "自查"}, {"value": "other", "label": "其他"}])]

#: name: (components, posted, scope, answers)
ACCEPTED: dict[str, tuple[list[Any], dict[str, list[str]], dict[str, Any], dict[str, Any]]] = {
    "text is trimmed": ([field("textfield")], {"x": ["  惠民县 "]}, {}, {"x": "惠民县"}),
    "text without content is null": ([field("textfield")], {"x": ["   "]}, {}, {"x": None}),
    "a line break of a browser is one character": ([field("textarea")], {"x": ["一\r\n二"]}, {}, {"x": "一\n二"}),
    "control characters are dropped": ([field("textfield")], {"x": ["a\x00b\x1bc"]}, {}, {"x": "abc"}),
    "a whole number is an int": ([field("number")], {"x": ["12.00"]}, {}, {"x": 12}),
    "money is exact": ([field("number", decimalDigits=2)], {"x": ["0.10"]}, {}, {"x": Decimal("0.10")}),
    "full-width digits count": ([field("number")], {"x": ["１２．５"]}, {}, {"x": Decimal("12.5")}),
    "thousands may be marked": ([field("number")], {"x": ["1,234,567.5"]}, {}, {"x": Decimal("1234567.5")}),
    "a limit is included": ([field("number", validate={"min": 0, "max": 100})], {"x": ["100"]}, {}, {"x": 100}),
    "a limit may be FEEL": ([field("number", validate={"max": "=most"})], {"x": ["7"]}, {"most": 7}, {"x": 7}),
    "a date": ([field("datetime")], {"x": ["2026-11-05"]}, {}, {"x": date(2026, 11, 5)}),
    "a date as it is written": ([field("datetime")], {"x": ["2026年11月5日"]}, {}, {"x": date(2026, 11, 5)}),
    "a ticked box": ([field("checkbox")], {"x": ["on"]}, {}, {"x": True}),
    "a box that is not ticked is not posted": ([field("checkbox")], {}, {}, {"x": False}),
    "one choice": ([field("select")], {"x": ["b"]}, {}, {"x": "b"}),
    "no choice": ([field("select")], {"x": [""]}, {}, {"x": None}),
    "several choices": ([field("checklist")], {"x": ["b", "a", "b"]}, {}, {"x": ["b", "a"]}),
    "choices from a variable": (
        [field("select", valuesKey="offices")],
        {"x": ["zh"]},
        {"offices": [{"id": "bc", "name": "滨城区"}, {"id": "zh", "name": "沾化区"}]},
        {"x": "zh"},
    ),
    "choices from FEEL keep their type": (
        [field("radio", valuesExpression="=for n in 1..3 return {value: n, label: string(n)}")], {"x": ["2"]}, {},
        {"x": 2},
    ),
    "a file that was uploaded": ([field("filepicker")], {"x": ['{"digest": "d1"}']}, {}, {"x": [PDF]}),
    "what is hidden is dropped": (
        [*SOURCE, field("textfield", conditional=HIDE_X, validate=MUST)],
        {"kind": ["self"], "x": ["typed before"]}, {}, {"kind": "self"},
    ),
    "what is required and shown only for an answer is not asked for before that answer": (
        [*SOURCE, field("textfield", conditional=HIDE_X, validate=MUST)], {}, {}, {"kind": None},
    ),
    "what is required for an answer alone may be left empty for another": (
        [*SOURCE, field("textfield", properties={"requiredWhen": '=kind = "other"'})], {"kind": ["self"]}, {},
        {"kind": "self", "x": None},
    ),
    "a hidden group hides its parts": (
        [*SOURCE, group(field("textfield", validate=MUST), conditional=HIDE_X)], {"kind": ["self"]}, {},
        {"kind": "self"},
    ),
    "what is hidden counts for nothing in other conditions": (
        [
            *SOURCE,
            field("textfield", "y", conditional=HIDE_X),
            field("textfield", "z", conditional={"hide": "=y = null"}, validate=MUST),
        ],
        {"kind": ["self"], "y": ["smuggled"]}, {}, {"kind": "self"},
    ),
    "read-only comes from the data": (
        [field("textfield", readonly=True)], {"x": ["forged"]}, {"x": "given"}, {"x": "given"},
    ),
    "a group with a path nests": (
        [group(field("textfield", "name"), path="contact")], {"contact-name": ["刘敏"]}, {},
        {"contact": {"name": "刘敏"}},
    ),
    "a group without one does not": ([group(field("textfield"))], {"x": ["a"]}, {}, {"x": "a"}),
    "rows close up": (
        [rows("items", field("textfield"))], {"items-3-x": ["b"], "items-1-x": ["a"]}, {}, {"items": [{"x": "a"},
        {"x": "b"}]},
    ),
    "a row in which nothing is ticked is a row": (
        [rows("items", field("checkbox"))], {"items-0-_row": [""]}, {}, {"items": [{"x": False}]},
    ),
    "lists nest": (
        [rows("items", rows("parts", field("number")))],
        {"items-0-parts-0-x": ["1"], "items-0-parts-1-x": ["2"]}, {}, {"items": [{"parts": [{"x": 1}, {"x": 2}]}]},
    ),
    "a condition sees its row": (
        [rows("items", field("select", "y"), field("textfield", conditional={"hide": '=y != "b"'}))],
        {"items-0-y": ["a"], "items-0-x": ["no"], "items-1-y": ["b"], "items-1-x": ["yes"]},
        {}, {"items": [{"y": "a"}, {"y": "b", "x": "yes"}]},
    ),
    "a condition sees all rows": (
        [rows("items", field("number")), field("textfield", "note", conditional={"hide": "=sum(items.x) < 10"})],
        {"items-0-x": ["4"], "items-1-x": ["7"], "note": ["large"]}, {}, {"items": [{"x": 4}, {"x": 7}],
        "note": "large"},
    ),
    "fixed rows come from the data and keep what is not shown": (
        [rows("items", field("textfield", "title", readonly=True), field("select"), properties=FIXED)],
        {"items-0-title": ["forged"], "items-0-x": ["a"], "items-1-x": ["b"]},
        {"items": [{"no": "WT-1", "title": "一", "x": "b"}, {"no": "WT-2", "title": "二"}]},
        {"items": [{"no": "WT-1", "title": "一", "x": "a"}, {"no": "WT-2", "title": "二", "x": "b"}]},
    ),
    "a fixed row of which nothing is posted keeps its place": (
        [rows("items", field("checkbox"), properties=FIXED)],
        {"items-1-x": ["on"]}, {"items": [{"no": 1}, {"no": 2}]},
        {"items": [{"no": 1, "x": False}, {"no": 2, "x": True}]},
    ),
    "fixed rows with hidden columns forget what stood there": (
        [rows("items", field("select"), field("textfield", "note", conditional={"hide": '=x = "a"'}),
        properties=FIXED)],
        {"items-0-x": ["a"]}, {"items": [{"note": "of the round before"}]}, {"items": [{"x": "a"}]},
    ),
    "names of the page are no fields": (
        [field("textfield")], {"x": ["a"], "_csrf": ["t"], "_outcome": ["o"]}, {}, {"x": "a"},
    ),
}  # fmt: skip

#: name: (components, posted, scope, errors as (path, code))
REFUSED: dict[str, tuple[list[Any], dict[str, list[str]], dict[str, Any], list[tuple[str, str]]]] = {
    "required text": ([field("textfield", validate=MUST)], {"x": [" "]}, {}, [("x", "form-required")]),
    "a box that must be ticked": ([field("checkbox", validate=MUST)], {}, {}, [("x", "form-required")]),
    "required choices": ([field("checklist", validate=MUST)], {}, {}, [("x", "form-required")]),
    "required for another answer": (
        [*SOURCE, field("textfield", properties={"requiredWhen": '=kind = "other"'})], {"kind": ["other"]}, {},
        [("x", "form-required")],
    ),
    "required for an answer in its own row": (
        [rows("items", field("textfield", "n"), field("textfield", properties={"requiredWhen": "=n != null"}))],
        {"items-0-n": ["1"], "items-1-n": [""]}, {},
        [("items-0-x", "form-required")],
    ),
    "a required list": ([rows("items", field("textfield"), validate=MUST)], {}, {}, [("items", "form-required")]),
    "no number": ([field("number")], {"x": ["十二"]}, {}, [("x", "form-number")]),
    "infinity": ([field("number")], {"x": ["Infinity"]}, {}, [("x", "form-number")]),
    "a number without end": ([field("number")], {"x": ["9" * 50]}, {}, [("x", "form-number")]),
    "too many digits": ([field("number", decimalDigits=2)], {"x": ["0.125"]}, {}, [("x", "form-decimals")]),
    "not whole": ([field("number", decimalDigits=0)], {"x": ["1.5"]}, {}, [("x", "form-whole")]),
    "too small": ([field("number", validate={"min": 1})], {"x": ["0"]}, {}, [("x", "form-least")]),
    "too large": ([field("number", validate={"max": "=m"})], {"x": ["8"]}, {"m": 7}, [("x", "form-most")]),
    "no date": ([field("datetime")], {"x": ["2026-02-30"]}, {}, [("x", "form-date")]),
    "an option that is not offered": ([field("radio")], {"x": ["c"]}, {}, [("x", "form-option")]),
    "one option of several that is not offered": ([field("checklist")], {"x": ["a", "c"]}, {}, [("x", "form-option")]),
    "too short": ([field("textarea", validate={"minLength": 20})], {"x": ["短"]}, {}, [("x", "form-short")]),
    "too long": ([field("textarea")], {"x": ["长" * 10_001]}, {}, [("x", "form-long")]),
    "a pattern": ([field("textfield", validate={"pattern": "^[0-9]+$"})], {"x": ["a"]}, {}, [("x", "form-pattern")]),
    "a pattern with its own sentence": (
        [field("textfield", validate={"pattern": "^WT-"}, properties={"patternMessage": "编号以 WT- 开头"})],
        {"x": ["a"]}, {}, [("x", "form-pattern-message")],
    ),
    "a file that the server does not know": (
        [field("filepicker")], {"x": ['{"digest": "zz"}']}, {}, [("x", "form-file-unknown")],
    ),
    "a reference that is none": ([field("filepicker")], {"x": ["{{{"]}, {}, [("x", "form-file-unknown")]),
    "a second file": ([field("filepicker")], {"x": ["d1", "d2"]}, {}, [("x", "form-files"), ("x", "form-file-size")]),
    "a file of another type": (
        [field("filepicker", accept=".docx, image/*")], {"x": ["d1"]}, {}, [("x", "form-file-type")],
    ),
    "an unknown field": ([field("textfield")], {"x": ["a"], "y": ["b"]}, {}, [("y", "form-unknown-field")]),
    "an unknown column": (
        [rows("items", field("textfield"))], {"items-0-y": ["b"]}, {}, [("items-0-y", "form-unknown-field")],
    ),
    "a field inside a field": ([field("textfield")], {"x-0-y": ["b"]}, {}, [("x", "form-unknown-field")]),
    "a row without number": (
        [rows("items", field("textfield"))], {"items-a-x": ["b"]}, {}, [("items", "form-unknown-field")],
    ),
    "one fixed row too many": (
        [rows("items", field("textfield"), properties=FIXED)],
        {"items-0-x": ["a"], "items-1-x": ["b"]}, {"items": [{}]}, [("items", "form-rows")],
    ),
    "fixed rows that the data does not have": (
        [rows("items", field("textfield"), properties=FIXED)], {"items-0-x": ["a"]}, {}, [("items", "form-rows")],
    ),
    "more fixed rows than a form takes are told, not cut": (
        [rows("items", field("textfield"), properties=FIXED)], {}, {"items": [{}] * 501}, [("items", "form-rows")],
    ),
    "too many rows": (
        [rows("items", field("textfield"))], {f"items-{i}-x": ["a"] for i in range(501)}, {}, [("items", "form-rows")],
    ),
    "all errors at once, in the order of the form": (
        [field("textfield", validate=MUST), rows("items", field("number", "n")), field("datetime", "d")],
        {"items-0-n": ["a"], "items-1-n": ["1"], "items-2-n": ["b"], "d": ["c"]}, {},
        [("x", "form-required"), ("items-0-n", "form-number"), ("items-2-n", "form-number"), ("d", "form-date")],
    ),
    "read-only without data is not asked": (
        [field("textfield", "y", validate=MUST), field("textfield", readonly=True, validate=MUST)],
        {}, {}, [("y", "form-required")],
    ),
}  # fmt: skip


def answers(components: list[Any], posted: dict[str, list[str]], scope: dict[str, Any], **rules: Any) -> dict[str, Any]:
    asked = form(*components)
    return forms.validate(asked, forms.read_flat(asked, posted), scope, now=NOW, files=FILES, **rules)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name: str) -> None:
    components, posted, scope, expected = ACCEPTED[name]
    found = answers(components, posted, scope)
    assert found == expected
    assert [type(value) for value in found.values()] == [type(value) for value in expected.values()]


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    components, posted, scope, expected = REFUSED[name]
    with pytest.raises(forms.AnswersInvalid) as refused:
        answers(components, posted, scope)
    assert [(error.path, error.code) for error in refused.value.errors] == expected


def test_an_outcome_makes_fields_required() -> None:
    opinion = [field("textarea", "opinion")]
    assert answers(opinion, {}, {}, outcome="pass") == {"opinion": None}
    with pytest.raises(forms.AnswersInvalid) as refused:
        answers(opinion, {}, {}, outcome="return", required=frozenset({"opinion"}))
    (error,) = refused.value.errors
    assert error == forms.FieldError(
        "opinion", "form-required-by-outcome", {"label": "label opinion", "outcome": "return"}
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"n": 12, "d": "2026-11-05", "b": True, "c": ["a"], "f": [{"digest": "d1"}], "items": [{"t": "一"}]}, None),
        ({"n": "12.50"}, None),
        ({"n": 1.5}, [("n", "form-number")]),
        ({"n": True}, [("n", "form-number")]),
        ({"b": []}, [("b", "form-type")]),
        ({"c": "a"}, [("c", "form-type")]),
        ({"f": {"digest": "d1"}}, [("f", "form-type")]),
        ({"items": {"0": {}}}, [("items", "form-type")]),
        ({"items": [1]}, [("items", "form-type")]),
        ({"g": 1}, [("g", "form-type")]),
        ({"items": [{"t": {"a": 1}}]}, [("items-0-t", "form-type")]),
        ({"other": 1}, [("other", "form-unknown-field")]),
        ({"items": [{"other": 1}]}, [("items-0-other", "form-unknown-field")]),
        ([], [("", "form-type")]),
        ({"items": [{"t": "\ud800"}]}, [("items-0-t", "form-type")]),
    ],
)
def test_a_program_sends_nested_values_under_the_same_rules(values: Any, expected: Any) -> None:
    asked = form(
        field("number", "n"), field("datetime", "d"), field("checkbox", "b"), field("checklist", "c"),
        field("filepicker", "f"), rows("items", field("textfield", "t")), group(field("textfield", "t"), path="g"),
    )  # fmt: skip
    if expected is None:
        assert forms.validate_values(asked, values, {}, now=NOW, files=FILES)["n"] in (12, Decimal("12.50"))
        return
    with pytest.raises(forms.AnswersInvalid) as refused:
        forms.validate_values(asked, values, {}, now=NOW, files=FILES)
    assert [(error.path, error.code) for error in refused.value.errors] == expected
