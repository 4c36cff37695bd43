"""Who may import whom is a contract in setup.cfg, kept by the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_import_contract_is_kept() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


def test_the_engine_package_is_ours() -> None:
    import engine
    import webui

    assert Path(engine.__file__ or "").parent == ROOT / "engine"
    assert Path(webui.__file__ or "").parent == ROOT / "webui"


def test_an_installation_on_sqlite_does_without_the_driver_of_postgresql() -> None:
    without = "import sys; sys.modules['psycopg'] = None; import engine.cli, engine.dispatch, webui.serve"
    subprocess.run([sys.executable, "-c", without], check=True, timeout=60)
