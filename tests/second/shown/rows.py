"""What shows a row of the table of defects, on both sides."""

from __future__ import annotations

from collections.abc import Callable

from tests.bpmn.case import Case

#: Row → what shows the defect in the library.
STOCK: dict[str, Callable[[], None]] = {}
#: Row → a case of ours that it touches; its verdict is ``same``, or not comparable by this row.
OURS: dict[str, Callable[[], Case]] = {}


def stock(row: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def kept(shows: Callable[[], None]) -> Callable[[], None]:
        STOCK[row] = shows
        return shows

    return kept


def ours(row: str) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    def kept(makes: Callable[[], Case]) -> Callable[[], Case]:
        OURS[row] = makes
        return makes

    return kept
