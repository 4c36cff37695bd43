"""An exported case opens and verifies on a bare Python, and holds what an auditor may see."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from engine.cli import main
from engine.history import access
from engine.history.export import VERIFIER
from engine.history.journal import Entry
from engine.history.keys import signing_key
from engine.identity.seen import look
from engine.instances.errors import CaseUnknown
from tests.driver import City
from tests.engine.exporting import OFFLINE, Files, bare_python, case, exported, files, files_of, found_in
from tests.engine.forging import chain

__all__ = ["case", "files"]


def test_an_export_verifies_on_a_bare_python_from_its_folder_and_from_the_zip(
    city: City, files: Files, tmp_path: Path
) -> None:
    folder, packed = tmp_path / "out", tmp_path / "case.zip"
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    fingerprint = signing_key(city.engine.settings.data).public.fingerprint
    for arguments in ([], [str(packed)]):
        asked = [*bare_python(), str(folder / "verify.py"), *arguments, "--key", fingerprint, "--language", "en"]
        said = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, env={})
        assert (said.returncode, said.stderr) == (0, "")
        assert said.stdout.startswith("Whole: ")
        assert "It is the key you gave." in said.stdout


def test_the_verifier_is_written_for_python_3_8_and_its_standard_library_alone() -> None:
    tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert imported <= set(sys.stdlib_module_names) | {"__future__"}


def test_an_export_holds_what_an_auditor_needs(city: City, case: str, files: Files) -> None:
    children = city.children(case)
    journals = {f"journal/{stream}.jsonl" for stream in (case, *(child.id for child in children))}
    assert {name for name in files if name.startswith("journal/")} == journals
    assert {"README.md", "index.html", "verify.py", "key.pem", "manifest.json", "manifest.sig"} <= set(files)
    assert "definitions/caller-1/process.bpmn" in files
    assert "definitions/called-1/forms/report.json" in files
    assert ("好" * 1_000).encode() in [body for name, body in files.items() if name.endswith("text.txt")]
    page = files["index.html"].decode()
    assert "刘敏" in page
    assert "<script" not in page
    assert f"{case}" in page


def test_the_lines_of_the_journal_are_the_bytes_that_are_hashed(city: City, case: str, files: Files) -> None:
    lines = files[f"journal/{case}.jsonl"].splitlines()
    entries = [msgspec.json.decode(line, type=Entry) for line in lines]
    assert entries == chain(city, case)
    for line, entry in zip(lines, entries, strict=True):
        body = {name: value for name, value in json.loads(line).items() if name != "hash"}
        assert hashlib.sha256(entry.previous_hash.encode() + OFFLINE.canonical(body)).hexdigest() == entry.hash


def test_everything_is_sealed_and_proven_at_the_moment_of_the_export(files: Files) -> None:
    run = OFFLINE.Verification(files)
    assert run.run() == []
    assert run.notes == []
    assert run.counted["seals"] == 2


def test_more_files_go_in_and_a_page_among_them_takes_the_place_of_the_plain_one(city: City, case: str) -> None:
    files = exported(city, case, extra={"index.html": b"<p>replay</p>", "replay/app.js": b"1"})
    assert (files["index.html"], files["replay/app.js"]) == (b"<p>replay</p>", b"1")
    assert found_in(files) == []


def test_only_what_the_person_may_see_is_exported_and_the_rest_is_named(city: City, case: str) -> None:
    child = next(one for one in city.children(case) if one.unit == "huimin")
    with city.engine.database.reading() as connection:
        clerk, nobody = look(connection, "huimin-clerk"), look(connection, "admin")
    assert found_in(exported(city, child.id, seen=clerk)) == []
    for seen in (clerk, nobody):
        with pytest.raises(CaseUnknown):
            exported(city, case, seen=seen)
    with city.engine.database.reading() as connection:
        party = look(connection, "party-clerk")
    files = exported(city, case, seen=msgspec.structs.replace(party, oversees=frozenset()))
    manifest = json.loads(files["manifest.json"])
    assert {one["stream"] for one in manifest["streams"]} | set(manifest["named"]) == {
        case, *(one.id for one in city.children(case))
    }  # fmt: skip
    assert found_in(files) == []


def test_each_export_is_noted_in_the_access_log(city: City, case: str) -> None:
    exported(city, case)
    with city.engine.database.reading() as connection:
        lines = connection.execute(access.access_log.select()).mappings().all()
    assert [(line["person"], line["action"], line["target"]) for line in lines] == [("auditor", "ExportCase", case)]


def test_the_command_line_writes_an_export_or_says_why_not(
    city: City, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    target = tmp_path / "case.zip"
    assert CliRunner().invoke(main, ["export", case, str(target)]).exit_code == 0
    assert found_in(files_of(target.read_bytes())) == []
    missing = CliRunner().invoke(main, ["export", "nothing", str(tmp_path / "none.zip"), "--language", "en"])
    assert missing.exit_code == 1
    assert "There is no case" in missing.output
    assert list(tmp_path.glob("none*")) == []
