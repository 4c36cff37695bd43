"""What one may ask of a number series: a stream per office, kind and year."""

from __future__ import annotations

from engine.messages import Command


class SeriesCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of one series."""

    kind = "series"
    series: str
    year: int

    def stream(self) -> str:
        return f"series:{self.series}/{self.year}"


class TakeNumbers(SeriesCommand, frozen=True, kw_only=True):
    """Take the next numbers of a series for a case."""

    count: int
    case: str


class VoidNumbers(SeriesCommand, frozen=True, kw_only=True):
    """List numbers as void (作废), because the case that took them no longer wants them."""

    numbers: list[int]
    case: str
