"""A form that we cannot show or judge is refused at publication, by name; hostile bytes give findings only."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import forms, texts
from engine.forms import vocabulary
from tests.engine.forms.schemas import FIXED, NOW, field, group, rows, schema


def rules(source: bytes) -> list[str]:
    return [finding.rule for finding in forms.check(source)]


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ({"type": "iframe", "id": "f"}, "form-unsupported"),
        ({"type": "button"}, "form-unsupported"),
        ({"type": ["textfield"]}, "form-unsupported"),
        ("textfield", "form-unsupported"),
        (field("textfield", disabled=True), "form-unsupported"),
        (field("number", validate={"pattern": "a"}), "form-unsupported"),
        (field("textfield", properties={"colour": "red"}), "form-unsupported"),
        (field("datetime", timeInterval=15), "form-unsupported"),
        (field("textfield", "a-b"), "form-key"),
        (field("textfield", "a.b"), "form-key"),
        (field("textfield", "_csrf"), "form-key"),
        (field("textfield", "outcome"), "form-key"),
        (field("textfield", ""), "form-key"),
        (field("textfield", conditional={"hide": "=if if"}), "form-expression"),
        (field("number", validate={"max": "=1 +"}), "form-expression"),
        ({"type": "text", "text": "共 {{ count( }} 项"}, "form-expression"),
        (field("select", valuesExpression="=for x"), "form-expression"),
        (field("textfield", validate={"pattern": "(a)\\1"}), "form-pattern"),
        (field("textfield", validate={"pattern": "(?=a)"}), "form-pattern"),
        (field("select", values=[]), "form-options"),
        (field("select", values=[{"value": "a"}, {"value": "a"}]), "form-value"),
        (field("textfield", readonly="=true"), "form-value"),
        (field("number", decimalDigits=-1), "form-value"),
        (field("textfield", validate=[]), "form-value"),
        (field("datetime", subtype="time"), "form-value"),
        (field("textfield", conditional={"hide": "hidden"}), "form-value"),
        (rows("items", field("textfield", readonly=True)), "form-readonly-rows"),
        ({"type": "dynamiclist", "path": "items"}, "form-value"),
    ],
)
def test_a_fault_is_found(component: Any, expected: str) -> None:
    assert rules(schema(component)) == [expected]


@pytest.mark.parametrize("kind", sorted(vocabulary.ATTRIBUTES))
def test_every_kind_can_be_used(kind: str) -> None:
    frames = {"dynamiclist": rows("items", field("textfield")), "group": group()}
    asked = field(kind) if "key" in vocabulary.ATTRIBUTES[kind] else frames.get(kind, {"type": kind})
    assert rules(schema(asked)) == []


def test_a_key_stands_once_in_a_level() -> None:
    assert rules(schema(field("textfield"), group(field("number")))) == ["form-key-twice"]
    assert rules(schema(field("textfield"), rows("items", field("number")), group(field("number"), path="g"))) == []


def test_the_finding_names_the_component() -> None:
    (finding,) = forms.check(schema(field("textfield", id="Field_7", disabled=True)))
    assert (finding.element, finding.values) == ("Field_7", {"name": "disabled", "on": "textfield"})


def test_read_only_columns_need_rows_of_the_data() -> None:
    assert rules(schema(rows("items", field("textfield", readonly=True), properties=FIXED))) == []


@pytest.mark.parametrize(
    "source",
    [
        b"", b"{}", b"[]", b"null", b'{"components": {}}', b"\xff\xfe", b'{"components": [1e9999999]}',
        b'{"components": [{"type": "number", "key": "x", "validate": {"min": 1e400}}]}',
        b'{"components":' + b"[" * 100_000,
        b'{"components": ["\\ud800"]}',
    ],
)  # fmt: skip
def test_what_is_no_form_is_found(source: bytes) -> None:
    assert rules(source)


def test_large_forms_are_refused() -> None:
    deep: dict[str, Any] = field("textfield")
    for _ in range(11):
        deep = group(deep)
    assert rules(schema(deep)) == ["form-too-large"]
    assert rules(schema(*(field("textfield", f"x{i}") for i in range(301)))) == ["form-too-large"]
    assert rules(b" " * (512 * 1024 + 1)) == ["form-too-large"]


@given(st.binary(max_size=400))
def test_arbitrary_bytes_give_findings(source: bytes) -> None:
    assert isinstance(forms.check(source), list)


_NAMES = st.sampled_from([*sorted(set().union(*vocabulary.ATTRIBUTES.values())), "hide", "required", "min", "value"])
_WORDS = st.sampled_from(["", "x", "=x > 1", "=(", "{{ x }}", "{{ ( }}", "1", "true", "\\", "(", "😀"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _WORDS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_COMPONENT = st.builds(
    lambda kind, rest: rest | {"type": kind},
    st.sampled_from(sorted(vocabulary.ATTRIBUTES)), st.dictionaries(_NAMES, _JSON, max_size=7),
)  # fmt: skip


_POSTED = st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=5), max_size=2))


@given(st.lists(_COMPONENT, max_size=4), _POSTED)
def test_a_fuzzed_form_gives_findings_or_can_be_filled_in(components: list[Any], posted: dict[str, list[str]]) -> None:
    source = json.dumps({"components": components}).encode()
    if forms.check(source):
        return
    asked = forms.read(source)
    state = forms.read_flat(asked, posted)
    forms.prefill(asked, {}, NOW)
    with contextlib.suppress(forms.AnswersInvalid):
        forms.validate(asked, state, {}, now=NOW)


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    faulty = schema({"type": "iframe"}, field("textfield", "a b"), field("select", "s", values=[]))
    for language in texts.LANGUAGES:
        for finding in forms.check(faulty):
            said = texts.say(f"check.{finding.rule}", language, **finding.values)
            assert said != f"check.{finding.rule}"
            assert "{" not in said
            assert texts.say(f"check.{finding.rule}.advice", language) != f"check.{finding.rule}.advice"
