"""A host that starts the real server in a child, again and again: the parent has everything imported, so a start is quick.

Run as ``python -m tests.faults.server DATA PORT``; a line on standard input starts a server, its pid comes back.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.dispatch import Engine
from engine.jobs.worker import working
from engine.settings import Settings
from webui.serve import serve


def main() -> None:
    """Forks a server for every line that is read."""
    settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]))
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            engine = Engine(settings)
            with working(engine):
                serve(engine, settings)
        print(pid, flush=True)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
