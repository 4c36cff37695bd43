"""What differs in a form is told by the labels of its fields and by words for what they have."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from engine.definitions import difference, drafts, queries
from engine.definitions.compiled import compiled
from engine.forms import vocabulary
from tests.driver import City
from tests.webui.test_routes import app
from webui import form_facts
from webui.texts import say

__all__ = ["app"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_that_a_field_of_a_form_can_have_has_a_word(language: str) -> None:
    names = {name for listed in vocabulary.ATTRIBUTES.values() for name in listed}
    names -= {"id", "key", "path", "components", *vocabulary.inside("textfield")}
    for kind in vocabulary.ATTRIBUTES:
        names |= {f"{name}.{part}" for name, parts in vocabulary.inside(kind).items() for part in parts}
    codes = {f"form-property.{name}" for name in names} | {f"form-kind.{kind}" for kind in vocabulary.ATTRIBUTES}
    assert sorted(code for code in codes if say(code, language) == code) == []


def test_what_differs_in_a_form_is_told_by_labels_and_words(app: Flask, city: City) -> None:
    begun = drafts.begin(city.engine, "pb_monthly_reminder", "owner")
    form = json.loads(begun.files(city.engine.store)["forms/summary.json"])
    [field] = [one for one in form["components"] if one.get("key") == "summary_text"]
    field["conditional"] = {"hide": "=count(letters) = 0"}
    field["validate"] |= {"maxLength": 500, "required": not field["validate"].get("required", False)}
    body = json.dumps(form, ensure_ascii=False).encode()
    saved = drafts.save(city.engine, "pb_monthly_reminder", "owner", begun.revision, {"forms/summary.json": body})
    with city.engine.database.reading() as connection:
        current = queries.current(connection, "pb_monthly_reminder")
    assert current is not None
    before, after = (compiled(city.engine.store, digest) for digest in (current.package, saved.digest))
    with app.test_request_context():
        files = difference.between(before.package, after.package).files
        sides = form_facts.Side.of(before), form_facts.Side.of(after)
        [told] = [form_facts.spoken(one, *sides).details for one in files]
    said = {one.key: (one.old, one.new) for one in told}
    assert said["汇总意见 · 隐藏的条件"] == (None, "<code>count(letters) = 0</code>")
    assert said["汇总意见 · 最多字数"] == ("3000", "500")
    assert set(said["汇总意见 · 必填"]) == {"是", "否"}
