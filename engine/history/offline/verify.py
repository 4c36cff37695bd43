#!/usr/bin/env python3
"""Verifies an exported case offline, on a bare Python 3.8 or newer: nothing has to be installed, nothing is sent.

    python3 verify.py                       the folder in which this file lies
    python3 verify.py case.zip              an export as it came
    python3 verify.py --key FINGERPRINT     and whether it is the key that the office shows (/proof/key)
    python3 verify.py --seals FOLDER        and whether it fits copies of seals that you keep yourself

It needs no part of the platform that made the export: digests are SHA-256 or SM3 (GB/T 32905), signatures Ed25519
(RFC 8032), proofs of inclusion as in RFC 9162. Exit 0: whole; 1: something was done to it, and what; 2: not readable,
or no such folder of copies; 3: whole, but the copies could prove nothing.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import sys
import zipfile
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

SAID = {
    "en": {
        "export-unreadable": "the export cannot be read: {detail}",
        "export-cut": "the export was cut: {file} is missing",
        "file-added": "{file} does not belong to the export (if you put it there, move it away and verify again)",
        "file-changed": "{file} was changed",
        "manifest-changed": "the list of files was changed: its signature does not fit",
        "key-foreign": "the export was made, or made anew, with another key (or the one given is mistyped): {detail}",
        "entry-edited": "{stream}: entry {seq} was edited",
        "entry-deleted": "{stream}: an entry before {seq} was deleted",
        "entry-inserted": "{stream}: entry {seq} was inserted",
        "entries-reordered": "{stream}: the entries were reordered at {seq}",
        "record-cut": "{stream}: the record was cut at its end, after entry {seq}",
        "record-rewritten": "{stream}: the record was rewritten; entry {seq} is not the sealed one (seal {seal})",
        "stream-dropped": "the record of case {stream} was left out",
        "document-changed": "{stream}: the document {file} of entry {seq} was changed",
        "document-missing": "{stream}: the document {detail} of entry {seq} is missing",
        "package-changed": "{file} is not what the published package holds",
        "seal-changed": "seal {seal} was edited: its signature does not fit",
        "seal-foreign-key": "seal {seal} is signed with another key",
        "seal-not-linked": "seal {seal} does not follow seal {before}",
        "seal-proof-wrong": "{stream}: entry {seq} is not in seal {seal}",
        "seal-forked": "seal {seal} is another one than the copy you keep: the record has forked",
        "copies-missing": "there is no folder {folder}: no copy of a seal was compared, nothing was verified",
        "copies-none": "{folder} holds no copy of a seal: none was compared, and that proves nothing about the export.",
        "copies-silent": "None of the {read} copies in {folder} speaks of these cases: that proves nothing about them.",
        "copies-fit": "Copies of seals in {folder}: {read}; of these cases speak {compared}; all fit.",
        "copies-differ": "Copies of seals in {folder}: {read}; of these cases speak {compared}; {bad} differ.",
        "copy-unreadable": "{file} is no readable copy of a seal, or was damaged: it was left out of the comparison.",
        "not-sealed": "{stream}: no seal vouches for any entry",
        "whole": "Whole: {entries} entries of {streams} cases, {seals} seals, {files} files.",
        "broken": "NOT whole:",
        "key": "Key: {fingerprint}",
        "compare": "Compare it with the fingerprint that the office gave you by telephone or on paper (or use --key).",
        "compared": "It is the key you gave.",
        "unsealed": "{stream}: entries after {seq} are not sealed yet; the export's own signature vouches for them.",
    },
    "zh-CN": {
        "export-unreadable": "导出文件无法读取:{detail}",
        "export-cut": "导出文件不全:缺少 {file}",
        "file-added": "{file} 不属于本次导出(若是您自己放进来的,请移走后再核验)",
        "file-changed": "{file} 被改动",
        "manifest-changed": "文件清单被改动:签名不符",
        "key-foreign": "本导出由另一把密钥签发或重新签发(或给出的指纹有误):{detail}",
        "entry-edited": "{stream} 第 {seq} 条记录被改动",
        "entry-deleted": "{stream} 第 {seq} 条之前有记录被删除",
        "entry-inserted": "{stream} 第 {seq} 条记录是插入的",
        "entries-reordered": "{stream} 第 {seq} 条处记录顺序被调换",
        "record-cut": "{stream} 的记录末尾被截断,止于第 {seq} 条",
        "record-rewritten": "{stream} 的记录被整体重写:第 {seq} 条与封印 {seal} 不符",
        "stream-dropped": "案件 {stream} 的记录被略去",
        "document-changed": "{stream} 第 {seq} 条的文件 {file} 被改动",
        "document-missing": "{stream} 第 {seq} 条的文件 {detail} 缺失",
        "package-changed": "{file} 与已发布流程包中的不同",
        "seal-changed": "封印 {seal} 被改动:签名不符",
        "seal-foreign-key": "封印 {seal} 用另一把密钥签名",
        "seal-not-linked": "封印 {seal} 与封印 {before} 不相连",
        "seal-proof-wrong": "{stream} 第 {seq} 条不在封印 {seal} 中",
        "seal-forked": "封印 {seal} 与您保存的副本不同:记录已分叉",
        "copies-missing": "没有这个文件夹:{folder}。没有比对任何封印副本,也没有核验",
        "copies-none": "{folder} 里没有封印副本:一枚也没有比对,不能证明什么。",
        "copies-silent": "{folder} 里的 {read} 枚副本都没有提到这些案件,不能证明什么。",
        "copies-fit": "{folder} 里共 {read} 枚封印副本,其中 {compared} 枚提到这些案件,全部相符。",
        "copies-differ": "{folder} 里共 {read} 枚封印副本,其中 {compared} 枚提到这些案件,{bad} 枚不符。",
        "copy-unreadable": "{file} 不是可读的封印副本,或已损坏:没有拿它比对。",
        "not-sealed": "{stream} 没有任何封印可以作证",
        "whole": "完好:{streams} 件案件、{entries} 条记录、{seals} 枚封印、{files} 个文件。",
        "broken": "不完好:",
        "key": "公钥指纹:{fingerprint}",
        "compare": "请与您从单位另外得到的指纹(电话、当面或纸质)核对,或使用 --key。",
        "compared": "与您给出的指纹一致。",
        "unsealed": "{stream} 第 {seq} 条之后的记录尚未封印,仅由本导出的签名作证。",
    },
}  # type: Dict[str, Dict[str, str]]

Finding = Dict[str, Any]


# --- digests and signatures ---------------------------------------------------------------------------------------


def digest(body: bytes, algorithm: str) -> bytes:
    """SHA-256, or SM3, also where this Python has none."""
    if algorithm == "sha256":
        return hashlib.sha256(body).digest()
    if algorithm != "sm3":
        raise ValueError("unknown digest " + algorithm)
    try:
        return hashlib.new("sm3", body).digest()
    except ValueError:
        return sm3(body)


def sm3(body: bytes) -> bytes:
    """SM3 (GB/T 32905-2016)."""
    mask = 0xFFFFFFFF

    def turn(x: int, n: int) -> int:
        n %= 32
        return ((x << n) | (x >> (32 - n))) & mask

    state = [
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    ]  # fmt: skip
    padded = body + b"\x80" + b"\0" * ((55 - len(body)) % 64) + (len(body) * 8).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        w = [int.from_bytes(padded[start + n : start + n + 4], "big") for n in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
            w.append((x ^ turn(x, 15) ^ turn(x, 23)) ^ turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = turn((turn(a, 12) + e + turn(t, j)) & mask, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g & mask)
            tt1 = (ff + d + (ss1 ^ turn(a, 12)) + (w[j] ^ w[j + 4])) & mask
            tt2 = (gg + h + ss1 + w[j]) & mask
            d, c, b, a = c, turn(b, 9), a, tt1
            h, g, f = g, turn(f, 19), e
            e = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17)
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in state)


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = Tuple[int, int, int, int]


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n: int, p: Point) -> Point:
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = _add(q, p)
        p, n = _add(p, p), n >> 1
    return q


def _point(body: bytes) -> Optional[Point]:
    """The point of 32 bytes (RFC 8032 §5.1.3), or None."""
    y = int.from_bytes(body, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


_Y = 4 * pow(5, P - 2, P) % P
_BASE = _point(_Y.to_bytes(32, "little"))


def signed(key: bytes, body: bytes, signature: str) -> bool:
    """True where *signature* (hexadecimal) over *body* is that of *key* (RFC 8032 §5.1.7)."""
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    if len(key) != 32 or len(raw) != 64:
        return False
    a, r, s = _point(key), _point(raw[:32]), int.from_bytes(raw[32:], "little")
    if a is None or r is None or s >= L or _BASE is None:
        return False
    k = int.from_bytes(hashlib.sha512(raw[:32] + key + body).digest(), "little") % L
    left, right = _times(s, _BASE), _add(r, _times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def canonical(value: Any) -> bytes:
    """The one spelling that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def included(leaf: bytes, index: int, size: int, path: List[bytes], root: bytes, algorithm: str) -> bool:
    """RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, digest(b"\0" + leaf, algorithm)
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = digest(b"\1" + step + found, algorithm)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = digest(b"\1" + found + step, algorithm)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def root_of(leaves: List[bytes], algorithm: str) -> bytes:
    """The root of a tree (RFC 9162 §2.1.1) of at least one leaf."""
    if len(leaves) == 1:
        return digest(b"\0" + leaves[0], algorithm)
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return digest(b"\1" + root_of(leaves[:half], algorithm) + root_of(leaves[half:], algorithm), algorithm)


# --- the export ---------------------------------------------------------------------------------------------------


def read(path: str) -> Dict[str, bytes]:
    """The files of an export: a zip, or the folder into which it was unpacked."""
    if os.path.isfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    found = {}
    for folder, _, names in os.walk(path):
        for name in names:
            whole = os.path.join(folder, name)
            relative = os.path.relpath(whole, path).replace(os.sep, "/")
            if "__pycache__" not in relative:
                with open(whole, "rb") as file:
                    found[relative] = file.read()
    return found


def raw_key(pem: bytes) -> bytes:
    """The 32 bytes of an Ed25519 key in PEM (RFC 8410)."""
    return base64.b64decode("".join(pem.decode("ascii").strip().splitlines()[1:-1]))[-32:]


class Verification:
    """One export under examination; ``findings`` is empty where it is whole."""

    def __init__(self, files: Dict[str, bytes], key: str = "", copies: str = "") -> None:
        self.files, self.wanted, self.copies = files, re.sub(r"[^0-9a-f]", "", key.lower()), copies
        self.findings = []  # type: List[Finding]
        self.notes = []  # type: List[Finding]
        self.counted = {"entries": 0, "streams": 0, "seals": 0, "files": len(files), "read": 0, "compared": 0}
        #: What copies of seals say of each record, and the numbers of those that something does not fit.
        self.witnesses = {}  # type: Dict[str, List[Dict[str, Any]]]
        self.bad: Set[int] = set()
        self.manifest = json.loads(self._needed("manifest.json"))
        self.key = raw_key(self._needed("key.pem"))
        self.fingerprint = hashlib.sha256(self.key).hexdigest()
        # Seals from before a restore are signed with the earlier key, for which the signed list of files vouches.
        every = [raw_key(body) for name, body in files.items() if name.startswith("keys/")] + [self.key]
        self.keys = {hashlib.sha256(raw).hexdigest(): raw for raw in every}

    def _needed(self, name: str) -> bytes:
        if name not in self.files:
            raise KeyError(name)
        return self.files[name]

    def run(self) -> List[Finding]:
        """Everything that was done to the export."""
        self._key()
        proofs = self._seals()
        said = {one["stream"]: one for one in self.manifest["streams"]}
        journals = {
            name[len("journal/") : -len(".jsonl")]: name for name in self.files if name.startswith("journal/")
        }
        told = {proof["stream"] for proof in proofs}
        for stream in sorted({*said, *told} - set(journals)):
            self._found("stream-dropped", stream=stream)
        for stream in sorted(journals):
            self._stream(stream, journals[stream], said.get(stream), [p for p in proofs if p["stream"] == stream])
        self._packages()
        # Last, so that what was done is told first by the entry, seal or document that it was done to.
        self._listed()
        return self.findings

    @property
    def compared(self) -> Optional[Finding]:
        """How many copies of seals were compared, and with which result; None where none were given."""
        if not self.copies:
            return None
        counted = {name: self.counted[name] for name in ("read", "compared")}
        if not counted["compared"]:
            code = "copies-silent" if counted["read"] else "copies-none"
        else:
            code = "copies-differ" if self.bad else "copies-fit"
        return dict(counted, code=code, folder=self.copies, bad=len(self.bad))

    @property
    def exit_code(self) -> int:
        """What the command line ends with."""
        if self.findings:
            return 1
        return 3 if self.copies and not self.counted["compared"] else 0

    def _found(self, code: str, **values: Any) -> None:
        finding = dict(values, code=code)
        if finding not in self.findings:
            self.findings.append(finding)

    def _key(self) -> None:
        if self.wanted and self.wanted != self.fingerprint:
            self._found("key-foreign", detail=self.fingerprint)
        if self.manifest["key"] != self.fingerprint:
            self._found("key-foreign", detail=self.manifest["key"])

    def _listed(self) -> None:
        """Whether the files are those of the signed list."""
        signature = self.files.get("manifest.sig", b"").decode("ascii", "replace").strip()
        if not signed(self.key, self.files["manifest.json"], signature):
            self._found("manifest-changed")
        listed = dict(self.manifest["files"])
        for name in sorted(set(listed) - set(self.files)):
            self._found("export-cut", file=name)
        for name in sorted(self.files):
            if name in ("manifest.json", "manifest.sig"):
                continue
            if name not in listed:
                self._found("file-added", file=name)
            elif hashlib.sha256(self.files[name]).hexdigest() != listed[name]:
                self._found("file-changed", file=name)

    # --- seals ---

    def _seals(self) -> List[Dict[str, Any]]:
        """The proofs of inclusion, after their seals were looked at."""
        proofs = json.loads(self.files.get("proofs.json", b"[]"))  # type: List[Dict[str, Any]]
        seals = {}  # type: Dict[int, Dict[str, Any]]
        for proof in proofs:
            seal = proof["seal"]
            if seal["number"] in seals:
                if seals[seal["number"]] != seal:
                    self._found("seal-forked", seal=seal["number"])
                continue
            seals[seal["number"]] = seal
            self._seal(seal)
        for number, seal in sorted(seals.items()):
            before = seals.get(number - 1)
            if before is not None and seal["previous"] != self._digest(before):
                self._found("seal-not-linked", seal=number, before=number - 1)
        self._kept(seals)
        self.counted["seals"] = len(seals)
        return proofs

    def _seal(self, seal: Dict[str, Any]) -> None:
        if seal["key"] not in self.keys:
            self._found("seal-foreign-key", seal=seal["number"])
        elif not signed(self.keys[seal["key"]], self._body(seal), seal["signature"]):
            self._found("seal-changed", seal=seal["number"])

    def _kept(self, seals: Dict[int, Dict[str, Any]]) -> None:
        """Compares with copies of seals from outside; what they know of these cases is evidence too."""
        ours = {one["stream"] for one in self.manifest["streams"]}
        for copy in self._copied():
            seal = copy["seal"]
            number, heads = seal["number"], [head for head in copy["heads"] if head[0] in ours]
            if number not in seals and not heads:
                continue
            self.counted["compared"] += 1
            if not signed(self.keys.get(seal["key"], b""), self._body(seal), seal["signature"]):
                self._contradicted(number, "seal-foreign-key", seal=number)
                continue
            if seals.get(number, seal) != seal:
                self._contradicted(number, "seal-forked", seal=number)
            for stream, seq, head in heads:
                said = {"seq": seq, "head": head, "seal": number, "at": seal["at"]}
                self.witnesses.setdefault(stream, []).append(said)

    def _copied(self) -> Iterator[Dict[str, Any]]:
        """The copies in the folder that are whole: readable, and with the leaves that they were signed for."""
        for name in sorted(os.listdir(self.copies)) if self.copies else []:
            if not re.match(r"seal-.*\.json$", name):
                continue
            try:
                with open(os.path.join(self.copies, name), "rb") as file:
                    copy = json.loads(file.read())
                seal, leaves = copy["seal"], [canonical(head) for head in copy["heads"]]
                whole = root_of(leaves, seal["algorithm"]).hex() == seal["root"]
            except (OSError, ValueError, KeyError, TypeError, IndexError):
                whole = False
            if not whole:
                self.notes.append({"code": "copy-unreadable", "file": name})
                continue
            self.counted["read"] += 1
            yield copy

    def _contradicted(self, number: int, code: str, **values: Any) -> None:
        """A copy of a seal tells otherwise."""
        self.bad.add(number)
        self._found(code, **values)

    def _body(self, seal: Dict[str, Any]) -> bytes:
        return canonical({name: value for name, value in seal.items() if name != "signature"})

    def _digest(self, seal: Dict[str, Any]) -> str:
        return digest(self._body(seal), seal["algorithm"]).hex()

    # --- one record ---

    def _stream(
        self, stream: str, name: str, said: Optional[Dict[str, Any]], proofs: List[Dict[str, Any]]
    ) -> None:  # fmt: skip
        try:
            entries = [json.loads(line) for line in self.files[name].splitlines()]
            self.counted["entries"] += len(entries)
            self.counted["streams"] += 1
            if not self._chain(stream, entries):
                return
            self._against(stream, entries, said, proofs)
            self._witnessed(stream, entries)
            self._referred(stream, entries)
            self._called(stream, entries)
        except (ValueError, KeyError, TypeError, IndexError) as broken:
            self._found("export-unreadable", detail="{}: {!r}".format(name, broken))

    def _chain(self, stream: str, entries: List[Dict[str, Any]]) -> bool:
        numbers = [entry["seq"] for entry in entries]
        for place, seq in enumerate(numbers, start=1):
            if seq != place:
                code = "entries-reordered" if sorted(numbers) == list(range(1, len(numbers) + 1)) else (
                    "entry-inserted" if len(set(numbers)) < len(numbers) else "entry-deleted"
                )  # fmt: skip
                self._found(code, stream=stream, seq=seq)
                return False
        before = ""
        for entry in entries:
            if entry["previous_hash"] != before:
                # The numbers follow each other: the entry before is not the one that this one was written after.
                code = "entry-edited" if entry["seq"] > 1 else "entry-deleted"
                known = [other["seq"] for other in entries if other["hash"] == entry["previous_hash"]]
                if known:
                    code = "entry-inserted" if known[0] < entry["seq"] - 1 else "entries-reordered"
                blamed = entry["seq"] - 1 if code in ("entry-edited", "entry-inserted") else entry["seq"]
                self._found(code, stream=stream, seq=blamed)
                return False
            body = canonical({name: value for name, value in entry.items() if name != "hash"})
            if entry["stream"] != stream or digest(before.encode() + body, entry["algorithm"]).hex() != entry["hash"]:
                self._found("entry-edited", stream=stream, seq=entry["seq"])
                return False
            before = entry["hash"]
        return True

    def _against(
        self, stream: str, entries: List[Dict[str, Any]], said: Optional[Dict[str, Any]], proofs: List[Dict[str, Any]]
    ) -> None:  # fmt: skip
        last, sealed = entries[-1], 0
        for proof in sorted(proofs, key=lambda proof: proof["seq"]):
            seal = proof["seal"]
            path, leaf = [bytes.fromhex(step) for step in proof["path"]], [stream, proof["seq"], proof["head"]]
            root = bytes.fromhex(seal["root"])
            if not included(canonical(leaf), proof["index"], seal["size"], path, root, seal["algorithm"]):
                self._found("seal-proof-wrong", stream=stream, seq=proof["seq"], seal=seal["number"])
            elif proof["seq"] > last["seq"]:
                self._found("record-cut", stream=stream, seq=last["seq"])
                return
            elif entries[proof["seq"] - 1]["hash"] != proof["head"]:
                self._found("record-rewritten", stream=stream, seq=proof["seq"], seal=seal["number"])
                return
            sealed = max(sealed, proof["seq"])
        if said is not None and said["seq"] > last["seq"]:
            self._found("record-cut", stream=stream, seq=last["seq"])
        elif said is None or (said["seq"], said["head"]) != (last["seq"], last["hash"]):
            self._found("record-rewritten", stream=stream, seq=last["seq"], seal=0)
        if not proofs:
            self.notes.append({"code": "not-sealed", "stream": stream})
        elif sealed < last["seq"]:
            self.notes.append({"code": "unsealed", "stream": stream, "seq": sealed})

    def _witnessed(self, stream: str, entries: List[Dict[str, Any]]) -> None:
        """Against what the copies of seals say of this record."""
        last = entries[-1]["seq"]
        for said in self.witnesses.get(stream, []):
            if said["seq"] > last:
                # A seal that is later than the export may know more than it.
                if said["at"] <= self.manifest["at"]:
                    self._contradicted(said["seal"], "record-cut", stream=stream, seq=last)
            elif entries[said["seq"] - 1]["hash"] != said["head"]:
                self._contradicted(said["seal"], "record-rewritten", stream=stream, seq=said["seq"], seal=said["seal"])

    def _referred(self, stream: str, entries: List[Dict[str, Any]]) -> None:
        """The documents, long texts and packages to which entries refer, by their digest."""
        bodies = {name.split("/")[1]: name for name in self.files if name.startswith("files/")}
        told = set()
        for entry in entries:
            text = entry["command"] + entry["events"]
            for found in re.findall(r'"(?:@text|digest|package)":"([0-9a-f]{64})"', text):
                if found in told:
                    continue
                told.add(found)
                if found not in bodies:
                    self._found("document-missing", stream=stream, seq=entry["seq"], detail=found)
                elif hashlib.sha256(self.files[bodies[found]]).hexdigest() != found:
                    self._found("document-changed", stream=stream, seq=entry["seq"], file=bodies[found])

    def _called(self, stream: str, entries: List[Dict[str, Any]]) -> None:
        """Every case that this one started must be in the export, or be named as left out."""
        known = {one["stream"] for one in self.manifest["streams"]} | set(self.manifest["named"])
        for entry in entries:
            for event in json.loads(entry["events"]):
                if event["type"] == "JobScheduled" and event["job_kind"] == "start-child":
                    child = child_id(stream, event["payload"]["wait"])
                    if child not in known:
                        self._found("stream-dropped", stream=child)

    def _packages(self) -> None:
        """The files of each version that lie open in the export, against the package by whose digest it is known."""
        for one in self.manifest["definitions"]:
            name = "files/{}/package.zip".format(one["package"])
            if name not in self.files:
                continue
            with zipfile.ZipFile(io.BytesIO(self.files[name])) as archive:
                for inside in archive.namelist():
                    shown = "definitions/{}/{}".format(one["folder"], inside)
                    if self.files.get(shown) != archive.read(inside):
                        self._found("package-changed", file=shown)


def child_id(parent: str, wait: int) -> str:
    """The id of the case that a call activity starts."""
    body = bytearray(hashlib.sha256("{}.{}".format(parent, wait).encode()).digest()[:16])
    body[6] = body[6] & 0x0F | 0x80
    body[8] = body[8] & 0x3F | 0x80
    text = bytes(body).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


# --- the command line ---------------------------------------------------------------------------------------------


class _Shown(dict):  # type: ignore[type-arg]
    def __missing__(self, key: str) -> str:
        return "?"


def say(language: str, finding: Finding) -> str:
    """One finding in words."""
    return SAID[language][finding["code"]].format_map(_Shown(finding))


def report(run: Verification, language: str) -> Iterator[str]:
    """What is printed."""
    if run.findings:
        yield say(language, {"code": "broken"})
        for finding in run.findings:
            yield "  - " + say(language, finding)
    else:
        yield say(language, dict(run.counted, code="whole"))
    if run.compared:
        yield say(language, run.compared)
    for note in run.notes:
        yield "  * " + say(language, note)
    groups = " ".join(run.fingerprint[n : n + 4] for n in range(0, 64, 4))
    yield say(language, {"code": "key", "fingerprint": groups})
    if run.wanted in ("", run.fingerprint):
        yield say(language, {"code": "compared" if run.wanted else "compare"})


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(description="Verifies an exported case.")
    parser.add_argument("export", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--key", nargs="+", default=[], help="the fingerprint that the office shows")
    parser.add_argument("--seals", default="", help="a folder with copies of seals")
    parser.add_argument("--language", choices=sorted(SAID), default="")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    asked = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        run = Verification(read(asked.export), "".join(asked.key), asked.seals)
        language = asked.language or run.manifest.get("language", "en")
        if asked.seals and not os.path.isdir(asked.seals):
            return _unread({"code": "copies-missing", "folder": asked.seals}, [language], asked.json)
        run.run()
    except Exception as broken:
        finding = {"code": "export-unreadable", "detail": "{!r}".format(broken)}
        if isinstance(broken, KeyError):
            finding = {"code": "export-cut", "file": broken.args[0]}
        return _unread(finding, [asked.language] if asked.language else sorted(SAID, reverse=True), asked.json)
    if asked.json:
        found = {"findings": run.findings, "notes": run.notes, "copies": run.compared, "key": run.fingerprint}
        print(json.dumps(found, ensure_ascii=False))
    else:
        print("\n".join(report(run, language)))
    return run.exit_code


def _unread(finding: Finding, languages: List[str], as_json: bool) -> int:
    """Says why nothing was verified; in every language where the export does not say which."""
    print(json.dumps([finding]) if as_json else "\n".join(say(language, finding) for language in languages))
    return 2


if __name__ == "__main__":
    sys.exit(main())
