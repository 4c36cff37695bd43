"""The little Markdown that a package may use in texts: headings, lists, emphasis; no HTML, no links, no pictures."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKS: Final = re.compile(r"([\\`*_#+\-.!<>&])")
_PARSER: Final = MarkdownIt("zero", {"breaks": True}).enable(["heading", "list", "emphasis", "escape", "newline"])


def html(text: str) -> Markup:
    """*text* as HTML; its headings begin below that of the page."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag == "h1" else "h3"
    # The parser escapes everything that is not one of the marks above.
    return Markup(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def mask(value: str) -> str:
    """A value to be put into such a text without being read as Markdown."""
    return _MARKS.sub(r"\\\1", value.replace("\n", " "))
