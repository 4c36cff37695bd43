"""Seals what changed once a minute, in a thread of ``bihuan run`` and ``bihuan work``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.history import seals

if TYPE_CHECKING:
    from engine.dispatch import Engine

log = logging.getLogger(__name__)

#: Seconds between two seals: what is younger cannot be proven against somebody who owns database and key.
EVERY = 60.0


@contextmanager
def sealing(engine: Engine, every: float = EVERY) -> Iterator[None]:
    """A sealing thread for as long as the block lasts; several processes may have one."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(engine, stop, every), name="seals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


def _run(engine: Engine, stop: threading.Event, every: float) -> None:
    while not stop.wait(every):
        _once(engine)
    _once(engine)


def _once(engine: Engine) -> None:
    try:
        seals.seal(engine)
    except Exception:
        # The database may be away, or the folder full; the next minute tries again, and the proof page tells the age.
        log.exception("The seal could not be made; it is tried again.")
