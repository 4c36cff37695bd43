"""Everybody finds the guides in the product, in their language, and each page leads to the one that speaks of it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.webui.test_routes import app, signed_in
from webui import guides

__all__ = ["app"]

WRITTEN = Path(__file__).parents[2] / "docs/guide"


@pytest.mark.parametrize("name", guides.GUIDES)
@pytest.mark.parametrize(("language", "ending"), [("zh-CN", ".zh-CN.md"), ("en", ".md")])
def test_each_guide_is_a_page_with_its_headings_and_contents(app: Flask, name: str, language: str, ending: str) -> None:
    reader = signed_in(app, "party-clerk")
    reader.get(f"/language/{language}")
    page = reader.get(f"/help/{name}").text
    written = (WRITTEN / f"{name}{ending}").read_text()
    assert f"<h1>{re.findall('^# (.+)$', written, re.M)[0]}</h1>" in page
    contents = re.findall(r'<li><a href="#(part-\d+)">(.*?)</a>', page)
    assert [place for place, _ in contents] == re.findall(r'<h2 id="(part-\d+)">', page)
    headings = [re.sub(r"[`*]|\[|\]\(.*?\)", "", one).strip() for one in re.findall("^## (.+)$", written, re.M)]
    assert [html.unescape(words).replace("`", "").strip() for _, words in contents] == headings != []


def test_links_in_the_guides_lead_to_pages_that_are_there(app: Flask) -> None:
    reader = signed_in(app, "party-clerk")
    found = set[str]()
    for name in guides.GUIDES:
        article = reader.get(f"/help/{name}").text.partition("<article")[2].partition("</article>")[0]
        found |= set(re.findall(r'href="([^"]*)"', article))
    assert "/help/publishing" in found
    assert {reader.get(address).status_code for address in found} == {200}


@pytest.mark.parametrize(
    ("person", "path", "guide"),
    [
        ("party-clerk", "/inbox/todo", "working"), ("owner", "/processes", "owning"),
        ("owner", "/processes/example/versions", "publishing"), ("auditor", "/audit/cases", "auditing"),
        ("auditor", "/proof", "proof"), ("admin", "/people", "operating"),
    ],
)  # fmt: skip
def test_each_page_leads_to_the_guide_that_speaks_of_it(app: Flask, person: str, path: str, guide: str) -> None:
    assert f'<a href="/help/{guide}">帮助</a>' in signed_in(app, person).get(path).text


def test_who_has_not_signed_in_is_led_to_no_guide(app: Flask) -> None:
    assert "/help/" not in app.test_client().get("/sign-in").text


def test_a_line_that_ends_between_two_chinese_characters_leaves_no_space(app: Flask) -> None:
    article = signed_in(app, "party-clerk").get("/help/publishing").text.partition("<article")[2]
    assert "点图上的环节会打开清单中的对应一行" in article


def test_help_alone_begins_with_the_first_guide_and_an_unknown_one_is_not_there(app: Flask) -> None:
    reader = signed_in(app, "party-clerk")
    assert reader.get("/help").location == "/help/working"
    assert reader.get("/help/nothing").status_code == 404
