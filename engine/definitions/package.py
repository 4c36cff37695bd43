"""A process package: data files under one id, read from a folder or a zip, addressed by the digest of its content."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from engine import texts, values
from engine.definitions.errors import PackageInvalid

MOST_FILES = 200
MOST_BYTES = 10 * 1024 * 1024

#: A fixed time in every zip, so that the same content gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A number, deadline or word that the office may change; ``mark`` says whose it is (A: our default, S: stated)."""

    value: Any
    title: str = ""
    mark: str = ""


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of offices: of a kind, or in which somebody holds a role."""

    kind: str = ""
    role: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``package.toml``."""

    id: str
    title: str
    language: str = "zh-CN"
    owner: str = ""
    basis: str = ""
    retention_years: int = 10
    viewers: tuple[str, ...] = ()
    roles: dict[str, str] = {}
    units: dict[str, Unit] = {}
    settings: dict[str, Setting] = {}


class Package:
    """The files of one package, and what its manifest says."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(sorted(files.items()))
        self.manifest = _manifest(self.files)

    @property
    def id(self) -> str:
        """The package's id: the name of its folder and of its process."""
        return self.manifest.id

    @property
    def title(self) -> str:
        """Its title in the package's language."""
        return self.manifest.title

    @property
    def language(self) -> str:
        """The language of its diagram and forms."""
        return self.manifest.language

    @property
    def viewers(self) -> tuple[str, ...]:
        """Roles that see every case of it."""
        return self.manifest.viewers

    @property
    def settings(self) -> dict[str, Any]:
        """The settings' values, as expressions see them."""
        return {name: setting.value for name, setting in self.manifest.settings.items()}

    @property
    def units(self) -> dict[str, dict[str, str]]:
        """Variables that are filled with offices at the start, with what to ask for."""
        return {
            name: {key: value for key, value in (("kind", unit.kind), ("role", unit.role)) if value}
            for name, unit in self.manifest.units.items()
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the names and digests of the files."""
        listed = [[name, values.digest(body)] for name, body in self.files.items()]
        return values.digest(values.canonical(listed))

    def texts(self, language: str) -> Mapping[str, str]:
        """Source text → text in *language*; empty where the package has no such translation."""
        body = self.files.get(f"texts/{language}.po")
        return _texts(body) if body else {}


def read_folder(folder: Path) -> Package:
    """The package in *folder*; raises PackageInvalid."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in path.parts[-2:]):
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    _bounded(len(files), sum(map(len, files.values())))
    return Package(files)


def read_zip(body: bytes) -> Package:
    """The package in a zip from anywhere; raises PackageInvalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
            _bounded(len(listed), sum(info.file_size for info in listed))
            return Package({_safe(info.filename): _unpack(archive, info) for info in listed})
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise PackageInvalid(reason=f"zip: {broken}"[:200]) from broken


def pack(package: Package) -> bytes:
    """The package as a zip whose bytes depend on the content alone."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in package.files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return body.getvalue()


unpack = read_zip


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    # The size that the directory claims is not believed: no more than the bound is read.
    with archive.open(info) as file:
        content = file.read(MOST_BYTES + 1)
    _bounded(1, len(content))
    return content


def _bounded(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise PackageInvalid(reason=f"{files} files, {size} bytes")


def _safe(name: str) -> str:
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ".." in parts or ":" in name:
        raise PackageInvalid(reason=f"name {name[:60]}")
    return name


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    body = files.get("package.toml")
    if body is None:
        raise PackageInvalid(reason="package.toml")
    try:
        return msgspec.convert(tomllib.loads(body.decode()), Manifest)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, RecursionError) as broken:
        raise PackageInvalid(reason=f"package.toml: {broken}"[:200]) from broken


@lru_cache(maxsize=128)
def _texts(body: bytes) -> Mapping[str, str]:
    return texts.read(body)
