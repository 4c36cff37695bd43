"""How often a program may ask: counted in this process, by token, and by address where no token holds."""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

from engine.clock import SystemClock
from webui.api.rates import Rate

#: Requests of one token in a minute; of what makes the machine work for seconds, far fewer.
A_MINUTE, COSTLY_A_MINUTE = 3_000, 60
#: Requests in a minute of one address whose token does not hold.
WITHOUT_A_MINUTE = 120

_PLACE = "bihuan.limits"


class Limits:
    """The counters of one application; another process counts for itself."""

    def __init__(self) -> None:
        self.ordinary = Rate(A_MINUTE)
        self.costly = Rate(COSTLY_A_MINUTE)
        self.without = Rate(WITHOUT_A_MINUTE)

    def asked(self, token: str, *, costly: bool) -> None:
        """Counts a request with a token; raises TooManyRequests."""
        _count(self.ordinary, token)
        if costly:
            _count(self.costly, token)

    def refused(self, address: str) -> None:
        """Counts a request whose token does not hold; raises TooManyRequests."""
        _count(self.without, address)


def _count(rate: Rate, caller: str) -> None:
    # The clock of the machine: a limit is about its load, and the installation's clock may stand still.
    if wait := rate.wait(caller, SystemClock().now()):
        raise TooManyRequests(retry_after=wait)


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
