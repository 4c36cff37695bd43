"""Runs the gate in a child process with limits, so that no file, whatever it contains, can hang or fill the machine.

The command line forks: it has no threads, and the child begins with everything imported. A process with threads must
not fork (a lock that another thread holds would stay locked for ever in the child); it keeps a fresh interpreter
without threads beside it, which forks.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import signal
from collections.abc import Callable
from functools import lru_cache
from multiprocessing.connection import Connection

import msgspec

from engine.definitions import check
from engine.errors import Finding

#: Seconds of the processor, and bytes of address space beyond what the child begins with.
SECONDS, MEMORY = 0.8, 160 * 1024 * 1024
#: Seconds on the wall: for a child that waits, or a machine that is busy; too short, and the answer would be chance.
WALL = 3.0

#: What can be run: a lone file, a file of a package, a package in a zip, and only what joins its files.
WORK: dict[str, Callable[..., list[Finding]]] = {
    "file": check.check_file,
    "part": check.check_part,
    "package": check.check_zip,
    "joins": check.check_joins_of_zip,
    "draft": check.check_draft,
}


def run(work: str, name: str, body: bytes, *, threads: bool = False, **more: object) -> list[Finding]:
    """The findings of *work* about a file; ``check-gave-up`` where the child had to be stopped.

    *threads* says that the caller has some, so that another process forks for it; *more* goes to the function that does
    the work.
    """
    context = _server() if threads else multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(there, work, name, body, more), daemon=True)
    try:
        child.start()
    except OSError:  # the interpreter beside us has ended; the next question starts another
        there.close()
        here.close()
        return [Finding(rule="check-gave-up", file=name)]
    there.close()
    found = _receive(here, WALL * (4 if threads else 1))
    if found is None:
        child.kill()
    child.join(timeout=5)
    here.close()
    return found if found is not None else [Finding(rule="check-gave-up", file=name)]


@lru_cache(maxsize=1)
def _server() -> multiprocessing.context.ForkServerContext:
    """The interpreter that forks for a process with threads; it ends with the process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    return context


def _receive(here: Connection, seconds: float) -> list[Finding] | None:
    try:
        return msgspec.json.decode(here.recv_bytes(), type=list[Finding]) if here.poll(seconds) else None
    except (EOFError, OSError):
        return None


def _child(there: Connection, work: str, name: str, body: bytes, more: dict[str, object]) -> None:
    _limit()
    # Whatever goes wrong here (no memory, a depth nobody foresaw) is told by the pipe that closes without an answer.
    with contextlib.suppress(Exception):
        there.send_bytes(msgspec.json.encode(WORK[work](name, body, **more)))


def _limit() -> None:
    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not RLIMIT_CPU: it knows whole seconds only, and counts the imports of a fresh interpreter.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
