"""How often one caller may ask: so many requests in a minute, counted in this process."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from threading import Lock

#: Length of a window.
SECONDS = 60


class Rate:
    """A window of a minute that begins with a request; what was counted is forgotten with it, so it never grows.

    The library that was tried first starts a thread for each request to forget what it counted.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._end = 0.0
        self._counted: dict[str, int] = {}
        self._lock = Lock()

    def wait(self, caller: str, now: datetime) -> int:
        """Counts one request of *caller*; the seconds after which it may ask again, 0 where it may now."""
        moment = now.timestamp()
        with self._lock:
            if moment >= self._end:
                self._end, self._counted = moment + SECONDS, {}
            number = self._counted[caller] = self._counted.get(caller, 0) + 1
            left = self._end - moment
        return ceil(left) if number > self.most else 0
