"""Records a history of this release: ``python -m tests.replay.record`` writes tests/replay/histories/<version>-*.zip.

Run it once when a release is made and add the new files to git; the files of earlier releases are never written again.
A history holds every entry of every stream, and the bodies in the store that performing it again needs.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import msgspec

from engine import values
from engine.demo import load
from engine.errors import BihuanError
from engine.history.journal import Entry, entries
from engine.instances import commands as cases
from engine.tasks import commands as tasks
from tests.conftest import new_engine
from tests.driver import PROCESSES, City
from tests.processes import monthly

HISTORIES = Path(__file__).parent / "histories"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def month(city: City) -> None:
    """One whole month with two findings of one county, one of them verified twice, and one case that is cancelled."""
    city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    monthly.collect(city, {"huimin": 2})
    monthly.merge(city)
    monthly.draft(city)
    monthly.decide(city, "party-head", "office_review")
    monthly.decide(city, "city-secretary", "secretary_sign")
    monthly.receive(city, "huimin")
    for passed in (False, True):
        monthly.rectify(city, "huimin")
        monthly.verify(city, "huimin", passed=passed)
    monthly.close(city)
    again = city.start("pb_monthly_reminder", by="party-clerk", month="2026-12")
    city.does("party-clerk", cases.CancelCase(instance=again, reason="十二月合并办理。"))
    city.work()


def clicks(city: City) -> None:
    """Small cases with everything around a task: claims, releases, refusals, reminders, a called case."""
    city.start("caller", by="party-clerk", month="2026-11")
    report = city.find("huimin-clerk", "report")
    _tried(lambda: city.does("party-clerk", tasks.CompleteTask(task=report, values={"text": "我来"})))
    city.does("huimin-clerk", tasks.ClaimTask(task=report))
    city.does("huimin-clerk", tasks.ReleaseTask(task=report))
    city.wait(days=9)
    city.does("huimin-clerk", tasks.CompleteTask(task=report, values={"text": "好" * 1_000}))
    city.work()
    city.start("tiny", by="party-head", subject="再试")


STORIES: dict[str, Callable[[City], None]] = {"month": month, "clicks": clicks}


def _tried(act: Callable[[], object]) -> None:
    try:
        act()
    except BihuanError:
        return
    raise AssertionError("a story's refusal was not refused")


def record(story: str, folder: Path) -> bytes:
    """The history of *story*, told in an installation in *folder*."""
    engine = new_engine(folder)
    load.load(engine)
    for packages in (PROCESSES, Path(__file__).parents[1] / "packages"):
        for package in sorted(packages.iterdir()):
            if (package / "package.toml").is_file():
                load.deploy(engine, package)
    STORIES[story](City(engine))
    with engine.database.reading() as connection:
        found = list(entries(connection))
    lines = [values.canonical(msgspec.to_builtins(entry)) for entry in found]
    files = {f"files/{name}": engine.store.get(name) for name in _named(engine.store.folder)}
    engine.database.close()
    return _zip({"journal.jsonl": b"\n".join(lines) + b"\n", **files})


def read(path: Path, folder: Path) -> list[Entry]:
    """The entries of a recorded history; the bodies that it holds are unpacked into *folder*, as a store keeps them."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("files/"):
                digest = name.removeprefix("files/")
                (folder / digest[:2]).mkdir(parents=True, exist_ok=True)
                (folder / digest[:2] / digest).write_bytes(archive.read(name))
        lines = archive.read("journal.jsonl").splitlines()
    return [msgspec.json.decode(line, type=Entry) for line in lines]


def _named(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def _zip(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return body.getvalue()


if __name__ == "__main__":
    for story in STORIES:
        target = HISTORIES / f"{version('bihuan')}-{story}.zip"
        if target.exists():
            sys.exit(f"{target.name} exists; a recorded history is never written again.")
        with tempfile.TemporaryDirectory() as temporary:
            target.write_bytes(record(story, Path(temporary)))
        print(target.name, target.stat().st_size)
