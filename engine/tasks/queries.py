"""What pages and handlers read about tasks; every list takes what the reader may see."""

from __future__ import annotations

from engine.tasks.tables import tasks, work_items

__all__ = ["tasks", "work_items"]
