"""A package is its files: the same content has the same digest, and nothing gets in beside it."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.errors import PackageInvalid
from engine.definitions.package import Package, pack, read_folder, read_zip
from tests.driver import PROCESSES

MANIFEST = b'id = "tiny"\ntitle = "T"\n'


def zipped(*files: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these files, also such as no honest program writes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", kind) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, kind)
    return body.getvalue()


def manifest(text: str) -> Package:
    """A package with only this manifest."""
    return Package({"package.toml": text.encode()})


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PROCESSES.glob("*/package.toml")), ids=lambda f: f.name
)
def test_a_package_comes_out_of_its_zip_as_it_went_in(folder: Path) -> None:
    package = read_folder(folder)
    again = read_zip(pack(package))
    assert again.files == package.files
    assert again.digest == package.digest
    assert pack(again) == pack(package)


@settings(deadline=None)
@given(st.dictionaries(st.text("abc/.", min_size=1).map(lambda name: f"forms/x{name.replace('/', '')}y"), st.binary()))
def test_the_digest_depends_on_names_and_content_alone(files: dict[str, bytes]) -> None:
    first = Package({"package.toml": MANIFEST, **files})
    second = Package(dict(reversed(list(first.files.items()))))
    assert first.digest == second.digest
    assert pack(first) == pack(second)
    for name in files:
        assert Package(first.files | {name: files[name] + b"!"}).digest != first.digest
        assert Package({**{key: body for key, body in first.files.items() if key != name}}).digest != first.digest


def test_a_folder_that_was_zipped_whole_is_a_package() -> None:
    assert read_zip(zipped(("tiny/package.toml", MANIFEST), ("tiny/README.md", b""))).id == "tiny"


@pytest.mark.parametrize(
    "name", ["/package.toml", "../package.toml", "a/../../x", "a//b", "./x", "C:x", "a\\b", "forms/..", "forms/."]
)
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(PackageInvalid):
        read_zip(zipped(("package.toml", MANIFEST), (name, b"")))


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("README.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("package.toml", MANIFEST)
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(PackageInvalid):
        read_zip(body.getvalue())
    (tmp_path / "package.toml").write_bytes(MANIFEST)
    (tmp_path / "README.md").symlink_to("/etc/passwd")
    with pytest.raises(PackageInvalid):
        read_folder(tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(PackageInvalid):
        read_zip(zipped(("package.toml", MANIFEST), ("README.md", b"a"), ("README.md", b"b")))


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_may_take_any_memory_is_refused(kind: int) -> None:
    with pytest.raises(PackageInvalid):
        read_zip(zipped(("package.toml", MANIFEST), kind=kind))


def test_a_zip_bomb_is_refused_before_it_bursts() -> None:
    with pytest.raises(PackageInvalid):
        read_zip(zipped(("package.toml", MANIFEST), *((f"forms/{n}.json", bytes(4_000_000)) for n in range(3))))


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageInvalid):
        read_zip(zipped(("package.toml", MANIFEST), *((f"forms/{n}.json", b"") for n in range(200))))
    for number in range(201):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(PackageInvalid):
        read_folder(tmp_path)


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
def test_a_broken_zip_is_refused_and_nothing_else(noise: bytes, place: int, byte: int) -> None:
    good = bytearray(zipped(("package.toml", MANIFEST), ("README.md", b"words " * 20)))
    good[place % len(good)] = byte
    for body in (noise, b"PK\x03\x04" + noise, bytes(good), bytes(good[: place % len(good)])):
        with contextlib.suppress(PackageInvalid):
            read_zip(body)


def test_hidden_files_are_no_part_of_a_package(tmp_path: Path) -> None:
    (tmp_path / "package.toml").write_bytes(MANIFEST)
    (tmp_path / ".DS_Store").touch()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").touch()
    assert list(read_folder(tmp_path).files) == ["package.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "", 'id = "tiny"', 'id = "Tiny"\ntitle = "T"', 'id = "../x"\ntitle = "T"', 'id = "tiny"\ntitle = 5',
        'id = "tiny"\ntitle = "T"\ncolour = "red"', 'id = "tiny"\ntitle = "T"\n[units.a]\nsize = "big"',
        'id = "tiny"\ntitle = "T"\n[settings.a]\nvalue = 1\nunit = "d"',
        'id = "tiny"\ntitle = "T"\n[roles]\n"a b" = "R"',
        'id = "tiny"\ntitle = "T"\nid = "other"', "a = " + "[" * 5_000,
    ],
)  # fmt: skip
def test_a_manifest_says_what_is_known_and_nothing_else(text: str) -> None:
    with pytest.raises(PackageInvalid):
        manifest(text)


def test_numbers_of_settings_are_exact() -> None:
    package = manifest('id = "tiny"\ntitle = "T"\n[settings.rate]\nvalue = 0.1\n[settings.days]\nvalue = 3')
    assert package.settings == {"rate": Decimal("0.1"), "days": 3}
