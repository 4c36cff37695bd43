"""Runs the gate in a child process with limits, so that no file, whatever it contains, can hang or fill the machine.

The command line forks: it has no threads, and the child begins with everything imported. A process with threads must not
fork (a lock that another thread holds would stay locked for ever in the child); it starts a fresh interpreter instead.
"""

from __future__ import annotations

import multiprocessing
import resource
from multiprocessing.connection import Connection

import msgspec

from engine.definitions.check import Findings, check_content, check_file
from engine.errors import Finding

#: Seconds of the processor and on the wall, and bytes of memory beyond what the parent has.
SECONDS, WALL, MEMORY = 1, 3.0, 160 * 1024 * 1024


def check_in_child(name: str, body: bytes, *, inside: bool = False, fork: bool = True) -> Findings:
    """The findings about a file; ``check-gave-up`` where the child had to be stopped. *inside*: a file of a package."""
    context = multiprocessing.get_context("fork" if fork else "spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(there, name, body, inside), daemon=True)
    child.start()
    there.close()
    try:
        found = msgspec.json.decode(here.recv_bytes(), type=dict[str, list[Finding]]) if here.poll(WALL) else None
    except (EOFError, OSError):
        found = None
    finally:
        if child.is_alive() and found is None:
            child.kill()
        child.join(timeout=5)
        here.close()
    return found if found is not None else {name: [Finding(rule="check-gave-up", file=name)]}


def _work(there: Connection, name: str, body: bytes, inside: bool) -> None:
    _limit()
    found = {name: check_content(name, body)} if inside else check_file(name, body)
    there.send_bytes(msgspec.json.encode(found))


def _limit() -> None:
    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
