"""The rules of one file of a package, by its place and name, without looking at the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import msgspec

from engine import bpmn, dmn, errors, feel, forms, texts
from engine.definitions import check_scenarios
from engine.documents import letters
from engine.errors import Finding

_PLACES = re.compile(
    r"README\.md|package\.toml|process\.bpmn|decisions/[^/]+\.dmn|forms/[^/]+\.json|letters/[^/]+\.md\.j2"
    r"|texts/[^/]+\.po|scenarios/[^/]+\.toml|(?:[^/]+/)?[^/]+\.(?:png|svg)"
)
LARGEST_TEXT = 512 * 1024


def is_known(name: str) -> bool:
    """True where a package may have a file of this name."""
    return _PLACES.fullmatch(name) is not None


def own(name: str, body: bytes) -> list[Finding]:
    """The findings about one file, with its name."""
    return [msgspec.structs.replace(found, file=name) for found in _own(name, body)]


def _own(name: str, body: bytes) -> Iterator[Finding]:
    if name.endswith((".bpmn", ".xml")):
        yield from bpmn.check(body, expression_error=expression_error)
    elif name.endswith(".dmn"):
        yield from map(_stricter, dmn.check(body))
    elif name.endswith(".json"):
        yield from forms.check(body)
    elif name.endswith(".md.j2"):
        yield from _letter(body)
    elif name.endswith(".po"):
        yield from _texts(body)
    elif name.endswith(".toml"):
        yield from _toml(name, body)


def expression_error(text: str) -> str | None:
    """What is wrong with an expression of the diagram."""
    try:
        feel.parse(text)
    except errors.BihuanError as wrong:
        return str(wrong)
    return None


def _stricter(found: Finding) -> Finding:
    """An expression in a language that nobody evaluates is no warning: the decision would not be taken."""
    if found.rule == "dmn-unsupported" and "xpressionLanguage" in found.values.get("what", ""):
        return msgspec.structs.replace(found, severity="error")
    return found


def _letter(body: bytes) -> Iterator[Finding]:
    text = _text(body)
    if text is None:
        yield Finding(rule="text-encoding")
        return
    wrong = letters.check(text)
    if wrong is not None:
        yield Finding(rule="letter", line=int(wrong.values["line"]), values={"found": str(wrong.values["found"])})


def _texts(body: bytes) -> Iterator[Finding]:
    if _text(body) is None:
        yield Finding(rule="text-encoding")
        return
    try:
        texts.read(body)
    except Exception as broken:  # babel raises whatever its parser stumbles over
        yield Finding(rule="texts-unreadable", values={"reason": str(broken)[:200]})


def _toml(name: str, body: bytes) -> Iterator[Finding]:
    text = _text(body)
    if text is None:
        yield Finding(rule="text-encoding")
        return
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as broken:
        yield Finding(rule="toml-unreadable", values={"reason": str(broken)[:200]})
        return
    if name.startswith("scenarios/"):
        yield from check_scenarios.own(found)


def _text(body: bytes) -> str | None:
    """The text of a file that is written in UTF-8 and of sensible size."""
    if len(body) > LARGEST_TEXT:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
