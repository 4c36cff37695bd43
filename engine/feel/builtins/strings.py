"""Built-in functions of text (DMN 1.3, 10.3.4.3); patterns are RE2's, which takes time in proportion to the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import re2

from engine.feel.builtins.signatures import Signatures
from engine.feel.numbers import Number, whole
from engine.feel.run import Run
from engine.values import Value

_MAX_PATTERN: Final = 1_000
_MAX_PATTERN_MEMORY: Final = 1 << 20
#: Steps that the making of a pattern costs.
_PATTERN_COST: Final = 50
_SPACE_OUTSIDE_CLASS: Final = re.compile(r"(\[(?:[^\]\\]|\\.)*\]|\\.)|\s+")
_GROUP: Final = re.compile(r"\\([\\$])|\$(\d)")


def _substring(run: Run, text: str, start: Number, length: Number | None = None) -> Value:
    first = whole(start)
    if first is None or first == 0 or abs(first) > len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    if length < 1:
        return None
    return text[begin : begin + int(length)]


def _before(run: Run, text: str, match: str) -> str:
    found = text.find(match)
    return text[:found] if found >= 0 else ""


def _after(run: Run, text: str, match: str) -> str:
    found = text.find(match)
    return text[found + len(match) :] if found >= 0 else ""


def _upper(run: Run, text: str) -> str:
    run.allocate(3 * len(text))  # some letters have three capitals
    return text.upper()


def _lower(run: Run, text: str) -> str:
    run.allocate(2 * len(text))
    return text.lower()


def _search(run: Run, text: str, pattern: str, flags: str = "") -> Value:
    expression = _expression(run, text, pattern, flags)
    return None if expression is None else expression.search(text) is not None


def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str = "") -> Value:
    expression = _expression(run, text, pattern, flags)
    if expression is None or expression.search(
        ""
    ):  # XPath, which the standard follows, refuses patterns that match an empty text
        return None
    fill = _template(replacement, "q" in flags)
    pieces: list[str] = []
    size, position = 0, 0
    for found in expression.finditer(text):
        pieces += [text[position : found.start()], fill(found)]
        position = found.end()
        size += len(pieces[-1]) + len(pieces[-2])
        run.spend(1)
        run.limit(size)
    pieces.append(text[position:])
    return "".join(pieces)


def _template(replacement: str, literal: bool) -> Callable[[Any], str]:
    """What takes the place of a match: ``$1`` is its first group, ``\\$`` a dollar sign."""
    if literal or ("$" not in replacement and "\\" not in replacement):
        return lambda found: replacement

    def group(found: Any, mark: re.Match[str]) -> str:
        if mark[1]:
            return mark[1]
        number = int(mark[2])
        return (found.group(number) or "") if number <= len(found.groups()) else ""

    return lambda found: _GROUP.sub(lambda mark: group(found, mark), replacement)


def _expression(run: Run, text: str, pattern: str, flags: str = "") -> Any:
    """The pattern, after paying for its making and the search, whether or not it is at hand already."""
    run.spend(_PATTERN_COST + len(pattern) // 4 + len(text) // 16)
    return _compiled(pattern, flags)


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    """The pattern as RE2 has it, or None where it is none: back references and look-around do not exist there."""
    if len(pattern) > _MAX_PATTERN or set(flags) - set("smixq"):
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_PATTERN_MEMORY
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    options.literal = "q" in flags
    if "x" in flags and "q" not in flags:
        pattern = _SPACE_OUTSIDE_CLASS.sub(r"\1", pattern)
    if "m" in flags and "q" not in flags:
        pattern = f"(?m){pattern}"
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


def _split(run: Run, text: str, delimiter: str) -> Value:
    expression = _expression(run, text, delimiter)
    if expression is None or expression.search(""):
        return None
    pieces: list[str] = []
    position = 0
    for found in expression.finditer(text):
        run.spend(1)
        pieces.append(text[position : found.start()])
        position = found.end()
    return [*pieces, text[position:]]


def _extract(run: Run, text: str, pattern: str) -> Value:
    expression = _expression(run, text, pattern)
    if expression is None:
        return None
    found: list[str] = []
    for match in expression.finditer(text):
        run.spend(1)
        found.append(match.group(0))
    return found


def _join(run: Run, items: list[Value], delimiter: Value = "") -> Value:
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        return None
    run.spend(len(texts))
    between = delimiter or ""
    run.allocate(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


SIGNATURES: Final[Signatures] = {
    "substring(string: string, start position: number, length: number?)": _substring,
    "string length(string: string)": lambda run, text: len(text),
    "upper case(string: string)": _upper,
    "lower case(string: string)": _lower,
    "trim(string: string)": lambda run, text: text.strip(),
    "substring before(string: string, match: string)": _before,
    "substring after(string: string, match: string)": _after,
    "replace(input: string, pattern: string, replacement: string, flags: string?)": _replace,
    "contains(string: string, match: string)": lambda run, text, match: match in text,
    "starts with(string: string, match: string)": lambda run, text, match: text.startswith(match),
    "ends with(string: string, match: string)": lambda run, text, match: text.endswith(match),
    "matches(input: string, pattern: string, flags: string?)": _search,
    "split(string: string, delimiter: string)": _split,
    "extract(input: string, pattern: string)": _extract,
    "string join(list: list, delimiter: string|Null?)": _join,
}
