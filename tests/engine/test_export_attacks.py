"""Whatever is done to an export is named by the verifier that lies in it."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine import values
from engine.history import seals
from engine.history.export import VERIFIER
from engine.history.journal import Entry
from engine.history.keys import SigningKey, signing_key
from tests.driver import City
from tests.engine.exporting import OFFLINE, Files, bare_python, case, files, found_in
from tests.engine.forging import rehashed, resigned

__all__ = ["case", "files"]


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


def test_a_record_that_the_key_s_owner_rewrote_and_sealed_anew_is_told_by_the_copies(
    city: City, case: str, files: Files, tmp_path: Path
) -> None:
    """No seal of the export has the number of a kept one: what the copies say of the record is evidence too."""
    copies = tmp_path / "copies"
    shutil.copytree(city.engine.settings.seals_folder, copies)
    forger = Forger(files, case)
    rewrite(forger)
    last = forger.entries[-1]
    told = json.loads(forger.files["manifest.json"])["streams"]
    forger.proofs = [one for one in forger.proofs if one["stream"] != case]
    forger.listed(
        signing_key(city.engine.settings.data),
        streams=[{**one, "head": last.hash} if one["stream"] == case else one for one in told],
    )
    assert found_in(forger.files) == []
    named = {(one["code"], one["seal"]) for one in found_in(forger.files, copies=str(copies))}
    assert named == {("record-rewritten", 1), ("record-rewritten", 2)}


def verified(tmp_path: Path, files: Files, *arguments: str, language: str = "") -> tuple[int, str]:
    """Exit code and words of the verifier that lies in the export."""
    packed = tmp_path / "case.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    asked = [*bare_python(), str(VERIFIER), str(packed), *arguments, *(["--language", language] if language else [])]
    said = subprocess.run(asked, capture_output=True, text=True, env={})
    assert said.stderr == ""
    return said.returncode, said.stdout


def test_how_many_copies_of_seals_were_compared_is_said_and_with_which_result(
    city: City, case: str, files: Files, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    shutil.copytree(city.engine.settings.seals_folder, copies)
    kept = sorted(copies.iterdir())
    code, said = verified(tmp_path, files, "--seals", str(copies))
    assert (code, f"共 {len(kept)} 枚封印副本,其中 {len(kept)} 枚提到这些案件,全部相符" in said) == (0, True)
    code, said = verified(tmp_path, files, "--seals", str(copies), language="en")
    assert (code, f"of these cases speak {len(kept)}; all fit" in said) == (0, True)

    # One that was damaged is left out and named.
    whole = json.loads(kept[0].read_bytes())
    kept[0].write_text(json.dumps({**whole, "heads": whole["heads"][:-1]}))
    code, said = verified(tmp_path, files, "--seals", str(copies))
    assert (code, kept[0].name in said, f"共 {len(kept) - 1} 枚" in said) == (0, True, True)

    forger = Forger(files, case)
    cut_with_proofs(forger)
    forger.listed(signing_key(city.engine.settings.data))
    code, said = verified(tmp_path, forger.files, "--seals", str(copies))
    assert (code, "1 枚不符" in said) == (1, True)


def test_copies_that_prove_nothing_are_no_success(city: City, case: str, files: Files, tmp_path: Path) -> None:
    empty, silent = tmp_path / "empty", tmp_path / "silent"
    empty.mkdir()
    silent.mkdir()
    code, said = verified(tmp_path, files, "--seals", str(empty))
    assert (code, "一枚也没有比对,不能证明什么" in said) == (3, True)
    assert verified(tmp_path, files, "--seals", str(empty), language="en")[1].count("proves nothing") == 1
    seal = seals.read_file(seals.file_of(city.engine.settings.seals_folder, 1)).seal
    other = seals.SealFile(seal=seal, heads=[("another", 1, "00")])
    alone = msgspec.structs.replace(seal, number=999, size=1, root=other.tree.root.hex())
    seals.file_of(silent, 999).write_bytes(seals.encode_file(msgspec.structs.replace(other, seal=alone)))
    code, said = verified(tmp_path, files, "--seals", str(silent))
    assert (code, "都没有提到这些案件" in said) == (3, True)


@pytest.mark.parametrize(("language", "words"), [("", "没有这个文件夹"), ("en", "there is no folder")])
def test_a_missing_folder_of_copies_is_said_plainly(files: Files, tmp_path: Path, language: str, words: str) -> None:
    code, said = verified(tmp_path, files, "--seals", str(tmp_path / "nowhere"), language=language)
    assert (code, words in said, "nowhere" in said, len(said.splitlines())) == (2, True, True, 1)


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
