"""A place in a text: looking at tokens, taking them, and saying what was expected instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.lexer import Lexer, Names, Token, normal_name

MAX_TEXT: Final = 4_000
MAX_DEPTH: Final = 60

Part = TypeVar("Part")


class Cursor:
    """Tokens are read only when looked at, so that a name that has just been introduced is known to the next one."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if len(text) > MAX_TEXT:
            raise FeelBudgetExceeded(what="text", limit=MAX_TEXT)
        #: The names with spaces or symbols that are known here.
        self.names = Names(names)
        self._lexer = Lexer(text, self.names)
        self._text = text
        self._position = 0
        self._ahead: Token | None = None
        self._depth = 0

    @property
    def token(self) -> Token:
        """The next token, which stays."""
        if self._ahead is None:
            self._ahead = self._lexer.token(self._position)
        return self._ahead

    @property
    def kind(self) -> str:
        return self.token.kind

    @property
    def second(self) -> Token:
        """The token after the next one."""
        return self._lexer.token(self.token.end)

    @property
    def position(self) -> int:
        return self._position

    def go_to(self, position: int) -> None:
        """Back to a place that was left, or on behind a token."""
        self._position = position
        self._ahead = None

    def next(self) -> Token:
        """The next token, and on."""
        token = self.token
        self.go_to(token.end)
        return token

    def take(self, kind: str) -> bool:
        """Whether the next token is of this kind; if so, on."""
        if self.kind != kind:
            return False
        self.next()
        return True

    def expect(self, kind: str) -> Token:
        """The next token, which must be of this kind."""
        if self.kind != kind:
            raise self.wrong(kind)
        return self.next()

    def sees(self, pattern: re.Pattern[str]) -> bool:
        """Whether the text goes on like this."""
        return pattern.match(self._text, self._position) is not None

    def new_name(self, pattern: re.Pattern[str]) -> str:
        """A name where it is introduced: the first group of *pattern*, which also takes what must follow the name."""
        found = pattern.match(self._text, self._position)
        if found is None:
            raise self.wrong("name")
        self.go_to(found.end())
        return normal_name(found[1])

    def separated(self, read: Callable[[], Part], close: str) -> tuple[Part, ...]:
        """What *read* reads, with commas between, up to *close*."""
        found: list[Part] = []
        while not self.take(close):
            if found:
                self.expect(",")
            found.append(read())
        return tuple(found)

    def wrong(self, expected: str) -> FeelSyntaxError:
        """The error that something else was expected here."""
        token = self.token
        return FeelSyntaxError(position=token.start, found=self._text[token.start : token.end][:40], expected=expected)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of nesting."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FeelBudgetExceeded(what="depth", limit=MAX_DEPTH)
        yield
        self._depth -= 1
