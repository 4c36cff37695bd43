"""An exported case opens and verifies on a bare Python, and whatever is done to it is named."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from engine import values
from engine.cli import main
from engine.history import access, seals
from engine.history.export import VERIFIER, export
from engine.history.journal import Entry
from engine.history.keys import SigningKey, signing_key
from engine.history.merkle import Tree
from engine.identity.seen import look
from engine.instances.errors import CaseUnknown
from tests.driver import City
from tests.engine.forging import chain, rehashed, resigned

Files = dict[str, bytes]


def verifier() -> ModuleType:
    """The verifier as the file that lies in every export."""
    spec = importlib.util.spec_from_file_location("offline_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OFFLINE = verifier()


def bare_python() -> list[str]:
    """The oldest Python here, without anything installed: not even its site-packages."""
    for name in ("python3.8", "python3.9", "python3.10"):
        found = shutil.which(name)
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return [found, "-I", "-S"]
    return [sys.executable, "-I", "-S"]


def files_of(body: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def exported(city: City, case: str, **asked: Any) -> Files:
    target = io.BytesIO()
    export(city.engine, case, target, person="auditor", **asked)
    return files_of(target.getvalue())


def found_in(files: Files, **asked: str) -> list[dict[str, Any]]:
    return list(OFFLINE.Verification(files, **asked).run())


@pytest.fixture
def case(city: City) -> str:
    """A case with called cases, documents and a long text, sealed on the way and afterwards."""
    case = city.start("caller", by="party-clerk", month="2026-11")
    seals.seal(city.engine)
    for unit, words in (("huimin", "好"), ("yangxin", "好" * 1_000)):
        city.complete(f"{unit}-clerk", "report", {"text": words}, unit=unit)
    return case


@pytest.fixture
def files(city: City, case: str) -> Files:
    return exported(city, case)


# --- what an export is ---


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


# --- what the verifier computes by itself ---


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.text(), inner), max_leaves=12))  # fmt: skip
def test_the_verifier_spells_values_as_the_record_does(value: Any) -> None:
    assert OFFLINE.canonical(value) == values.canonical(value)


@given(st.binary(max_size=300))
def test_sm3_in_plain_python_is_sm3(body: bytes) -> None:
    assert OFFLINE.sm3(body) == hashlib.new("sm3", body).digest()


def test_sm3_gives_the_example_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A.1."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert OFFLINE.sm3(b"abc").hex() == expected


@pytest.mark.parametrize("size", [0, 1, 31, 200])
def test_signatures_are_checked_as_the_library_does(size: int) -> None:
    key, body = Ed25519PrivateKey.generate(), bytes(range(256))[:size]
    public, signature = key.public_key().public_bytes_raw(), key.sign(body)
    assert OFFLINE.signed(public, body, signature.hex())
    assert not OFFLINE.signed(public, body + b"x", signature.hex())
    assert not OFFLINE.signed(public, body, (signature[:-1] + bytes([signature[-1] ^ 1])).hex())
    assert not OFFLINE.signed(Ed25519PrivateKey.generate().public_key().public_bytes_raw(), body, signature.hex())
    assert not OFFLINE.signed(public, body, "none")


def test_signatures_of_the_standard_are_accepted() -> None:
    """RFC 8032 §7.1, test 2."""
    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert OFFLINE.signed(bytes.fromhex(key), b"\x72", signature)


def test_a_proof_of_inclusion_is_checked_as_the_engine_does() -> None:
    for algorithm in ("sha256", "sm3"):
        for size in range(1, 20):
            leaves = [str(n).encode() for n in range(size)]
            tree = Tree(leaves, algorithm)
            for n in range(size):
                assert OFFLINE.included(leaves[n], n, size, tree.path(n), tree.root, algorithm)
                assert not OFFLINE.included(b"x", n, size, tree.path(n), tree.root, algorithm)


# --- what may be done to an export ---


class Forger:
    """Somebody who has an export and a text editor; *key* signs the list of files anew, where somebody has it."""

    def __init__(self, files: Files, case: str) -> None:
        self.files, self.case = dict(files), case
        self.journal = f"journal/{case}.jsonl"

    @property
    def entries(self) -> list[Entry]:
        return [msgspec.json.decode(line, type=Entry) for line in self.files[self.journal].splitlines()]

    @entries.setter
    def entries(self, found: list[Entry]) -> None:
        lines = [values.canonical(msgspec.structs.asdict(entry)) + b"\n" for entry in found]
        self.files[self.journal] = b"".join(lines)

    @property
    def proofs(self) -> list[dict[str, Any]]:
        return list(json.loads(self.files["proofs.json"]))

    @proofs.setter
    def proofs(self, found: list[dict[str, Any]]) -> None:
        self.files["proofs.json"] = json.dumps(found).encode()

    def listed(self, key: SigningKey | None = None, **changed: Any) -> None:
        """The list of files made to fit; signed where the forger has a key."""
        skipped = ("manifest.json", "manifest.sig")
        sums = {name: hashlib.sha256(body).hexdigest() for name, body in self.files.items() if name not in skipped}
        manifest = {**json.loads(self.files["manifest.json"]), "files": sorted(sums.items()), **changed}
        if key is not None:
            manifest["key"] = key.public.fingerprint
        self.files["manifest.json"] = values.canonical(manifest)
        if key is not None:
            self.files["key.pem"] = key.public.pem.encode()
            sums["key.pem"] = hashlib.sha256(self.files["key.pem"]).hexdigest()
            self.files["manifest.json"] = values.canonical({**manifest, "files": sorted(sums.items())})
            self.files["manifest.sig"] = key.sign(self.files["manifest.json"]).encode()


def edit(forger: Forger) -> None:
    found = forger.entries
    forger.entries = [found[0], msgspec.structs.replace(found[1], actor="party-head"), *found[2:]]


def edit_with_digest(forger: Forger) -> None:
    found = forger.entries
    forger.entries = [found[0], msgspec.structs.replace(found[1], actor="party-head").sealed(), *found[2:]]


def delete(forger: Forger) -> None:
    found = forger.entries
    forger.entries = [found[0], *found[2:]]


def insert(forger: Forger) -> None:
    found = forger.entries
    forger.entries = [*found[:2], found[1], *found[2:]]


def insert_with_digest(forger: Forger) -> None:
    """One more entry that is linked; those after it keep their digests and follow another one."""
    found = forger.entries
    extra = msgspec.structs.replace(found[1], seq=3, previous_hash=found[1].hash, actor="party-head").sealed()
    moved = [msgspec.structs.replace(entry, seq=entry.seq + 1) for entry in found[2:]]
    forger.entries = [*found[:2], extra, *moved]


def reorder(forger: Forger) -> None:
    found = forger.entries
    forger.entries = [found[0], found[2], found[1], *found[3:]]


def cut(forger: Forger) -> None:
    forger.entries = forger.entries[:-1]


def cut_with_proofs(forger: Forger) -> None:
    """Also the last proof, the list of streams and the list of files; only the signature cannot be made to fit."""
    forger.entries = forger.entries[:1]
    forger.proofs = [one for one in forger.proofs if one["stream"] != forger.case or one["seq"] == 1]
    manifest = json.loads(forger.files["manifest.json"])
    first = forger.entries[0]
    streams = [
        {**one, "seq": 1, "head": first.hash} if one["stream"] == forger.case else one for one in manifest["streams"]
    ]
    forger.listed(streams=streams)


def rewrite(forger: Forger) -> None:
    found = forger.entries
    forger.entries = rehashed([found[0], msgspec.structs.replace(found[1], actor="party-head"), *found[2:]])


def drop_child(forger: Forger) -> None:
    del forger.files[_child(forger)]


def drop_child_with_everything(forger: Forger) -> None:
    """Journal, proofs, list of streams and of files; the calling case still tells that it was called."""
    name = _child(forger)
    stream = name.removeprefix("journal/").removesuffix(".jsonl")
    del forger.files[name]
    forger.proofs = [one for one in forger.proofs if one["stream"] != stream]
    manifest = json.loads(forger.files["manifest.json"])
    forger.listed(streams=[one for one in manifest["streams"] if one["stream"] != stream])


def _child(forger: Forger) -> str:
    return next(name for name in sorted(forger.files) if name.startswith("journal/") and name != forger.journal)


def edit_seal(forger: Forger) -> None:
    forger.proofs = [{**one, "seal": {**one["seal"], "at": "2026-11-03T00:00:00.000000Z"}} for one in forger.proofs]


def resign_seals(forger: Forger) -> None:
    forger.proofs = [_resigned(one) for one in forger.proofs]


def _resigned(proof: dict[str, Any]) -> dict[str, Any]:
    seal = resigned(msgspec.convert(proof["seal"], seals.Seal), OTHER)
    return {**proof, "seal": msgspec.to_builtins(seal)}


def resign_everything(forger: Forger) -> None:
    """Signed and linked throughout with a key of the forger's own: only comparing the fingerprint tells."""
    made: dict[int, seals.Seal] = {}
    for proof in sorted(forger.proofs, key=lambda one: int(one["seal"]["number"])):
        seal = msgspec.convert(proof["seal"], seals.Seal)
        before = made.get(seal.number - 1)
        made[seal.number] = resigned(seal, OTHER, previous=before.digest if before else seal.previous)
    forger.proofs = [{**one, "seal": msgspec.to_builtins(made[one["seal"]["number"]])} for one in forger.proofs]
    forger.listed(OTHER)


