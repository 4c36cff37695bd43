"""A condition is told in words where that is sure, and by its FEEL alone where it is not."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import escape

from engine.forms.definition import Component, Option
from tests.webui.test_routes import app
from webui.conditions import Wording

__all__ = ["app"]

RESULT = Component(
    kind="radio", id="f_1", key="result", label="复核结果",
    options=(Option("pass", "通过"), Option("fail", "不<通过")),
)  # fmt: skip
AMOUNT = Component(kind="number", id="f_2", key="amount", label="金额")
URGENT = Component(kind="checkbox", id="f_3", key="urgent", label="紧急")
FIELDS = {"result": (RESULT,), "amount": (AMOUNT,), "urgent": (URGENT,)}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('=result = "fail"', "复核结果 等于 不&lt;通过"), ('result != "pass"', "复核结果 不等于 通过"),
        ("amount >= 5000.5", "金额 不小于 5000.5"), ("urgent = true", "紧急 等于 是"),
    ],
)  # fmt: skip
def test_one_comparison_of_a_field_is_told_by_its_label_and_that_of_the_option(
    app: Flask, written: str, words: str
) -> None:
    with app.test_request_context():
        assert Wording(FIELDS, str).told(written).startswith(f"{words} <code>")


@pytest.mark.parametrize(
    "written",
    [
        "count(letters) = 0", "other = 1", "result = null", 'result = "a" and urgent', "result = amount", "result =",
        "1 = 1",
    ],
)  # fmt: skip
def test_what_is_no_comparison_of_a_field_with_a_value_stays_feel(app: Flask, written: str) -> None:
    with app.test_request_context():
        assert Wording(FIELDS, str).told(written) == f"<code>{escape(written)}</code>"


def test_fields_that_ask_for_one_variable_under_several_labels_lend_it_none(app: Flask) -> None:
    other = Component(kind="number", id="f_4", key="amount", label="总额")
    with app.test_request_context():
        assert Wording({"amount": (AMOUNT, other)}, str).told("amount > 1") == "<code>amount &gt; 1</code>"
        assert Wording({"amount": (AMOUNT, other)}, str).within([other]).told("amount > 1").startswith("总额 大于 1 ")
