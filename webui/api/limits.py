"""How often a program may ask: counted in this process, by token, and by address where no token holds."""

from __future__ import annotations

import hashlib
import math
import time

from flask import Flask, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

#: Requests of one token in a minute; of what makes the machine work for seconds, far fewer.
A_MINUTE, COSTLY_A_MINUTE = 3_000, 60
#: Requests in a minute of one address whose token does not hold.
WITHOUT_A_MINUTE = 120

_PLACE = "bihuan.limits"


class Limits:
    """The counters of one application; another process counts for itself."""

    def __init__(self) -> None:
        self._counters = FixedWindowRateLimiter(MemoryStorage())
        self.ordinary = RateLimitItemPerMinute(A_MINUTE)
        self.costly = RateLimitItemPerMinute(COSTLY_A_MINUTE)
        self.without = RateLimitItemPerMinute(WITHOUT_A_MINUTE)

    def asked(self, token: str, *, costly: bool) -> None:
        """Counts a request with a token; raises TooManyRequests."""
        key = hashlib.sha256(token.encode()).hexdigest()
        self._count(self.ordinary, key)
        if costly:
            self._count(self.costly, f"costly {key}")

    def refused(self, address: str) -> None:
        """Counts a request whose token does not hold; raises TooManyRequests."""
        self._count(self.without, f"without {address}")

    def _count(self, limit: RateLimitItemPerMinute, key: str) -> None:
        if self._counters.hit(limit, key):
            return
        reset = self._counters.get_window_stats(limit, key).reset_time
        raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))


def install(app: Flask) -> None:
    """Gives the application its counters."""
    app.extensions[_PLACE] = Limits()


def limits() -> Limits:
    """The counters of this application."""
    found: Limits = current_app.extensions[_PLACE]
    return found


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""
