"""What pages and handlers read about number series."""

from __future__ import annotations

from engine.ledgers.tables import series, void_numbers

__all__ = ["series", "void_numbers"]
