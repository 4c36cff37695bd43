"""A client in another language, made from the document alone, starts, works and reads a case on a served city."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.program import token
from tests.driver import City

CLIENT = Path(__file__).parent / "client.mjs"


def node() -> str:
    """The Node that builds the front end: the machine's, or the one in the Python environment."""
    places = (os.environ.get("PATH", ""), str(Path(sys.executable).parent))
    found = next(filter(None, (shutil.which("node", path=place) for place in places)), None)
    if found is None:
        pytest.fail("There is no Node.js here: make test fetches one, or install it and run again.")
    return found


def test_a_client_in_node_starts_works_and_reads_a_case(city: City, served: str) -> None:
    sent = token(city, "party-clerk")
    done = subprocess.run([node(), str(CLIENT), served, sent], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "state": "ended",
        "commands": ["StartCase", "ClaimTask", "CompleteTask"],
        "answers": {"text": "made for text"},
        "sound": True,
        "file": "words.txt",
    }
