"""What a form shows at first, and the buttons that change its rows and files without sending it."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import forms
from engine.values import File
from tests.engine.forms.schemas import FIXED, NOW, field, form, group, rows

FORM = form(
    rows("items", field("textfield"), field("select", "y", defaultValue="a"), rows("parts", field("number", "n"))),
    rows("given", field("textfield"), properties=FIXED),
    group(field("filepicker", "files"), path="proof"),
)


def test_variables_come_before_defaults() -> None:
    asked = form(field("textfield", defaultValue="default"), field("textfield", "y", defaultValue="default"))
    assert forms.prefill(asked, {"x": "variable"}, NOW).values == {"x": "variable", "y": "default"}


def test_a_default_may_be_worked_out_from_what_the_form_sees() -> None:
    asked = form(
        field("textfield", defaultValue='="第" + string(n) + "期"'), field("number", "y", defaultValue="=n + 1"),
        field("textfield", "z", defaultValue="=nothing"), rows("items", field("textfield", defaultValue="=n")),
    )  # fmt: skip
    assert forms.prefill(asked, {"n": Decimal(3)}, NOW).values == {"x": "第3期", "y": "4", "items": [{}]}


def test_a_new_list_has_the_rows_it_asks_for() -> None:
    items = rows("items", field("textfield"), defaultRepetitions=2)
    asked = form(items, rows("given", field("textfield"), properties=FIXED))
    assert forms.prefill(asked, {}, NOW).values == {"items": [{}, {}], "given": []}


def test_what_is_prefilled_validates_to_the_same_values() -> None:
    file = File(digest="d1", name="a.pdf", type="application/pdf", size=1)
    asked = form(
        field("number", "n"), field("datetime", "d"), field("checkbox", "b"), field("checklist", "c"),
        field("filepicker", "f"), field("textarea", "t"), rows("items", field("number", "n")),
    )  # fmt: skip
    scope: dict[str, Any] = {
        "n": Decimal("12.50"), "d": date(2026, 11, 5), "b": True, "c": ["a", "b"], "f": [file], "t": "一\n二",
        "items": [{"n": 1}, {"n": Decimal("0.5")}],
    }  # fmt: skip
    assert forms.validate(asked, forms.prefill(asked, scope, NOW), scope, now=NOW, files={"d1": file}) == scope


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        (("add", "items"), {"items": [{"x": "1"}]}, {"items": [{"x": "1"}, {"y": "a"}]}),
        (("add", "items"), {}, {"items": [{"y": "a"}]}),
        (("add", "items-0-parts"), {"items": [{}]}, {"items": [{"parts": [{}]}]}),
        (("add", "given"), {"given": [{}]}, {"given": [{}]}),
        (("remove", "items-0"), {"items": [{"x": "1"}, {"x": "2"}]}, {"items": [{"x": "2"}]}),
        (("remove", "items-7"), {"items": [{"x": "1"}]}, {"items": [{"x": "1"}]}),
        (("remove", "given-0"), {"given": [{}]}, {"given": [{}]}),
        (("remove", "proof"), {"proof": {}}, {"proof": {}}),
        (
            ("drop", "proof-files:d1"),
            {"proof": {"files": [{"digest": "d1"}, {"digest": "d2"}]}}, {"proof": {"files": [{"digest": "d2"}]}},
        ),
        (("refresh", "1"), {"items": []}, {"items": []}),
        (("add", "nothing-here"), {"items": []}, {"items": []}),
        (("add", ""), {}, {}),
    ],
)  # fmt: skip
def test_a_button_changes_rows_and_files(action: Any, before: Any, after: Any) -> None:
    state = forms.Posted(before)
    assert forms.apply_action(FORM, state, forms.Action(*action)).values == after


def test_the_button_that_was_pressed_is_found() -> None:
    assert forms.action_in({"x": ["a"], "_remove": ["items-0"]}) == forms.Action("remove", "items-0")
    assert forms.action_in({"x": ["a"], "_outcome": ["pass"]}) is None


_PARTS = st.sampled_from(["items", "given", "parts", "proof", "files", "x", "n", "0", "1", "999999", "_row", "", "键"])
_NAMES = st.lists(_PARTS, max_size=6).map("-".join) | st.text(max_size=10)
_VALUES = st.lists(st.sampled_from(["", "a", "1", "{}", '{"digest": "d"}', "[[["]), max_size=3)
_FLAT = st.dictionaries(_NAMES, _VALUES, max_size=8)


@given(_FLAT, st.sampled_from(["add", "remove", "drop", "refresh"]), _NAMES)
def test_whatever_is_posted_can_be_drawn_again_or_judged(flat: Any, kind: Any, target: str) -> None:
    state = forms.apply_action(FORM, forms.read_flat(FORM, flat), forms.Action(kind, target))
    with contextlib.suppress(forms.AnswersInvalid):
        forms.validate(FORM, state, {"given": [{"x": "1"}]}, now=NOW)
