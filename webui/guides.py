"""The guides as pages: in the reader's language, with contents, and with ways from one to another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

FOLDER: Final = Path(__file__).parent / "guide"
#: In the order in which they are listed.
GUIDES: Final = ("working", "owning", "publishing", "messages", "auditing", "proof", "operating", "programs")

_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_ASCII: Final = "\x7f"
_PICTURE: Final = re.compile(r"^!\[.*\)$", re.MULTILINE)


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """One guide, ready to be shown."""

    title: str
    #: Place in the page and words of each heading.
    contents: list[tuple[str, str]]
    html: Markup


def title(name: str, language: str) -> str:
    """What a guide is called."""
    return _text(name, language).partition("\n")[0].removeprefix("# ").strip()


def read(name: str, language: str, address: Callable[[str], str]) -> Guide:
    """A guide; *address* gives the page of another one. What no page shows is named without a link."""
    _, _, body = _text(name, language).partition("\n")
    # The page itself has the other language in its frame.
    body = re.sub(rf" ?\(\[[^\]]+\]\({name}[\w.-]*\.md\)\)", "", body)
    tokens = _PARSER.parse(_PICTURE.sub("", body))
    for token in tokens:
        _join(token)
        if token.type == "table_open":
            token.attrSet("class", "bh-table")
        _lead(token, address)
    return Guide(
        title=title(name, language), contents=list(_mark(tokens)),
        html=Markup(_PARSER.renderer.render(tokens, _PARSER.options, {})),
    )  # fmt: skip


def _text(name: str, language: str) -> str:
    return (FOLDER / (f"{name}.md" if language == "en" else f"{name}.{language}.md")).read_text()


def _mark(tokens: list[Token]) -> list[tuple[str, str]]:
    """Gives each heading a place, the same in every language, and lists those of the highest level."""
    found = list[tuple[str, str]]()
    for token, inside in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            place = f"part-{len(found) + 1}"
            token.attrSet("id", place)
            found.append((place, "".join(one.content for one in inside.children or [])))
    return found


def _join(token: Token) -> None:
    """Takes the end of a line away between two Chinese characters, where no space belongs."""
    parts = token.children or []
    for before, end, after in zip(parts, parts[1:], parts[2:], strict=False):
        if end.type == "softbreak" and before.content[-1:] > _ASCII < after.content[:1]:
            end.type, end.content = "text", ""


def _lead(token: Token, address: Callable[[str], str]) -> None:
    """Lets links to other guides lead to their pages, and takes away those to files."""
    kept, open_ = [], False
    for part in token.children or []:
        if part.type == "link_open":
            name = str(part.attrGet("href")).partition("#")[0].removesuffix(".md").removesuffix(".zh-CN")
            open_ = name in GUIDES
            part.attrSet("href", address(name) if open_ else "")
        if open_ or part.type not in ("link_open", "link_close"):
            kept.append(part)
    if token.children is not None:
        token.children = kept
