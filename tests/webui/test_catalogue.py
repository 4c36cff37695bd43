"""No text in code: every sentence stands in the catalogue, in every language, with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import texts as engine_texts
from webui import texts

ROOT = Path(texts.__file__).parent
ENGINE = Path(engine_texts.__file__).parent / "locale"
CODES = re.compile(r"""\bt\(\s*["']([^"']+)["']\s*[,)]""")
both = pytest.mark.parametrize("folder", [texts.FOLDER, ENGINE], ids=["pages", "engine"])


def catalogue(folder: Path, language: str) -> engine_texts.Catalogue:
    return engine_texts.of_folder(folder, language)


@both
def test_both_languages_have_the_same_sentences(folder: Path) -> None:
    chinese, english = (catalogue(folder, language) for language in engine_texts.LANGUAGES)
    assert chinese.keys() ^ english.keys() == set()
    slots = re.compile(r"{\w+}")
    uneven = [code for code in chinese if set(slots.findall(chinese[code])) != set(slots.findall(english[code]))]
    assert uneven == []


@both
def test_a_code_stands_in_one_file_only(folder: Path) -> None:
    for language in engine_texts.LANGUAGES:
        seen: dict[str, str] = {}
        for path in sorted((folder / language).glob("*.po")):
            for code in re.findall(r'^msgid "(.+)"$', path.read_text(), re.MULTILINE):
                assert code not in seen, f"{code} in {path.name} and {seen[code]}"
                seen[code] = path.name


@pytest.mark.parametrize("path", sorted([*ROOT.rglob("*.html"), *ROOT.glob("**/*.py")]), ids=lambda path: path.name)
def test_every_code_that_is_used_has_a_sentence(path: Path) -> None:
    if "frontend" in path.parts:
        return
    known = catalogue(texts.FOLDER, "zh-CN").keys() | catalogue(ENGINE, "zh-CN").keys()
    assert sorted(set(CODES.findall(path.read_text())) - known) == []


def test_no_chinese_stands_in_templates() -> None:
    written = {
        path.name: re.findall("[\u4e00-\u9fff]+", re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL))
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {name: words for name, words in written.items() if words} == {}


def test_one_thing_is_said_otherwise_than_many_where_the_language_does() -> None:
    assert [texts.say("proof.entries", "en", count=number) for number in (0, 1, 2)] == [
        "0 entries", "1 entry", "2 entries",
    ]  # fmt: skip
    one, two = (texts.say("proof.entries", "zh-CN", count=number) for number in (1, 2))
    assert one == two.replace("2", "1")
    assert engine_texts.say("verify.answer.partly", "en", count=1).startswith("yes; 1 stream cannot")


def test_an_engine_code_falls_through_to_the_engines_sentence() -> None:
    assert texts.say("form-number", "en", label="Amount") == "“Amount” must be a number, such as 12.50"
    assert texts.say("no.such.code", "en") == "no.such.code"
