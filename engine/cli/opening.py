"""Opens the installation that the environment describes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from engine.db import Database
from engine.dispatch import Engine
from engine.history.keys import signing_key
from engine.schema import allow, migrate
from engine.settings import Settings, from_environment


def open_engine(settings: Settings | None = None) -> Engine:
    """The installation, its schema brought up to date."""
    settings = settings or from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    bring_up_to_date(settings)
    # The key that seals is made at set-up, so that its fingerprint can be written down before anything happens.
    signing_key(settings.data)
    return Engine(settings)


def bring_up_to_date(settings: Settings) -> None:
    """The schema at its newest migration; with two roles, by the owner, who then gives the application its rights."""
    owner = Database(settings.owner_url or settings.url)
    try:
        migrate(owner)
        if settings.owner_url:
            allow(owner, sa.make_url(settings.url).username or "")
    finally:
        owner.close()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database alone, its schema brought up to date."""
    bring_up_to_date(settings)
    database = Database(settings.url)
    try:
        yield database
    finally:
        database.close()


def language() -> str:
    """English where the terminal speaks it, else Chinese."""
    return "en" if os.environ.get("LANG", "").startswith("en") else "zh-CN"
