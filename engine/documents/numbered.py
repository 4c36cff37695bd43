"""The number of a letter (滨党建提〔2026〕1号) as people type it: other brackets, blanks, wide digits, without 号."""

from __future__ import annotations

import re
import unicodedata

#: The year stands in six-cornered brackets (GB/T 9704); few people can type them. Each is a set inside of a pattern.
_OPEN, _CLOSE = r"[〔﹝【\[［(（]", r"[〕﹞】\]］)）]"
_BLANKS = r"[ \t\u3000]*"
_DIGITS = "0123456789"
_NUMBER = re.compile(
    rf"(?P<series>.*?)\s*{_OPEN}\s*(?P<year>\d{{4}})\s*{_CLOSE}(?:\s*第?\s*(?P<number>\d+)\s*号?)?\s*(?P<rest>.*)",
    re.DOTALL,
)


def pattern(text: str) -> str | None:
    """The pattern that all spellings of the number in *text* match, on both databases; None where it holds none.

    A number that is given is the whole number: 1号 is not found in 12号.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    parts = [re.escape("".join(found["series"].split())), _OPEN, _wide(found["year"]), _CLOSE]
    if found["number"]:
        parts += ["第?", _wide(found["number"]), f"(?:号|(?![{_DIGITS}{_widened(_DIGITS)}]))"]
    return _BLANKS.join([*parts, re.escape(found["rest"])])


def _wide(digits: str) -> str:
    """Each digit as it is, or as wide as a Chinese character; *digits* may be either."""
    return "".join(f"[{one}{_widened(one)}]" for one in unicodedata.normalize("NFKC", digits))


def _widened(digits: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) for one in digits)
