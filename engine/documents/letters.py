"""Letters: Markdown filled from values by a template that can place fields, choose and repeat, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt

from engine.errors import Mistake
from engine.values import Value

#: Longest letter, in characters.
LONGEST = 64_000

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.For,
    nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.CondExpr,
)  # fmt: skip

_CHINESE = "〇一二三四五六七八九"


class LetterInvalid(Mistake):
    """Expected a letter of fields, choices and repetitions, found {found} in line {line}."""


class LetterFailed(Mistake):
    """Expected to fill the letter from the values of the case, but: {reason}."""


def check(source: str) -> LetterInvalid | None:
    """The first thing in a template that a letter may not have, or None."""
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as broken:
        return LetterInvalid(found=str(broken)[:120], line=broken.lineno)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            return LetterInvalid(found=type(node).__name__, line=node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            return LetterInvalid(found=f"filter {node.name}", line=node.lineno)
    return None


def render(source: str, values: Mapping[str, Value]) -> str:
    """The letter's Markdown; raises LetterInvalid, LetterFailed."""
    try:
        parts: list[str] = []
        length = 0
        for part in _template(source).generate(**values):
            length += len(part)
            if length > LONGEST:
                raise LetterFailed(reason=f"> {LONGEST}")
            parts.append(part)
    except (SecurityError, UndefinedError, TypeError, ValueError, RecursionError) as failed:
        raise LetterFailed(reason=str(failed)[:200]) from failed
    return "".join(parts)


def to_html(markdown: str) -> str:
    """HTML of a letter: headings, paragraphs, lists and tables; raw HTML and links stay text."""
    return str(_markdown().render(markdown))


def escape(value: Value) -> str:
    """A value as text that Markdown does not read as its own signs."""
    text = "" if value is None else value.name if hasattr(value, "digest") and hasattr(value, "name") else str(value)
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)


def chinese_date(value: Value) -> str:
    """``2026年11月25日``."""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found.year}年{found.month}月{found.day}日"


def ordinal(number: Value) -> str:
    """``三`` for 3, ``十二`` for 12: the numbers of paragraphs."""
    tens, ones = divmod(int(number), 10)
    if not tens:
        return _CHINESE[ones]
    return ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")


def one_line(value: Value) -> str:
    """A text without line breaks, for the cell of a table."""
    return " ".join(str(value or "").split())


FILTERS = {"one_line": one_line, "chinese_date": chinese_date, "ordinal": ordinal, "length": len, "default": None}


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(finalize=escape, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    default = environment.filters["default"]
    environment.filters = {**FILTERS, "default": default}
    environment.globals = {}
    return environment


@lru_cache(maxsize=64)
def _template(source: str) -> Template:
    wrong = check(source)
    if wrong is not None:
        raise wrong
    return _environment().from_string(source)


@lru_cache(maxsize=1)
def _markdown() -> Any:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink"])
