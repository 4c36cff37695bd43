"""Letters: Markdown filled from values by a template that can place fields, choose and repeat, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt

from engine.errors import Mistake
from engine.values import File, Value

#: Longest template and longest letter, in characters.
LONGEST = 64_000
#: How deep a template may be nested; Python itself refuses more than 20 loops inside each other.
DEEPEST = 20
#: How often the loops of one letter may turn, all together.
MOST_TURNS = 5_000

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.For,
    nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.CondExpr,
)  # fmt: skip

_CHINESE = "〇一二三四五六七八九"
#: Signs with a meaning in Markdown; the sign that ends a number or begins a list has one only at the start of a line.
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&])|^(\s*)([-+=])|^(\s*\d{1,9})([.)])", re.MULTILINE)


class LetterInvalid(Mistake):
    """Expected a letter of fields, choices and repetitions, found {found} in line {line}."""


class LetterFailed(Mistake):
    """Expected to fill the letter from the values of the case, but: {reason}."""


def check(source: str) -> LetterInvalid | None:
    """The first thing in a template that a letter may not have, or None."""
    if len(source) > LONGEST:
        return LetterInvalid(found=f"> {LONGEST}", line=0)
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as broken:
        return LetterInvalid(found=str(broken)[:120], line=broken.lineno)
    except RecursionError:
        return LetterInvalid(found="RecursionError", line=0)
    for node, depth in _walk(tree):
        found = f"depth > {DEEPEST}" if depth > DEEPEST else _fault(node)
        if found:
            return LetterInvalid(found=found, line=node.lineno)
    return None


def render(source: str, values: Mapping[str, Value]) -> str:
    """The letter's Markdown; raises LetterInvalid, LetterFailed."""
    parts: list[str] = []
    length = 0
    try:
        for part in _template(source).generate(values, _turns=_Turns()):
            length += len(part)
            if length > LONGEST:
                raise LetterFailed(reason=f"> {LONGEST}")
            parts.append(part)
    except (SecurityError, UndefinedError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as failed:
        raise LetterFailed(reason=str(failed)[:200]) from failed
    return "".join(parts)


def to_html(markdown: str) -> str:
    """HTML of a letter: headings, paragraphs, lists and tables; raw HTML and links stay text."""
    return str(_markdown().render(markdown))


def escape(value: Value) -> str:
    """A value as text that Markdown does not read as its own signs; raises UndefinedError for a field that is none."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    text = "" if value is None else value.name if isinstance(value, File) else str(value)
    return _SIGNS.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], text)


def chinese_date(value: Value) -> str:
    """``2026年11月25日``, as an official letter writes a date: no zeros in front."""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found.year}年{found.month}月{found.day}日"


def ordinal(number: Value) -> str:
    """``三`` for 3, ``十二`` for 12: the numbers of paragraphs, up to 99."""
    if not 1 <= int(number) <= 99:
        raise ValueError(f"ordinal {number}")
    tens, ones = divmod(int(number), 10)
    if not tens:
        return _CHINESE[ones]
    return ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")


def one_line(value: Value) -> str:
    """A text without line breaks, for the cell of a table."""
    return "" if value is None else " ".join(str(value).split())


#: The filters that a letter may use.
FILTERS = {"one_line": one_line, "chinese_date": chinese_date, "ordinal": ordinal, "length": len}


class _Turns:
    """Counts the turns of all loops of one letter."""

    def __init__(self) -> None:
        self.left = MOST_TURNS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise LetterFailed(reason=f"> {MOST_TURNS}")


@pass_context
def _bounded(context: Context, items: Value) -> Iterator[Value]:
    """The items of a loop, counted; every loop is made to go through here."""
    turns: _Turns = context["_turns"]
    for item in items:
        turns.take()
        yield item


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which a point or a bracket reads an entry of a context or list: no attributes, no methods."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, LoopContext) and argument in ("index", "first", "last"):
            return getattr(obj, argument)
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, Sequence) and not isinstance(obj, str) and type(argument) is int and argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


class _Missing(Undefined):
    """A value that is not there: false in a condition, empty nowhere else."""

    __iter__ = StrictUndefined.__iter__
    __str__ = StrictUndefined.__str__
    __len__ = StrictUndefined.__len__


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """All nodes with their depth, in no order; without recursion, since a hostile tree may be deep."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


def _fault(node: nodes.Node) -> str:
    """What is wrong with one node of a template, or nothing."""
    if not isinstance(node, _ALLOWED):
        return type(node).__name__
    if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
        return f"filter {node.name}"
    if isinstance(node, nodes.Name) and (node.name.startswith("_") or (node.ctx == "store" and node.name == "loop")):
        return f"name {node.name}"
    if isinstance(node, nodes.Getattr) and node.attr.startswith("__"):
        return f"name {node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and str(node.arg.value).startswith("__"):
        return f"name {node.arg.value}"
    return "recursive" if isinstance(node, nodes.For) and node.recursive else ""


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(
        finalize=escape, autoescape=False, trim_blocks=True, lstrip_blocks=True, undefined=_Missing
    )
    environment.filters = {**FILTERS, "_bounded": _bounded}
    environment.tests = {}
    environment.globals = {}
    return environment


@lru_cache(maxsize=64)
def _template(source: str) -> Template:
    wrong = check(source)
    if wrong is not None:
        raise wrong
    tree = _environment().parse(source)
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "_bounded", [], [], None, None, lineno=loop.lineno)
    return _environment().from_string(tree)


@lru_cache(maxsize=1)
def _markdown() -> Any:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink"])