def two_seals_of_one_number(forger: Forger) -> None:
    [first, *others] = [one for one in forger.proofs if one["stream"] == forger.case]
    forger.proofs = [first, *({**one, "seal": {**one["seal"], "number": first["seal"]["number"]}} for one in others)]


def another_proof(forger: Forger) -> None:
    forger.proofs = [{**one, "path": one["path"][:-1]} for one in forger.proofs]


def change_document(forger: Forger) -> None:
    name = next(name for name in forger.files if name.endswith("text.txt"))
    forger.files[name] = "坏".encode()


def remove_document(forger: Forger) -> None:
    forger.files.pop(next(name for name in forger.files if name.endswith("text.txt")))


def change_diagram(forger: Forger) -> None:
    forger.files["definitions/caller-1/process.bpmn"] += b"<!-- -->"


def cut_the_export(forger: Forger) -> None:
    del forger.files["README.md"]


def add_a_file(forger: Forger) -> None:
    forger.files["files/note.txt"] = b"x"


def change_the_page(forger: Forger) -> None:
    forger.files["index.html"] = forger.files["index.html"].replace("刘敏".encode(), "王敏".encode())


def unsign(forger: Forger) -> None:
    forger.files["manifest.sig"] = b""


OTHER = SigningKey(Ed25519PrivateKey.generate())

