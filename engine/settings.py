"""Every option of an installation, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

#: The rules by which commands become events; raised when a change would alter what recorded commands yield.
BEHAVIOUR = 1


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation decides."""

    #: Folder of the SQLite database, the file store and the key.
    data: Path = Path("data")
    #: SQLAlchemy address; by default the SQLite file in *data*.
    database_url: str = ""
    #: Address with the role that owns the tables and migrates them, where the application's role may not.
    owner_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    #: Sign in by one click as an invented person; only on loopback.
    demo: bool = True
    #: Digest of the journal: ``sha256`` or ``sm3``.
    digest: str = "sha256"
    #: Folder outside the database to which every seal is written; by default ``seals`` in *data*.
    seals: Path | None = None
    #: Largest file that may be uploaded, in bytes.
    file_limit: int = 20 * 1024 * 1024
    #: Minutes without a click after which a session ends; and hours after which it ends in any case.
    idle_minutes: int = 30
    session_hours: int = 12
    #: Bytes free on the disk below which the administrator is told.
    disk_warning: int = 2 * 1024**3
    #: Folder of the process packages that the demonstration deploys.
    processes: Path = Path(__file__).parent.parent / "processes"

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data / 'bihuan.sqlite'}"

    @property
    def seals_folder(self) -> Path:
        """Where seals leave the database."""
        return self.seals or self.data / "seals"


def from_environment(environment: Mapping[str, str] = os.environ, *, demo: bool | None = None) -> Settings:
    """The settings that the environment variables ask for; *demo* overrides them."""
    get = environment.get
    return Settings(
        data=Path(get("BIHUAN_DATA", "data")),
        database_url=get("DATABASE_URL", ""),
        owner_url=get("BIHUAN_OWNER_URL", ""),
        host=get("HOST", "127.0.0.1"),
        port=int(get("PORT", "8000")),
        demo=get("DEMO", "1") != "0" if demo is None else demo,
        digest=get("BIHUAN_DIGEST", "sha256"),
        seals=Path(get("BIHUAN_SEALS", "")) if get("BIHUAN_SEALS") else None,
    )
