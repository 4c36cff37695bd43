"""``bihuan check``: the gate on the command line, for packages and for single files."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from engine import texts
from engine.definitions import check, sandbox
from engine.definitions.errors import PackageInvalid
from engine.definitions.package import MOST_BYTES, read_folder
from engine.errors import Finding


@click.command("check")
@click.argument("paths", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line and file.")
@click.option("--scenarios", is_flag=True, help="Say how the scenarios of a package are run.")
@click.option("--language", default="zh-CN", type=click.Choice(texts.LANGUAGES))
def command(paths: tuple[str, ...], as_json: bool, scenarios: bool, language: str) -> None:
    """Check PATHS: package folders, .bpmn, .dmn, form .json, or .zip; exit 1 where something must be mended."""
    missing = [path for path in paths if not Path(path).exists()]
    if missing:
        raise click.UsageError(texts.say("check.path-missing", language, path=", ".join(missing)))
    failed = False
    for path in paths:
        for name, found in findings(Path(path)).items():
            click.echo(_json(name, found, language) if as_json else _words(name, found, language))
            failed = failed or any(one.severity == "error" for one in found)
    if scenarios:
        click.echo(texts.say("check.scenarios", language), err=True)
    sys.exit(1 if failed else 0)


def findings(path: Path) -> check.Findings:
    """File → its findings, each file in a child process of its own."""
    if path.is_dir():
        return {f"{path}/{name}": found for name, found in _folder(path).items()}
    body = b"" if path.stat().st_size > MOST_BYTES else path.read_bytes()
    if not body and path.stat().st_size:
        return {str(path): [Finding(rule="file-too-large")]}
    found = sandbox.check_in_child(path.name, body)
    return {str(path) if name == path.name else f"{path}/{name}": listed for name, listed in found.items()}


def _folder(path: Path) -> check.Findings:
    try:
        package = read_folder(path)
    except PackageInvalid as invalid:
        return check.invalid_package(invalid)
    found: check.Findings = {}
    for name, body in package.files.items():
        found.update(sandbox.check_in_child(name, body, inside=True))
    if any(one.severity == "error" for listed in found.values() for one in listed):
        return found
    # Every file went through its own child; what only the whole package tells is bounded by them.
    beside = {folder.name for folder in path.resolve().parent.iterdir() if (folder / "package.toml").is_file()}
    return check.check_package(package, beside or None)


def _json(name: str, found: list[Finding], language: str) -> str:
    listed = [
        {
            "rule": one.rule, "severity": one.severity, "element": one.element, "line": one.line,
            "message": texts.say(f"check.{one.rule}", language, **one.values),
            "advice": texts.say(f"check.{one.rule}.advice", language, **one.values),
        }
        for one in found
    ]  # fmt: skip
    return msgspec.json.encode({"file": name, "findings": listed}).decode()


def _words(name: str, found: list[Finding], language: str) -> str:
    if not found:
        return f"{name}: {texts.say('check.nothing', language)}"
    lines = []
    for one in found:
        place = f"{name}:{one.line}" if one.line else name
        said = texts.say(f"check.{one.rule}", language, **one.values)
        advice = texts.say(f"check.{one.rule}.advice", language, **one.values)
        lines.append(f"{place}: {texts.say(f'check.severity.{one.severity}', language)} {one.element} {said} {advice}")
    return "\n".join(lines)
