"""The words of a process package in the language of the page."""

from __future__ import annotations

from collections.abc import Callable

from engine.definitions.package import Package
from webui.texts import language


def translator(package: Package) -> Callable[[str], str]:
    """Source text of the package → text in the page's language; the source itself where it has no translation."""
    if language() == package.language:
        return str
    words = package.texts(language())
    return lambda source: words.get(source, source)
