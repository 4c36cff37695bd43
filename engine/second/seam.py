"""Makes verification ask the second engine; SpiffWorkflow is loaded when it is first asked."""

from __future__ import annotations

from engine.documents.store import Store
from engine.history import verify
from engine.history.findings import Failure
from engine.history.journal import Entry


def install() -> None:
    """From now on, in this process, verification asks whether an independent engine takes the same path."""
    verify.second_engine = _asked


def _asked(found: list[Entry], store: Store) -> Failure | None:
    from engine.second.audit import second_engine

    return second_engine(found, store)
