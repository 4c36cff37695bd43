"""The gate: everything that speaks against a package or a single file of one, with file, element, line and advice."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator

import msgspec

from engine import bpmn, dmn, feel, forms, texts
from engine.definitions import cross
from engine.definitions.errors import PackageInvalid
from engine.definitions.package import Package, read_zip
from engine.documents import letters
from engine.errors import BihuanError, Finding

#: Files that a package may have.
_KNOWN = re.compile(
    r"README\.md|package\.toml|process\.bpmn|decisions/[\w.-]+\.dmn|forms/[\w.-]+\.json|letters/[\w.-]+\.md\.j2"
    r"|texts/(zh-CN|en)\.po|scenarios/[\w.-]+\.toml|[\w./-]+\.(png|svg)"
)

Findings = dict[str, list[Finding]]


def check_package(package: Package, known: Collection[str] | None = None) -> Findings:
    """File → its findings, for every file of the package; *known* are the ids of the packages that exist beside it."""
    found: Findings = {name: check_content(name, body) for name, body in package.files.items()}
    if "process.bpmn" not in package.files:
        found["process.bpmn"] = [Finding(rule="package-no-process")]
    elif not any(one.severity == "error" for one in found["process.bpmn"]):
        for one in cross.findings(package, bpmn.read(package.files["process.bpmn"]), known):
            found.setdefault(one.file or "package.toml", []).append(one)
    return {name: [msgspec.structs.replace(one, file=name) for one in listed] for name, listed in sorted(found.items())}


def check_file(name: str, body: bytes) -> Findings:
    """File → its findings, for one file: a lone .bpmn, .dmn or form .json, or a zip of a package."""
    if name.endswith(".zip"):
        return check_zip(body)
    if not name.endswith((".bpmn", ".dmn", ".json")):
        return {name: [Finding(rule="file-unknown", values={"name": name[-60:]})]}
    lone = check_content(_role_of(name), body)
    return {name: [msgspec.structs.replace(one, file=name) for one in lone]}


def check_zip(body: bytes) -> Findings:
    """File → its findings, for a package in a zip."""
    try:
        package = read_zip(body)
    except PackageInvalid as invalid:
        return {"package.toml": [_invalid(invalid)]}
    return check_package(package)


def check_content(name: str, body: bytes) -> list[Finding]:
    """What speaks against one file by itself; *name* is its name inside a package."""
    if not _KNOWN.fullmatch(name):
        return [Finding(rule="file-unknown", values={"name": name[-60:]})]
    for ending, check in _CHECKS.items():
        if name.endswith(ending):
            return check(body)
    return []


def invalid_package(invalid: PackageInvalid) -> Findings:
    """The findings about something that is no package at all."""
    return {"package.toml": [_invalid(invalid)]}


def expression_error(text: str) -> str | None:
    """What is wrong with an expression, or None."""
    try:
        feel.parse(text)
    except BihuanError as wrong:
        return " ".join(f"{key}={value}" for key, value in wrong.values.items()) or wrong.code
    return None


def _invalid(invalid: PackageInvalid) -> Finding:
    return Finding(rule="package-invalid", values={"reason": str(invalid.values.get("reason", ""))})


def _bpmn(body: bytes) -> list[Finding]:
    return bpmn.check(body, expression_error=expression_error)


def _dmn(body: bytes) -> list[Finding]:
    # A cell in another language would still be read as FEEL, so what is only warned of there is refused here.
    return [
        msgspec.structs.replace(one, severity="error") if _foreign_language(one) else one for one in dmn.check(body)
    ]


def _foreign_language(one: Finding) -> bool:
    return one.rule == "dmn-unsupported" and "expressionLanguage" in " ".join(one.values.values())


def _letter(body: bytes) -> list[Finding]:
    try:
        wrong = letters.check(body.decode())
    except UnicodeDecodeError:
        return [Finding(rule="file-encoding")]
    if wrong is None:
        return []
    return [Finding(rule="letter", line=int(wrong.values["line"]), values={"found": str(wrong.values["found"])})]


def _texts(body: bytes) -> list[Finding]:
    try:
        texts.read(body)
    except Exception as broken:
        # The reader of gettext files raises whatever its parser meets; all of it means: not readable.
        return [Finding(rule="texts-unreadable", values={"reason": str(broken)[:120]})]
    return []


def _toml(body: bytes) -> list[Finding]:
    try:
        tomllib.loads(body.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as broken:
        return [Finding(rule="toml-unreadable", values={"reason": str(broken)[:120]})]
    return []


def _role_of(name: str) -> str:
    """The place in a package that a lone file would have."""
    base = re.sub(r"[^\w.-]", "_", name.rsplit("/", 1)[-1])[-80:]
    if name.endswith(".bpmn"):
        return "process.bpmn"
    return f"decisions/{base}" if name.endswith(".dmn") else f"forms/{base}"


_CHECKS: dict[str, Callable[[bytes], list[Finding]]] = {
    ".bpmn": _bpmn,
    ".dmn": _dmn,
    ".json": forms.check,
    ".md.j2": _letter,
    ".po": _texts,
    ".toml": _toml,
}


def errors_in(found: Findings) -> Iterator[Finding]:
    """The findings that stop a publication."""
    return (one for listed in found.values() for one in listed if one.severity == "error")
