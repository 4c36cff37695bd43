"""Makes verification ask the second engine; SpiffWorkflow is loaded when it is first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.documents.store import Store
from engine.history import verify
from engine.history.journal import Entry

if TYPE_CHECKING:
    from engine.second.audit import Beside


def install() -> None:
    """From now on, in this process, verification asks whether an independent engine takes the same path."""
    verify.second_engine = _beside


def _beside(found: list[Entry], store: Store) -> Beside | None:
    from engine.second.audit import beside

    return beside(found, store)
