"""The reasons for which messages say no."""

from __future__ import annotations

from engine.errors import Conflict, Mistake


class MessageNameWrong(Mistake):
    """Expected the name of a message, of 1 to 255 characters."""


class MessageKeyWrong(Mistake):
    """Expected a correlation key of 1 to 200 characters, or none."""


class MessageTooLarge(Mistake):
    """Expected values of at most {limit} kB, found {found} kB; send files and long texts another way."""


class TimeToLiveWrong(Mistake):
    """Expected a time to live of 0 to {limit} seconds, found {found}."""


class MessageUnknown(Conflict):
    """Expected a message that you may see, found none under this address."""

    status = 404


class MessageNotExpired(Conflict):
    """Expected a message that nobody took within its time, but it is {state}."""


class MessageSettled(Conflict):
    """Expected a message that waits or whose time is over, but it is {state}."""
