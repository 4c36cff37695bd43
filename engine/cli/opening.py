"""Opens the installation that the environment describes."""

from __future__ import annotations

from engine.dispatch import Engine
from engine.history.keys import signing_key
from engine.schema import migrate
from engine.settings import Settings, from_environment


def open_engine(settings: Settings | None = None) -> Engine:
    """The installation, its schema brought up to date."""
    settings = settings or from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = Engine(settings)
    migrate(engine.database)
    # The key that seals is made at set-up, so that its fingerprint can be written down before anything happens.
    signing_key(settings.data)
    return engine
