"""``bihuan check``: what speaks against running packages and files, for people and for machines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from engine import bpmn, texts
from engine.cli.opening import language as spoken
from engine.definitions import proposing, sandbox, scenario_child
from engine.definitions.errors import PackageInvalid
from engine.definitions.package import DIAGRAM, MOST_BYTES, Package, pack, read_folder, read_zip
from engine.definitions.queries import Story
from engine.definitions.scenarios import said
from engine.errors import Finding


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file and line.")
@click.option("--scenarios", is_flag=True, help="Also run the scenarios of packages.")
@click.option("--language", default=spoken, type=click.Choice(texts.LANGUAGES), help="Default: by LANG.")
def command(paths: tuple[Path, ...], as_json: bool, scenarios: bool, language: str) -> None:
    """Check each PATH (package folder, .zip, .bpmn, .dmn, form .json); exit 0 without errors, 1 with errors."""
    failed = False
    for path in paths:
        wrong = False
        for file, found in _checked(path):
            wrong = wrong or any(one.severity == "error" for one in found)
            click.echo(_json(file, found, language) if as_json else _words(file, found, language))
        if scenarios and not wrong and (path.is_dir() or path.suffix == ".zip"):
            wrong = not _scenarios(path, as_json, language)
        failed = failed or wrong
    sys.exit(1 if failed else 0)


def _checked(path: Path) -> Iterator[tuple[str, list[Finding]]]:
    """Each file with its findings."""
    if path.is_dir() or path.suffix == ".zip":
        try:
            package = read_folder(path) if path.is_dir() else read_zip(_read(path))
        except PackageInvalid as invalid:
            reason = {"reason": str(invalid.values["reason"])}
            yield str(path / "package.toml"), [Finding(rule="package-invalid", file="package.toml", values=reason)]
            return
        yield from _package(path, package)
    else:
        yield str(path), sandbox.run("file", path.name, _read(path))


def _read(path: Path) -> bytes:
    """The file, no more of it than what is surely too much; a device is none."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _package(path: Path, package: Package) -> Iterator[tuple[str, list[Finding]]]:
    """Each file alone, then what joins them, where no file kept the child from answering."""
    found = [one for name, body in package.files.items() for one in sandbox.run("part", name, body)]
    if path.is_dir() and path.resolve().name != package.id:
        values = {"folder": path.resolve().name, "package": package.id}
        found.append(Finding(rule="package-folder", element=package.id, file="package.toml", values=values))
    if not any(one.rule == "check-gave-up" or (one.severity == "error" and one.file == DIAGRAM) for one in found):
        found += sandbox.run("joins", DIAGRAM, pack(package), known=_neighbours(path))
    for name in sorted({*package.files, *(one.file for one in found)}):
        yield str(path / name), [one for one in found if one.file == name]


def _neighbours(path: Path) -> list[str]:
    """The packages in the folder in which this one lies: those that it may call."""
    return sorted(manifest.parent.name for manifest in path.resolve().parent.glob("*/package.toml"))


def _json(file: str, found: list[Finding], language: str) -> str:
    listed = [
        {
            "rule": one.rule, "severity": one.severity, "element": one.element, "line": one.line,
            "message": _say(one, "", language), "advice": _say(one, ".advice", language),
        }
        for one in found
    ]  # fmt: skip
    return msgspec.json.encode({"file": file, "findings": listed}).decode()


def _words(file: str, found: list[Finding], language: str) -> str:
    lines = [file if found else f"{file}  ✓"]
    for one in found:
        place = " ".join(filter(None, (str(one.line) if one.line else "", one.element)))
        lines.append(f"  {one.severity} [{one.rule}] {place}: {_say(one, '', language)}")
        lines.append(f"      {_say(one, '.advice', language)}")
    return "\n".join(lines)


def _say(found: Finding, ending: str, language: str) -> str:
    values = {"element": found.element, "line": str(found.line), "file": found.file, **found.values}
    for name, words in (("expected", "feel-expected"), ("what", "feel-budget")):
        code = f"{words}.{values.get(name)}"
        said = texts.say(code, language)
        if said != code:
            values[name] = said
    return texts.say(f"check.{found.rule}{ending}", language, **values)


def _scenarios(path: Path, as_json: bool, language: str) -> bool:
    """Plays the scenarios of a package that the gate let pass; True where all went as they are told."""
    package = read_folder(path) if path.is_dir() else read_zip(_read(path))
    stories = scenario_child.run(package, _called(path, package))
    for story in stories:
        if as_json:
            click.echo(msgspec.json.encode({"file": str(path / story.file), "story": story}).decode())
        else:
            click.echo(_told(path, story, language))
    return all(story.passed for story in stories)


def _told(path: Path, story: Story, language: str) -> str:
    mark = "✓" if story.passed else "✗"
    if story.engine == "second":
        return f"  {mark} {said(story, language) if story.code else texts.say('story.second.same', language)}"
    return f"{path / story.file}  {mark} {story.title}" + (f"\n  {said(story, language)}" if story.code else "")


def _called(path: Path, package: Package) -> list[Package]:
    """The packages in the folder around that this one calls, and those that they call."""
    found: dict[str, Package] = {}
    wanted = proposing.called(bpmn.read(package.files[DIAGRAM]))
    while wanted:
        name = wanted.pop()
        folder = path.resolve().parent / name
        if name not in found and (folder / "package.toml").is_file():
            found[name] = read_folder(folder)
            wanted |= proposing.called(bpmn.read(found[name].files[DIAGRAM]))
    return list(found.values())
