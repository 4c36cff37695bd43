"""Applies what happened to number series to their tables."""

from __future__ import annotations

from engine.ledgers import events
from engine.ledgers.tables import series, void_numbers
from engine.messages import Stamp
from engine.rows import Appliers, Rows


def numbers_taken(event: events.NumbersTaken, rows: Rows, stamp: Stamp) -> None:
    last = event.first + event.count - 1
    rows.insert(series, id=stamp.stream, stream=stamp.stream, name=event.series, year=event.year, last=last)


def numbers_voided(event: events.NumbersVoided, rows: Rows, stamp: Stamp) -> None:
    for number in event.numbers:
        key = f"{stamp.stream}.{number}"
        rows.insert(void_numbers, id=key, stream=stamp.stream, number=number, instance=event.case)


APPLIERS: Appliers = {(events.NumbersTaken, 1): numbers_taken, (events.NumbersVoided, 1): numbers_voided}
