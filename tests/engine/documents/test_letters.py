"""A letter shows what the case has, escapes what people typed, and can do nothing else."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents import letters
from engine.documents.letters import LetterFailed, LetterInvalid
from engine.values import File
from tests.driver import PROCESSES


def test_fields_choices_and_repetitions_are_filled() -> None:
    source = (
        "{% for f in findings %}{{ loop.index | ordinal }}、{{ f.text }}{% if not loop.last %};{% endif %}{% endfor %}"
    )
    assert letters.render(source, {"findings": [{"text": "甲"}, {"text": "乙"}]}) == "一、甲;二、乙"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 5), "2026年11月5日"),
        ("2026-11-25", "2026年11月25日"),
        ("2026-01-02T08:00:00", "2026年1月2日"),
    ],
)
def test_dates_are_written_as_official_letters_write_them(value: object, shown: str) -> None:
    assert letters.render("{{ day | chinese_date }}", {"day": value}) == shown


@pytest.mark.parametrize(("number", "shown"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")])
def test_paragraphs_are_numbered_in_chinese(number: int, shown: str) -> None:
    assert letters.ordinal(number) == shown


@pytest.mark.parametrize("number", [0, -1, 100])
def test_a_paragraph_beyond_the_numbers_is_refused(number: int) -> None:
    with pytest.raises(LetterFailed):
        letters.render("{{ n | ordinal }}", {"n": number})


@pytest.mark.parametrize(
    "typed",
    [
        "# 标题",
        "- 项",
        "+ 项",
        "1. 项",
        "| a | b |",
        "**重要**",
        "`代码`",
        "<b>粗</b>",
        "[链接](http://a)",
        "> 引",
        "&lt;",
        "---",
        "===",
    ],
)
def test_what_a_person_typed_is_shown_as_typed(typed: str) -> None:
    html = letters.to_html(letters.render("{{ text }}", {"text": typed}))
    shown = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html == f"<p>{shown}</p>\n"


@settings(deadline=None)
@given(st.text())
def test_no_text_becomes_a_tag_of_the_page(typed: str) -> None:
    html = letters.to_html(letters.render("前{{ text | one_line }}后", {"text": typed}))
    assert html.startswith("<p>前")
    assert html.endswith("后</p>\n")
    assert html.count("<") == 2


def test_a_cell_of_a_table_stays_one_cell() -> None:
    markdown = letters.render("| a |\n|---|\n| {{ t | one_line }} |", {"t": "一\n二 | 三"})
    assert "<td>一 二 | 三</td>" in letters.to_html(markdown)


def test_html_and_links_of_a_template_stay_text() -> None:
    html = letters.to_html("<script>x</script> [a](javascript:b) ![c](d)")
    assert "<script" not in html
    assert "<a" not in html
    assert "<img" not in html


def test_a_file_is_shown_by_its_name_and_nothing_by_nothing() -> None:
    file = File(digest="0" * 64, name="记录.pdf", type="application/pdf", size=1)
    assert letters.render("{{ a }}{{ b }}", {"a": file, "b": None}) == "记录.pdf"


def test_a_field_that_is_missing_is_false_in_a_condition_and_an_error_where_it_is_shown() -> None:
    assert letters.render("{% if number %}有{% else %}无{% endif %}", {}) == "无"
    for source in ("{{ nubmer }}", "{{ a.b }}", "{{ nubmer | one_line }}", "{% for x in nubmer %}{% endfor %}"):
        with pytest.raises(LetterFailed):
            letters.render(source, {"a": {}})


@pytest.mark.parametrize(
    "source",
    [
        "{% set x = 1 %}", "{% macro m() %}{% endmacro %}", "{% include 'x' %}", "{% import 'x' as y %}",
        "{% extends 'x' %}", "{% block b %}{% endblock %}", "{% call f() %}{% endcall %}",
        "{% filter upper %}{% endfilter %}",
        "{{ f() }}", "{{ 2 ** 9 }}", "{{ 'A' * 9000000000 }}", "{{ a ~ b }}", "{{ a + b }}",
        "{{ [1] }}", "{{ {'a': 1} }}",
        "{{ a[1:2] }}", "{{ x | safe }}", "{{ x | replace('a', 'b') }}", "{{ x is defined }}", "{{ _turns }}",
        "{{ title.__class__ }}", "{{ title['__class__'] }}", "{% if a.b.__init__ %}{% endif %}",
        "{% for a in b recursive %}{% endfor %}", "{% for loop in a %}{% endfor %}", "{{", "{% if %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "{{ a" + ".b" * 3000 + " }}",
        "{% if a %}" * 900 + "{% endif %}" * 900,
        "{% for a in b %}" * 25 + "{% endfor %}" * 25, "x" * 70_000,
    ],
)  # fmt: skip
def test_a_template_that_wants_more_is_refused_within_a_second(source: str) -> None:
    begun = time.monotonic()
    assert letters.check(source) is not None
    with pytest.raises(LetterInvalid):
        letters.render(source, {})
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("name", ["items", "keys", "mro", "format"])
def test_values_have_entries_and_no_attributes(name: str) -> None:
    for value in ({"x": 1}, "text", 5, [1], date(2026, 1, 1)):
        with pytest.raises(LetterFailed):
            letters.render("{{ v." + name + " }}", {"v": value})


def test_an_entry_named_as_a_method_is_an_entry() -> None:
    assert letters.render("{{ v.items }}", {"v": {"items": "三项"}}) == "三项"


def test_loops_inside_loops_end_within_a_second() -> None:
    source = "{% for i in a %}" * 6 + "{% endfor %}" * 6
    begun = time.monotonic()
    with pytest.raises(LetterFailed):
        letters.render(source, {"a": list(range(1_000))})
    assert time.monotonic() - begun < 1


def test_a_letter_has_an_end() -> None:
    with pytest.raises(LetterFailed):
        letters.render("{% for i in a %}{{ t }}{% endfor %}", {"a": list(range(100)), "t": "字" * 1_000})


@settings(deadline=None)
@given(st.text(st.sampled_from("{}%|.[]()'\" abi_#-~=+*\n") | st.characters(max_codepoint=0x4FF), max_size=60))
def test_any_text_is_a_letter_or_refused_by_name(source: str) -> None:
    wrong = letters.check(source)
    try:
        letters.render(source, {"a": [1], "b": {"a": "x"}})
    except LetterInvalid:
        assert wrong is not None
    except LetterFailed:
        assert wrong is None


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*/letters/*.md.j2")), ids=str)
def test_the_letters_of_our_packages_are_sound(path: object) -> None:
    assert letters.check(path.read_text(encoding="utf-8")) is None  # type: ignore[attr-defined]
