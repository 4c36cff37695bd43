"""Two or three cases that stand half-way, so that no page of the demonstration is empty."""

from __future__ import annotations

from engine.dispatch import Engine


def begin(engine: Engine) -> None:
    """Starts the cases of the demonstration, once."""
