"""What has been verified of a case, as pages say it in one line."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.history import queries as history
from engine.history import verified
from engine.history.findings import RULES, limits


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of a case in one line: the word, when it was verified, and what came since."""

    #: ``sound``, ``partly``, ``unsound`` or ``none``.
    word: str
    at: str = ""
    newer: int = 0


def badge(connection: sa.Connection, instance: str) -> Badge:
    """What has been verified of a case, for ``proof/badge.html``."""
    found = verified.of_case(connection, instance)
    if found is None or found.report is None:
        return Badge(word="none")
    word = "unsound" if not found.report.sound else "partly" if limits(found.report, RULES) else "sound"
    return Badge(word=word, at=found.finished_at, newer=history.since(connection, instance, found.started_at))
