"""A host that starts the real server in a child, again and again; everything is imported, so a start is quick.

Run as ``python -m tests.faults.server DATA PORT ADDRESS``, the address of the database or nothing for SQLite in DATA; a
line on standard input starts a server, its pid comes back.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from flask import Flask

from engine.dispatch import Engine
from engine.jobs.worker import working
from engine.settings import Settings
from webui import create_app
from webui.serve import serve


def main() -> None:
    """Forks a server for every line that is read."""
    settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), database_url=sys.argv[3])
    engine = Engine(settings)
    app = create_app(engine)
    warm(app)
    engine.database.close()
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            # What the server says must not mix with the pids that the test reads.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            with working(engine):
                serve(app, settings)
        print(pid, flush=True)
        os.waitpid(pid, 0)


def warm(app: Flask) -> None:
    """Has templates compiled and packages read before the first fork."""
    browser = app.test_client()
    browser.post("/sign-in/party-clerk")
    for path in ("/inbox/todo", "/cases", "/start/example"):
        assert browser.get(path).status_code == 200


if __name__ == "__main__":
    main()
