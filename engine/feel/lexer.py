"""Text to tokens, one at a time, since in FEEL it depends on the known names where a name ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from engine.feel.errors import FeelSyntaxError

KEYWORDS: Final = frozenset(
    (
        *("and", "or", "between", "in", "instance", "of", "if", "then", "else", "for", "return"),
        *("some", "every", "satisfies", "function", "external", "true", "false", "null"),
    )
)

# Letters of every script, and all beyond the basic plane, as the standard has it; but no full-width punctuation, which
# the standard counts as letters and which in Chinese text is always a slip of the input method.
_LETTER = r"(?:[^\W\d]|[\u200C\u200D\U00010000-\U000EFFFF])"
_PART = r"(?:\w|[\u00B7\u200C\u200D\u203F\u2040\U00010000-\U000EFFFF])"
_WORD = re.compile(f"{_LETTER}{_PART}*")
_SPACE = re.compile(r"(?:[\s\uFEFF\u180E]|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SYMBOL = re.compile(r"\.\.|\*\*|->|<=|>=|!=|[=<>+\-*/()\[\]{},:.?]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_BLANK = re.compile(r"\s*")
_IS_PART = re.compile(_PART)
_PIECES = re.compile(f"{_PART}+|\\S")


class Token(NamedTuple):
    """*kind* is ``number``, ``string``, ``at``, ``name`` or ``end``; of keywords and symbols it is their own text."""

    kind: str
    text: str
    start: int
    end: int


#: By the first word of a name: the name and its pieces, longer names first.
_ByWord: TypeAlias = dict[str, tuple[tuple[str, tuple[str, ...]], ...]]


class Names:
    """The names with spaces or symbols that are known at a place of the text, found by longest match."""

    def __init__(self, names: frozenset[str]) -> None:
        self._by_word = dict(_by_word(names))

    def add(self, name: str) -> None:
        """From here on *name* is one word."""
        _add(self._by_word, name)

    @contextmanager
    def also(self, names: Iterable[str]) -> Iterator[None]:
        """Know *names* for a while."""
        before = dict(self._by_word)
        for name in names:
            self.add(name)
        yield
        self._by_word = before

    def longest(self, text: str, start: int, word: str) -> tuple[str, int] | None:
        """The longest known name that begins here, and where it ends."""
        for name, pieces in self._by_word.get(word, ()):
            end = _end(text, start, pieces)
            if end is not None:
                return name, end
        return None


@lru_cache(maxsize=256)
def _by_word(names: frozenset[str]) -> _ByWord:
    """The names of a whole model or package, put in order once for all its expressions."""
    found: _ByWord = {}
    for name in names:
        _add(found, name)
    return found


def _add(by_word: _ByWord, name: str) -> None:
    first = _WORD.match(name)
    if first is None or first.end() == len(name):
        return
    known = by_word.get(first[0], ())
    if all(name != other for other, _ in known):
        entries = (*known, (name, tuple(_PIECES.findall(name))))
        by_word[first[0]] = tuple(sorted(entries, key=lambda entry: -len(entry[0])))


def _end(text: str, start: int, pieces: tuple[str, ...]) -> int | None:
    """Where a name ends that begins at *start*: white space may be more or less, but words must stay apart."""
    position = start
    for piece in pieces:
        begin = _BLANK.match(text, position).end()  # type: ignore[union-attr] # it matches the empty text
        glued = begin == position > start and _IS_PART.match(piece) and _IS_PART.match(text, position - 1)
        if glued or not text.startswith(piece, begin):
            return None
        position = begin + len(piece)
    runs_on = _IS_PART.match(pieces[-1]) and _IS_PART.match(text, position)
    return None if runs_on else position


class Lexer:
    """Gives the token that begins at a position."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names

    def token(self, position: int) -> Token:
        """The token after the white space and comments at *position*."""
        text = self.text
        start = _SPACE.match(text, position).end()  # type: ignore[union-attr] # it matches the empty text
        if start == len(text):
            return Token("end", "", start, start)
        if word := _WORD.match(text, start):
            return self._word(word[0], start)
        if number := _NUMBER.match(text, start):
            return Token("number", number[0], start, number.end())
        if text[start] == '"':
            return self._string("string", start, start)
        if text[start] == "@":
            return self._string("at", start, start + 1)
        if symbol := _SYMBOL.match(text, start):
            return Token(symbol[0], symbol[0], start, symbol.end())
        raise FeelSyntaxError(position=start, found=text[start], expected="expression")

    def _word(self, word: str, start: int) -> Token:
        if found := self.names.longest(self.text, start, word):
            return Token("name", found[0], start, found[1])
        return Token(word if word in KEYWORDS else "name", word, start, start + len(word))

    def _string(self, kind: str, start: int, quote: int) -> Token:
        found = _STRING.match(self.text, quote)
        if found is None:
            raise FeelSyntaxError(position=start, found=self.text[start : start + 10], expected="string")
        return Token(kind, _unescaped(found[1], start), start, found.end())


def _unescaped(body: str, start: int) -> str:
    if "\\" in body:
        body = _ESCAPE.sub(_character, body)
    try:  # joins the two halves of a character that was written as \uD83D\uDC0E, and refuses half a character
        return body.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelSyntaxError(position=start, found=ascii(body), expected="string") from None


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    if code is None:  # an unknown escape stands for itself, so that patterns such as "\d" need no doubling
        return _PLAIN_ESCAPES.get(escape[3], escape[0])
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ud800"


def normal_name(text: str) -> str:
    """A name as it is written where it is introduced, with its white space made uniform."""
    return " ".join(text.split())
