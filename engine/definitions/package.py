"""A process package: data files under one id, read from a folder or a zip, addressed by the digest of its content."""

from __future__ import annotations

import io
import stat
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

from engine import texts, values
from engine.definitions.errors import PackageInvalid

MOST_FILES = 200
MOST_BYTES = 10 * 1024 * 1024
LONGEST_MANIFEST = 64 * 1024

#: The file that holds the process.
DIAGRAM = "process.bpmn"

#: A fixed time in every zip, so that the same content gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


#: The id of a package, a role, a list of offices or a setting: a name that expressions and addresses can hold.
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Setting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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

    id: Name
    title: str
    language: str = "zh-CN"
    owner: str = ""
    basis: str = ""
    retention_years: int = 10
    viewers: tuple[Name, ...] = ()
    roles: dict[Name, str] = {}
    units: dict[Name, Unit] = {}
    settings: dict[Name, Setting] = {}


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
    """The package in *folder*, without hidden files; raises PackageInvalid."""
    found: dict[str, Path] = {}
    size = 0
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise PackageInvalid(reason=f"link {name[:60]}")
        if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
            found[name] = path
            size += path.stat().st_size
            _bounded(len(found), size)
    return Package({name: path.read_bytes() for name, path in found.items()})


def read_zip(body: bytes) -> Package:
    """The package in a zip from anywhere; raises PackageInvalid."""
    return Package(_inside(unzip(body)))


def unzip(body: bytes) -> dict[str, bytes]:
    """The files of a zip from anywhere, whatever they say; raises PackageInvalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
            _bounded(len(listed), sum(info.file_size for info in listed))
            files = {_safe(info): _unpack(archive, info) for info in listed}
            if len(files) < len(listed):
                raise PackageInvalid(reason="two files of one name")
            return files
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise PackageInvalid(reason=f"zip: {broken}"[:200]) from broken


def pack(package: Package) -> bytes:
    """The package as a zip whose bytes depend on the content alone."""
    return zipped(package.files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip whose bytes depend on the content alone.

    Nothing is compressed: two builds of zlib may give different bytes, and the digest of this zip is the version.
    """
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            archive.writestr(info, content)
    return body.getvalue()


unpack = read_zip


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageInvalid(reason=f"compression {info.compress_type}")
    # The size that the directory claims is not believed: no more than the bound is read.
    with archive.open(info) as file:
        content = file.read(MOST_BYTES + 1)
    _bounded(1, len(content))
    return content


def _bounded(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise PackageInvalid(reason=f"{files} files, {size} bytes")


def _safe(info: zipfile.ZipInfo) -> str:
    """The name of a file in a zip, if it names a plain file below the package."""
    name = info.filename
    parts = name.split("/")
    if "\\" in name or ":" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise PackageInvalid(reason=f"name {name[:60]}")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise PackageInvalid(reason=f"link {name[:60]}")
    return name


def _inside(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files of a package that was zipped together with its folder, without the folder."""
    folders = {name.split("/")[0] for name in files}
    if "package.toml" in files or len(folders) != 1:
        return files
    return {name.partition("/")[2]: body for name, body in files.items()}


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    body = files.get("package.toml")
    if body is None or len(body) > LONGEST_MANIFEST:
        raise PackageInvalid(reason="package.toml" if body is None else f"package.toml > {LONGEST_MANIFEST} bytes")
    try:
        return msgspec.convert(tomllib.loads(body.decode(), parse_float=Decimal), Manifest)
    except (tomllib.TOMLDecodeError, ValueError, ArithmeticError, RecursionError, msgspec.ValidationError) as broken:
        raise PackageInvalid(reason=f"package.toml: {broken}"[:200]) from broken


@lru_cache(maxsize=128)
def _texts(body: bytes) -> Mapping[str, str]:
    return texts.read(body)
