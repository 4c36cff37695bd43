"""Runs stories in a process of its own with limits: a package from a browser must not hang or fill the server."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from engine.definitions import scenarios
from engine.definitions.package import Package, pack, read_zip
from engine.definitions.queries import Story
from engine.definitions.scenario_turn import Turn, Turned

#: Seconds on the wall, bytes of address space, and bytes of one file.
SECONDS, MEMORY, FILE = 180.0, 2 * 1024**3, 256 * 1024 * 1024

#: One after the other: each takes a whole processor.
_TURN = threading.Lock()


class Asked(msgspec.Struct, frozen=True):
    """What the child gets: the package and those beside it, zipped, and where it may write."""

    package: bytes
    beside: list[bytes]
    folder: str
    engines: tuple[str, ...]
    #: Where one story is to turn; else all are played.
    turn: Turn | None = None


class Answer(msgspec.Struct, frozen=True):
    """What the child says: how the stories went, or the one that turned."""

    stories: list[Story] = []
    turned: Turned | None = None


def run(
    package: Package, beside: Iterable[Package], engines: tuple[str, ...] = scenarios.ENGINES, *,
    seconds: float = SECONDS,
) -> list[Story]:  # fmt: skip
    """How every story of *package* goes; one story ``story-gave-up`` where the child had to be stopped or broke."""
    if not scenarios.scenarios_of(package):
        return []
    return _answer(package, beside, engines, None, seconds).stories


def turn(package: Package, beside: Iterable[Package], wanted: Turn, *, seconds: float = SECONDS) -> Turned:
    """How a story of *package* goes that turns; with the code of the reason alone where the child did not say it."""
    answer = _answer(package, beside, (), wanted, seconds)
    if answer.turned is not None:
        return answer.turned
    return Turned(code=answer.stories[0].code, values=answer.stories[0].values)


def _answer(
    package: Package, beside: Iterable[Package], engines: tuple[str, ...], wanted: Turn | None, seconds: float
) -> Answer:  # fmt: skip
    with _TURN, tempfile.TemporaryDirectory(prefix="bihuan-") as folder:
        asked = Asked(pack(package), [pack(one) for one in beside], folder, engines, wanted)
        return _asked(msgspec.msgpack.encode(asked), seconds)


def _asked(asked: bytes, seconds: float) -> Answer:
    # -P: nothing of the folder in which the server happens to run is imported.
    call = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(call, input=asked, capture_output=True, timeout=seconds, check=True)
        return msgspec.msgpack.decode(done.stdout, type=Answer)
    except subprocess.TimeoutExpired:
        return Answer([_gave_up("", seconds)])
    except (subprocess.CalledProcessError, msgspec.MsgspecError) as broken:
        said = getattr(broken, "stderr", b"") or b""
        return Answer([_gave_up(said.decode(errors="replace").strip().rpartition("\n")[2], seconds)])


def _gave_up(reason: str, seconds: float) -> Story:
    values = {"reason": reason[:200], "seconds": f"{seconds:.0f}"}
    return Story(file="", title="", passed=False, code="story-broke" if reason else "story-gave-up", values=values)


def main() -> None:
    """The child: reads what is asked, says how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    beside = [read_zip(body) for body in asked.beside]
    package, folder = read_zip(asked.package), Path(asked.folder)
    if asked.turn is not None:
        answer = Answer(turned=scenarios.turn(package, beside, folder, asked.turn))
    else:
        answer = Answer(scenarios.run(package, beside, folder, asked.engines))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
