"""The kernel's state of a case, from its row, parsed once per step."""

from __future__ import annotations

from engine import bpmn
from engine.instances.tables import instances
from engine.rows import Rows


def live_state(rows: Rows, instance: str) -> bpmn.State:
    """The state that the step's kernel and the appliers share; an empty one for a case that begins."""
    if instance not in rows.live:
        row = rows.get(instances, instance)
        rows.live[instance] = bpmn.State.load(row["snapshot"]) if row and row["snapshot"] else bpmn.State()
    found: bpmn.State = rows.live[instance]
    return found