#: Attack → the code that names it first, and the entry or seal where there is one.
ATTACKS: list[tuple[Callable[[Forger], None], str, int | None]] = [
    (edit, "entry-edited", 2),
    (edit_with_digest, "entry-edited", 2),
    (delete, "entry-deleted", 3),
    (insert, "entry-inserted", 2),
    (insert_with_digest, "entry-inserted", 3),
    (reorder, "entries-reordered", 3),
    (cut, "record-cut", None),
    (cut_with_proofs, "manifest-changed", None),
    (rewrite, "record-rewritten", None),
    (drop_child, "stream-dropped", None),
    (drop_child_with_everything, "stream-dropped", None),
    (edit_seal, "seal-changed", 1),
    (resign_seals, "seal-foreign-key", 1),
    (two_seals_of_one_number, "seal-forked", 1),
    (another_proof, "seal-proof-wrong", None),
    (change_document, "document-changed", None),
    (remove_document, "document-missing", None),
    (change_diagram, "package-changed", None),
    (cut_the_export, "export-cut", None),
    (add_a_file, "file-added", None),
    (change_the_page, "file-changed", None),
    (unsign, "manifest-changed", None),
]


@pytest.mark.parametrize(("attack", "code", "place"), ATTACKS, ids=[row[0].__name__ for row in ATTACKS])
def test_an_attack_on_an_export_is_named(
    case: str, files: Files, attack: Callable[[Forger], None], code: str, place: int | None
) -> None:
    forger = Forger(files, case)
    assert found_in(forger.files) == []
    attack(forger)
    findings = found_in(forger.files)
    assert findings
    assert findings[0]["code"] == code
    if place is not None:
        assert place in (findings[0].get("seq"), findings[0].get("seal"))
    for language in OFFLINE.SAID:
        assert "?" not in OFFLINE.say(language, findings[0])


def test_an_export_signed_throughout_with_another_key_is_told_by_the_fingerprint(
    city: City, case: str, files: Files
) -> None:
    forger = Forger(files, case)
    resign_everything(forger)
    ours = signing_key(city.engine.settings.data).public.fingerprint
    assert found_in(forger.files) == []
    assert [one["code"] for one in found_in(forger.files, key=ours)] == ["key-foreign"]
    grouped = " ".join(ours[n : n + 4] for n in range(0, 64, 4))
    assert found_in(files, key=grouped) == []


def test_copies_of_seals_that_the_auditor_keeps_tell_what_the_key_s_owner_did(
    city: City, case: str, files: Files, tmp_path: Path
) -> None:
    """Cut or forked by somebody who owns the key: everything is signed anew, the copies know better."""
    copies = tmp_path / "copies"
    shutil.copytree(city.engine.settings.seals_folder, copies)
    assert found_in(files, copies=str(copies)) == []
    key = signing_key(city.engine.settings.data)
    forger = Forger(files, case)
    cut_with_proofs(forger)
    forger.listed(key)
    assert found_in(forger.files) == []
    assert {one["code"] for one in found_in(forger.files, copies=str(copies))} == {"record-cut"}

    forger = Forger(files, case)
    forger.proofs = [
        {**one, "seal": msgspec.to_builtins(resigned(msgspec.convert(one["seal"], seals.Seal), key, at="2026-11-05"))}
        for one in forger.proofs
        if one["stream"] == case and one["seal"]["number"] == 1
    ]
    forger.listed(key)
    assert "seal-forked" in {one["code"] for one in found_in(forger.files, copies=str(copies))}


def test_every_kind_of_finding_has_a_sentence_in_both_languages() -> None:
    assert set(OFFLINE.SAID["en"]) == set(OFFLINE.SAID["zh-CN"])
    source = VERIFIER.read_text()
    codes = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    assert [code for code in OFFLINE.SAID["en"] if code not in codes] == []


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_export_is_said_plainly(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(broken)
    said = subprocess.run(
        [*bare_python(), str(VERIFIER), str(path), "--language", "en"], capture_output=True, text=True, env={}
    )
    assert (said.returncode, said.stderr) == (2, "")
    assert said.stdout.startswith("the export cannot be read")
