"""How often one caller may ask: so many requests in each minute, counted in this process."""

from __future__ import annotations

from datetime import datetime
from threading import Lock


class Rate:
    """A fixed window of a minute; what was counted is forgotten with its minute, so it never grows.

    The library that was tried first starts a thread for each request to forget what it counted.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._minute = 0
        self._counted: dict[str, int] = {}
        self._lock = Lock()

    def wait(self, caller: str, now: datetime) -> int:
        """Counts one request of *caller*; the seconds after which it may ask again, 0 where it may now."""
        minute, second = divmod(int(now.timestamp()), 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counted = minute, {}
            number = self._counted[caller] = self._counted.get(caller, 0) + 1
        return 60 - second if number > self.most else 0
