"""Bodies of files and long texts by their SHA-256 digest, on the disk before anything refers to them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from engine import values


class Store:
    """A content-addressed folder; the same body is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, body: bytes) -> str:
        """Keeps *body* and gives its digest; when this returns, the body is on the disk."""
        digest = values.digest(body)
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """The body with this digest; raises FileNotFoundError where there is none."""
        return self._path(digest).read_bytes()

    def has(self, digest: str) -> bool:
        """True where the body is kept."""
        return self._path(digest).exists()

    def sound(self, digest: str) -> bool:
        """True where the kept body still has its digest."""
        return self.has(digest) and values.digest(self.get(digest)) == digest

    def free_bytes(self) -> int:
        """Bytes free on the disk of the folder."""
        return shutil.disk_usage(self.folder).free

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise FileNotFoundError(digest)
        return self.folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    # The name of the file must be on the disk too, or a power cut could lose it.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
