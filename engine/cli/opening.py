"""Opens the installation that the environment describes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import click
import sqlalchemy as sa

from engine.db import Database
from engine.dispatch import Engine
from engine.errors import BihuanError
from engine.history.keys import signing_key
from engine.schema import allow, migrate
from engine.second import seam
from engine.settings import Settings, from_environment
from engine.texts import say


def open_engine(settings: Settings | None = None) -> Engine:
    """The installation, its schema brought up to date."""
    settings = settings or from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    bring_up_to_date(settings)
    # The key that seals is made at set-up, so that its fingerprint can be written down before anything happens.
    signing_key(settings.data)
    seam.install()
    return Engine(settings)


@contextmanager
def opened() -> Iterator[Engine]:
    """The installation for as long as one command lasts; its reasons are said as sentences."""
    engine = open_engine()
    with reasons_said(language()), closing(engine.database):
        yield engine


def bring_up_to_date(settings: Settings) -> None:
    """The schema at its newest migration; with two roles, by the owner, who then gives the application its rights."""
    with closing(Database(settings.owner_url or settings.url)) as owner:
        migrate(owner)
        if settings.owner_url:
            allow(owner, sa.make_url(settings.url).username or "")


def open_database(settings: Settings) -> closing[Database]:
    """The database alone, its schema brought up to date, for as long as a block lasts."""
    bring_up_to_date(settings)
    return closing(Database(settings.url))


@contextmanager
def reasons_said(spoken: str) -> Iterator[None]:
    """The engine's reasons as sentences of a language, with exit code 1, instead of a traceback."""
    try:
        yield
    except BihuanError as failed:
        raise click.ClickException(say(failed.code, spoken, **failed.values)) from failed


def language() -> str:
    """English where the terminal speaks it, else Chinese."""
    return "en" if os.environ.get("LANG", "").startswith("en") else "zh-CN"
